"""The Fedora of the tests: it refuses wrong bytes, keeps right ones as they are, and notices when they change."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import httpx

from tests.judges.fedora import USERS, new_container, stored_files

GROUP = '<http://fedora.info/definitions/v4/repository#ArchivalGroup>;rel="type"'


def test_it_computes_digests_of_what_it_holds(fedora_server: dict[str, Any]) -> None:
    place = f"judged-{uuid4()}"
    new_container(fedora_server, place)
    with httpx.Client(base_url=f"{fedora_server['url']}/{place}/", auth=("archivist", USERS["archivist"][0])) as client:
        client.put("group", headers={"Link": GROUP, "Content-Type": "text/turtle"}).raise_for_status()
        sent = {"Content-Type": "application/x-tar", "Digest": f"sha-512={hashlib.sha512(b'right').hexdigest()}"}
        assert client.put("group/a.tar", content=b"wrong", headers=sent).status_code == httpx.codes.CONFLICT
        assert client.put("group/a.tar", content=b"right", headers=sent).status_code == httpx.codes.CREATED
        (file,) = stored_files(fedora_server, f"{place}/group").values()
        assert file.read_bytes() == b"right"
        file.write_bytes(b"wrong")
        stated = client.head("group/a.tar", headers={"Want-Digest": "sha-512"}).headers["digest"]
    assert stated == f"sha-512={hashlib.sha512(b'wrong').hexdigest()}"
