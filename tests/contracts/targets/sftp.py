"""A folder of OpenSSH's server, with packages as tars; what lies in it is fetched by OpenSSH's own client."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.config.targets import TargetSettings
from archiver.deposits import sftp
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from tests.contracts.targets.bench import surroundings_of_tests
from tests.contracts.targets.watched_folder import (
    count_below,
    held_below,
    own_table,
    tamper_below,
)

if TYPE_CHECKING:
    import pytest

    from archiver.deposits.contract import Target
    from tests.judges.openssh import SshServer

JUDGES = ("openssh",)

_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpBench:
    """The suite's view of it."""

    server: SshServer
    folder: Path
    """On the server, which is this machine."""

    packaging: Packaging = Packaging.TAR
    min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK

    @property
    def port(self) -> int:
        return self.server.port

    def settings(self, port: int | None = None, **values: object) -> TargetSettings:
        """Return the target's settings; a value of None is left out."""
        said: dict[str, object] = {
            "host": "127.0.0.1",
            "port": port or self.server.port,
            "user": self.server.user,
            "folder": str(self.folder),
            "known_hosts_file": str(self.server.known_at(port or self.server.port)),
            "private_key_file": str(self.server.home / "user_key"),
            "packaging": self.packaging.value,
        }
        said |= values
        own = own_table(**{key: value for key, value in said.items() if value is not None})
        return TargetSettings(name="one", kind=sftp.KIND, own=own, timeout=5)

    def make(self, port: int | None = None) -> Target:
        return sftp.make(self.settings(port), surroundings_of_tests())

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        name = parcel.files[0].path.partition("/")[0]
        if not (self.folder / name).exists():
            return None
        with tempfile.TemporaryDirectory(prefix="fetched-") as home:
            self.server.fetch(self.folder / name, Path(home))
            return held_below(Path(home), parcel)

    def count(self, parcel: Parcel) -> int:
        return count_below(self.folder, parcel)

    def tamper(self, parcel: Parcel) -> bool:
        return tamper_below(self.folder, parcel)


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[SftpBench]:  # noqa: ARG001 - the server has its own
    """Give an empty folder of the session's server."""
    yield new_bench(request.getfixturevalue("ssh_server"))


def new_bench(server: SshServer, packaging: Packaging = Packaging.TAR) -> SftpBench:
    """Return a folder of a server that nothing lies in yet."""
    folder = server.files / str(next(_NUMBERS))
    folder.mkdir()
    return SftpBench(server=server, folder=folder, packaging=packaging)
