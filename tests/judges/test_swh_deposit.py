"""The SWORD server of the tests: it refuses wrong bytes, and keeps right ones as they are."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx

from tests.judges.swh_deposit import USERS, held, new_user

ENTRY = b'<entry xmlns="http://www.w3.org/2005/Atom"><title>A package</title></entry>'


def test_it_refuses_a_wrong_digest_and_keeps_the_right_bytes(swh_deposit_server: dict[str, Any]) -> None:
    collection = swh_deposit_server["url"].replace("servicedocument", "archive")
    user = new_user(swh_deposit_server)
    with httpx.Client(auth=(user, USERS["archive"]["depositor"])) as client:
        started = {"Content-Type": "application/atom+xml;type=entry", "In-Progress": "true", "Slug": "judged"}
        location = client.post(collection, content=ENTRY, headers=started).headers["Location"]
        media = location.replace("/atom/", "/media/")
        sent = {"Content-Type": "application/zip", "Content-Disposition": "attachment; filename=a.zip"}
        sent |= {"In-Progress": "true", "Content-MD5": hashlib.md5(b"right").hexdigest()}  # noqa: S324 - the protocol's
        assert client.put(media, content=b"wrong", headers=sent).status_code == httpx.codes.PRECONDITION_FAILED
        assert client.put(media, content=b"right", headers=sent).status_code == httpx.codes.NO_CONTENT
    (found,) = held(swh_deposit_server, user)
    assert found["external_id"] == "judged"
    assert found["status"] == "partial"
    assert [file.read_bytes() for file in found["files"]] == [b"right"]
