"""What a damaged package lacks, from the parity that was made of it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.standards.ocfl.names import INVENTORY
from archiver.steps.repair import results as words
from archiver.steps.repair.inventories import Candidate, candidate
from archiver.storage.durable import discard
from archiver.storage.parity.checking import read_set, set_folders
from archiver.storage.parity.healing import Healing, Reader, heal

if TYPE_CHECKING:
    from archiver.model import Finding
    from archiver.steps.repair.rebuilding import Rebuilt
    from archiver.storage.parity.program import Par2

_SOURCE = "parity"
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

Opened = Callable[[str], Path]
"""Path from the object's root -> file with its bytes as they are now."""


@dataclass(slots=True, kw_only=True)
class ParityCopies:
    """The parity of one package."""

    folder: Path
    scratch: Path
    """Private; each version gets a folder in it for as long as it is healed."""

    par2: Par2
    findings: list[Finding] = field(default_factory=list)

    @property
    def versions(self) -> list[str]:
        """Those that there are sets for, first to last."""
        return [folder.name for folder in set_folders(self.folder)]

    def inventories(self, versions: Collection[str], opened: Opened) -> Iterator[Candidate]:
        """Give the inventories of versions, as they were when their parity was made."""
        for version in versions:
            path = f"{version}/{INVENTORY}"
            with self._healed(version, [path], opened) as healing:
                file = healing.healed.get(path) if healing else None
                one = candidate(file.read_bytes(), _SOURCE, None) if file else None
            if one is not None:
                yield one

    def fill(self, rebuilt: Rebuilt) -> None:
        """Fill what an object that is put together still lacks; what could not be done is among the findings."""
        by_version: dict[str, list[str]] = {}
        for path in rebuilt.lacking:
            by_version.setdefault(path.partition("/")[0], []).append(path)
        for version, paths in sorted(by_version.items()):
            with self._healed(version, paths, rebuilt.opened) as healing:
                if healing is None:
                    self.findings.append(words.parity_lacks(version))
                    continue
                for path, file in healing.healed.items():
                    rebuilt.supply(path, file, _SOURCE)
                for loss in healing.losses:
                    repair = loss.repair
                    self.findings.append(
                        words.parity_exhausted(
                            version, loss.shard, loss.recovery_blocks, repair.blocks_missing, repair.said
                        )
                    )

    @contextlib.contextmanager
    def _healed(self, version: str, paths: Collection[str], opened: Opened) -> Iterator[Healing | None]:
        record = read_set(self.folder / version)
        if record is None or record.version != version:
            yield None
            return
        scratch = self.scratch / f"parity-{version}"
        scratch.mkdir()
        try:
            yield heal(record, self.folder / version, paths, lambda path: _reader(opened(path)), scratch, self.par2)
        finally:
            discard(scratch)


@contextlib.contextmanager
def _reader(file: Path) -> Iterator[Reader]:
    descriptor = os.open(file, _READ)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(file))
        yield lambda offset, count: os.pread(descriptor, count, offset)
    finally:
        os.close(descriptor)
