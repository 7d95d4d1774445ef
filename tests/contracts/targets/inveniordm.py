"""InvenioRDM, with the real one; what it holds is read from its database and its disk."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.inveniordm.drafts import key_of
from archiver.deposits.inveniordm.target import InvenioRdm, make
from archiver.deposits.surroundings import PackageStore, Surroundings
from archiver.model.deposits import EvidenceLevel, Packaging
from archiver.steps.deposits.folders import LocalFolders
from tests.judges.inveniordm import held, new_user, spoil

if TYPE_CHECKING:
    import pytest

    from archiver.model.deposits import Parcel

JUDGES = ("inveniordm",)


def _no_store(settings: TargetSettings) -> PackageStore:
    raise NotImplementedError(settings.name)


@dataclass
class InvenioBench:
    """The suite's view of it."""

    server: dict[str, Any]
    user: dict[str, str]
    own: dict[str, object] = field(default_factory=dict)
    """Further keys of the target's table."""

    packaging = Packaging.TAR
    min_evidence = EvidenceLevel.SERVER_MD5

    @property
    def port(self) -> int | None:
        url: str = self.server["url"]
        return urlsplit(url).port

    def make(self, port: int | None = None) -> InvenioRdm:
        url = f"http://127.0.0.1:{port or self.port}"
        values: dict[str, object] = {"kind": "inveniordm", "url": url, "search_delay": 0, **self.own}
        table = Table(name="targets.attic", values=values, file="archiver.toml")
        settings = TargetSettings(name="attic", kind="inveniordm", own=table, timeout=8.0)
        surroundings = Surroundings(
            secret=lambda _: self.user["token"],
            now=lambda: datetime.now(UTC),
            environment={},
            folders=LocalFolders(),
            store=_no_store,
        )
        return make(settings, surroundings)

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        for record in held(self.server, self.user, key_of(parcel)):
            if record["files"]:
                return {name: file.read_bytes() for name, file in record["files"].items()}
        return None

    def count(self, parcel: Parcel) -> int:
        return len(held(self.server, self.user, key_of(parcel)))

    def tamper(self, parcel: Parcel) -> bool:
        (record,) = held(self.server, self.user, key_of(parcel))
        spoil(self.server, record["files"][parcel.files[0].path])
        return True


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[InvenioBench]:  # noqa: ARG001 - keeps nothing here
    """Give it with an account of the test's own."""
    server = request.getfixturevalue("inveniordm_server")
    yield InvenioBench(server, new_user(server))
