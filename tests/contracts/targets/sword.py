"""SWORD v2 against swh-deposit, seen through its database and its folder of what it was sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from archiver.deposits.sword.looking import slug_of
from archiver.deposits.sword.target import SwordTarget
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from tests.deposits.sword.making import sword_target
from tests.judges.swh_deposit import held, new_user

if TYPE_CHECKING:
    import pytest

JUDGES = ("swh-deposit",)


class SwordBench:
    """The suite's view of it; each test is a user of its own, and sees its own deposits."""

    packaging = Packaging.ZIP
    min_evidence = EvidenceLevel.READ_BACK

    def __init__(self, server: dict[str, Any]) -> None:
        self.server = server
        self.user = new_user(server)

    @property
    def port(self) -> int:
        port = httpx.URL(self.server["url"]).port
        assert port is not None
        return port

    def make(self, port: int | None = None) -> SwordTarget:
        url = httpx.URL(self.server["url"]).copy_with(port=port or self.port)
        return sword_target(str(url), user=self.user)

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        for one in self._of(parcel):
            if one["status"] != "partial":
                (file,) = one["files"]
                return {parcel.files[0].path: file.read_bytes()}
        return None

    def count(self, parcel: Parcel) -> int:
        return len(self._of(parcel))

    def tamper(self, parcel: Parcel) -> bool:
        for one in self._of(parcel):
            for file in one["files"]:
                content = bytearray(file.read_bytes())
                content[7] ^= 1
                file.write_bytes(content)
        return True

    def _of(self, parcel: Parcel) -> list[dict[str, Any]]:
        return [one for one in held(self.server, self.user) if one["external_id"] == slug_of(parcel)]


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[SwordBench]:  # noqa: ARG001 - the server has its own
    """Give the server that the whole run shares."""
    yield SwordBench(request.getfixturevalue("swh_deposit_server"))
