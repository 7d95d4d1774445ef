"""A watched folder of this machine; what lies in it is looked at as files."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits import watched_folder
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from tests.contracts.targets.bench import surroundings_of_tests

if TYPE_CHECKING:
    import pytest

    from archiver.deposits.contract import Target

JUDGES = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFolderBench:
    """The suite's view of it."""

    folder: Path
    packaging: Packaging = Packaging.FOLDER
    min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK
    port: int | None = None

    def make(self, port: int | None = None) -> Target:  # noqa: ARG002 - there is no connection
        own = own_table(folder=str(self.folder), packaging=self.packaging.value)
        settings = TargetSettings(name="one", kind=watched_folder.KIND, own=own)
        return watched_folder.make(settings, surroundings_of_tests())

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        return held_below(self.folder, parcel)

    def count(self, parcel: Parcel) -> int:
        return count_below(self.folder, parcel)

    def tamper(self, parcel: Parcel) -> bool:
        return tamper_below(self.folder, parcel)


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[WatchedFolderBench]:  # noqa: ARG001 - no server
    """Give an empty folder."""
    incoming = folder / "incoming"
    incoming.mkdir()
    yield WatchedFolderBench(folder=incoming)


def own_table(**values: object) -> Table:
    """Return a target's own table."""
    return Table(name="targets.one", values=values, file="/nowhere/archiver.toml")


def held_below(folder: Path, parcel: Parcel) -> dict[str, bytes] | None:
    """Return what lies in an incoming folder of a parcel, by its paths."""
    top = folder / parcel.files[0].path.partition("/")[0]
    if not os.path.lexists(top):
        return None
    files = [top] if top.is_file() else sorted(one for one in top.rglob("*") if one.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def count_below(folder: Path, parcel: Parcel) -> int:
    """Return how many deposits of a parcel there are, those on their way too."""
    name = parcel.files[0].path.partition("/")[0]
    handed_over = sum(entry.name.startswith(name) for entry in folder.iterdir())
    stem = hashlib.sha256(parcel.key.encode()).hexdigest()[:32]
    return handed_over + len(list(folder.glob(f".archiver-deposits/{stem}*.part")))


def tamper_below(folder: Path, parcel: Parcel) -> bool:
    """Change one byte of the largest file of a parcel in an incoming folder."""
    file = folder / max(parcel.files, key=lambda file: file.size).path
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    return True
