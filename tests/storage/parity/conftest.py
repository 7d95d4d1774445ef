"""A version folder that parity is made for, and the program."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from archiver.storage.parity.healing import Healing, Reader, heal
from archiver.storage.parity.program import Par2, find_par2
from archiver.storage.parity.protecting import make_set
from archiver.storage.parity.shards import SHARD_BYTES
from archiver.storage.parity.version_folder import VersionFile, VersionFolder
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from archiver.storage.parity.record import ParityRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """One version folder and its set."""

    object: Path
    set: Path
    record: ParityRecord
    contents: Mapping[str, bytes]
    par2: Par2

    def heal(self, wanted: Collection[str], scratch: Path) -> Healing:
        """Heal files into ``scratch``, reading the others as they are now."""
        scratch.mkdir()
        return heal(self.record, self.set, wanted, self._opened, scratch, self.par2)

    @contextlib.contextmanager
    def _opened(self, path: str) -> Iterator[Reader]:
        with (self.object / path).open("rb", buffering=0) as file:
            yield lambda offset, count: os.pread(file.fileno(), count, offset)


@pytest.fixture
def par2() -> Par2:
    return find_par2()


@pytest.fixture
def protect(tmp_path: Path, par2: Par2) -> Callable[..., Protected]:
    """Return a maker of sets: takes path -> content, the percentage, and the largest shard."""

    def protect(contents: Mapping[str, bytes], percent: int = 5, largest: int = SHARD_BYTES) -> Protected:
        root = tmp_path / "store" / "object"
        for path, content in contents.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        folder = version_folder(contents)
        target = tmp_path / "parity" / "object" / "v1"
        tree = open_tree(str(tmp_path / "store"))
        record = make_set(tree, "object", folder, target, par2=par2, percent=percent, largest=largest)
        return Protected(object=root, set=target, record=record, contents=dict(contents), par2=par2)

    return protect


def version_folder(contents: Mapping[str, bytes]) -> VersionFolder:
    """Say what the files of a version must hash to."""
    files = [
        VersionFile(path=path, algorithm="sha256", digest=hashlib.sha256(content).hexdigest())
        for path, content in contents.items()
    ]
    return VersionFolder(identifier="urn:example:1", version="v1", files=tuple(files))
