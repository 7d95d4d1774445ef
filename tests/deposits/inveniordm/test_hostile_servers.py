"""Servers that send anything at all: each request ends in one of the errors of the contract, and leads nowhere else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.contract import LostReplyError, RefusedError, RetryableError, UnclearError
from archiver.deposits.inveniordm.target import InvenioRdm, make
from archiver.model.deposits import Packaging, Parcel
from tests.contracts.targets.bench import small_parcel
from tests.deposits.http.conftest import SURROUNDINGS, Noted
from tests.deposits.http.servers import Answer, Asked, ScriptedServer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archiver.deposits.contract import Attempt

ENDS = (RefusedError, RetryableError, LostReplyError, UnclearError)
NONE_FOUND = {"hits": {"hits": [], "total": 0}}


@dataclass
class Sending(Noted):
    """An attempt with a parcel."""

    sent: Parcel | None = None

    @property
    def parcel(self) -> Parcel:
        assert self.sent is not None
        return self.sent


@pytest.fixture
def attempt(tmp_path: Path) -> Sending:
    return Sending(sent=small_parcel(tmp_path, Packaging.TAR, size=100))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving(ScriptedServer(lambda asked: asked.reply(404))) as running:
        yield running


def target(server: ScriptedServer, **own: object) -> InvenioRdm:
    table = Table(name="targets.attic", values={"url": server.url, **own}, file="archiver.toml")
    return make(TargetSettings(name="attic", kind="inveniordm", own=table, timeout=5.0), SURROUNDINGS)


def saying(value: object, status: int = 200) -> Answer:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return lambda asked: asked.reply(status, body, Content_Type="application/json")


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        3,
        b"\xff",
        b"",
        b"[" * 100_000,
        b"<html>Please sign in</html>",
        {"hits": {"hits": [{"id": "../../admin"}], "total": 1}},
        {"id": "../../admin", "metadata": {}},
        {"hits": {"hits": 3, "total": 1}},
    ],
)
def test_nonsense_ends_in_an_error_of_the_contract(server: ScriptedServer, attempt: Sending, value: object) -> None:
    given = cast("Attempt", attempt)
    made = target(server)

    def finding_nothing(asked: Asked) -> None:
        saying(NONE_FOUND if asked.command == "GET" else value)(asked)

    for server.answer in (saying(value), finding_nothing):
        with pytest.raises(ENDS):
            made.open(given)
    server.answer = saying(value)
    attempt.memory = {"record": "a-1"}
    (file,) = attempt.parcel.files
    with pytest.raises(ENDS):
        made.offset(given, file)
    with pytest.raises(ENDS):
        made.put(given, file, 0)
    with pytest.raises(ENDS):
        made.verify(given)
    made.close()
    assert not [asked for asked in server.asked if ".." in asked.path]


def test_a_list_without_an_end_is_given_up(server: ScriptedServer, attempt: Sending) -> None:
    server.answer = saying({"hits": {"hits": [{"id": "a-1"}], "total": 10**9}})
    with pytest.raises(UnclearError):
        target(server).open(cast("Attempt", attempt))


def test_a_server_that_drops_the_key_is_not_used(server: ScriptedServer, attempt: Sending) -> None:
    def answer(asked: Asked) -> None:
        if asked.command == "DELETE":
            asked.reply(204)
        else:
            saying(NONE_FOUND if asked.command == "GET" else {"id": "a-1", "metadata": {"title": "Letters"}})(asked)

    server.answer = answer
    with pytest.raises(RefusedError) as refused:
        target(server).open(cast("Attempt", attempt))
    assert refused.value.finding.code == "deposit-key-not-kept"
    assert [asked.path for asked in server.asked if asked.command == "DELETE"] == ["/api/records/a-1/draft"]


def test_parts_may_lie_with_another_server_that_gets_no_secret(server: ScriptedServer, attempt: Sending) -> None:
    parcel = small_parcel(attempt.parcel.bag.parent, Packaging.TAR, "large", size=6 << 20)
    attempt.sent = parcel
    attempt.memory = {"record": "a-1"}
    (file,) = parcel.files
    with serving(ScriptedServer(lambda asked: asked.reply(200))) as storage:
        elsewhere = storage.url.replace("localhost", "127.0.0.1")
        links = [{"part": part, "url": f"{elsewhere}/bucket/{part}?signature=abc"} for part in (1, 2)]
        entry: dict[str, Any] = {"key": file.path, "status": "pending", "size": file.size, "links": {"parts": links}}
        entry["transfer"] = {"type": "M", "parts": 2, "part_size": 5 << 20}
        said = {"key": file.path, "status": "completed", "size": file.size, "checksum": f"md5:{file.digests['md5']}"}

        def answer(asked: Asked) -> None:
            path = urlsplit(asked.path).path
            if path.endswith("/commit"):
                saying(said)(asked)
            elif path.endswith("/files"):
                saying({"entries": [entry] if asked.command == "POST" else []}, 201)(asked)
            else:
                saying({"id": "a-1"})(asked)

        server.answer = answer
        target(server, part_size="5 MiB").put(cast("Attempt", attempt), file, 0)
        assert [len(asked.body) for asked in storage.asked] == [5 << 20, 1 << 20]
        assert not [asked for asked in storage.asked if "Authorization" in asked.headers]
    assert "signature" not in repr(attempt.exchanges)


def test_a_server_without_parts_gets_the_file_in_one_piece(server: ScriptedServer, attempt: Sending) -> None:
    attempt.sent = small_parcel(attempt.parcel.bag.parent, Packaging.TAR, "large", size=6 << 20)
    attempt.memory = {"record": "a-1"}
    (file,) = attempt.parcel.files
    said = {"key": file.path, "status": "completed", "size": file.size, "checksum": f"md5:{file.digests['md5']}"}

    def answer(asked: Asked) -> None:
        path = urlsplit(asked.path).path
        if path.endswith("/commit"):
            saying(said)(asked)
        elif path.endswith("/files"):
            refused = b'"transfer"' in asked.body
            entries = [replace_status(said)] if asked.command == "POST" else []
            saying({"message": "no parts"} if refused else {"entries": entries}, 400 if refused else 201)(asked)
        else:
            saying({"id": "a-1"})(asked)

    server.answer = answer
    target(server, part_size="5 MiB").put(cast("Attempt", attempt), file, 0)
    (whole,) = (asked for asked in server.asked if asked.path.endswith("/content"))
    assert len(whole.body) == file.size
    assert attempt.memory["single"] is True


def replace_status(said: dict[str, Any]) -> dict[str, Any]:
    return said | {"status": "pending"}


@pytest.mark.parametrize("waited", [0.0, 29.0, 31.0])
def test_the_search_is_given_time_after_a_lost_reply(server: ScriptedServer, attempt: Sending, waited: float) -> None:
    def answer(asked: Asked) -> None:
        if asked.command == "POST":
            identifiers = json.loads(asked.body)["metadata"]["identifiers"]
            saying({"id": "a-2", "metadata": {"identifiers": identifiers}}, 201)(asked)
        else:
            saying(NONE_FOUND)(asked)

    server.answer = answer
    attempt.memory = {"asked": (attempt.now() - timedelta(seconds=waited)).isoformat()}
    attempt.in_doubt = ("create draft",)
    made = target(server)
    if waited > 30:
        made.open(cast("Attempt", attempt))
        assert attempt.memory["record"] == "a-2"
        return
    with pytest.raises(RetryableError) as lag:
        made.open(cast("Attempt", attempt))
    assert lag.value.after == 30.0 - waited
    assert not [asked for asked in server.asked if asked.command == "POST"]


def test_more_than_one_published_version_is_told_apart_by_age(server: ScriptedServer, attempt: Sending) -> None:
    key = [{"identifier": attempt.parcel.key}]
    old = {"id": "a-1", "created": "2026-01-01", "is_published": True, "metadata": {"identifiers": key}}
    new = old | {"id": "a-2", "created": "2026-02-01"}

    def answer(asked: Asked) -> None:
        if "user/records" in asked.path:
            saying({"hits": {"hits": [new, old], "total": 2}})(asked)
        elif asked.path.endswith("files"):
            saying({"entries": []})(asked)
        else:
            saying(old if "a-1/draft" not in asked.path else {}, 200 if "a-1/draft" not in asked.path else 404)(asked)

    server.answer = answer
    target(server).open(cast("Attempt", attempt))
    assert attempt.memory["record"] == "a-1"
