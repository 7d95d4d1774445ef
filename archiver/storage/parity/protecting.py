"""Parity is made: one set for one version folder, from bytes that are what the inventory says.

Each file is read once: it is hashed on its way into a shard. A set is published whole or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import FindingsError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.durable import (
    AlreadyPublishedError,
    fsync_folder,
    make_folders,
    publish,
    staging_area,
    write_new,
)
from archiver.storage.hashing import CHUNK, Hashing
from archiver.storage.parity.record import DIGEST, ParityRecord, ProtectedFile, Shard, record_bytes, shard_name
from archiver.storage.parity.shards import (
    SHARD_BYTES,
    ShardPlan,
    ShardWriter,
    block_bytes,
    plan_shards,
    recovery_blocks,
)
from archiver.storage.parity.version_folder import VersionFile, VersionFolder
from archiver.storage.swapping import swap

if TYPE_CHECKING:
    from archiver.storage.parity.program import Par2
    from archiver.storage.stores.tree import Tree

RECORD = "set.json"
CHECKSUMS = "checksums.sha512"
"""Of every other file of the set, as ``sha512sum --check`` reads it."""


def make_set(  # noqa: PLR0913 - keywords, each asking for one thing
    tree: Tree,
    root: str,
    folder: VersionFolder,
    target: Path,
    *,
    par2: Par2,
    percent: int,
    largest: int = SHARD_BYTES,
    area: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> ParityRecord:
    """Make the parity set of one version folder; one that stands there is replaced.

    Args:
        tree: of the store.
        root: path of the object's root in it.
        folder: the version, with what its files must hash to.
        target: folder of the set.
        par2: the program.
        percent: of the blocks that may be lost, 1 to 100.
        largest: bytes of the largest shard.
        area: folder of the same disk below which the set lies until it is whole; None: where it will stand.
        progress: called with the number of bytes read since its last call.

    Returns:
        What was made.

    Raises:
        FindingsError: a file is damaged or not there; no parity is made of damage.
        StorageError: the program failed.
        OSError: the disk refused.
    """
    make_folders(target.parent)
    with staging_area(area or target.parent) as staging:
        making = _Making(tree=tree, root=root, par2=par2, percent=percent, staging=staging)
        record = making.make(folder, largest, progress)
        try:
            publish(making.staged, target)
        except AlreadyPublishedError:
            swap(making.staged, target)
    return record


@dataclass(slots=True, kw_only=True)
class _Making:
    """One set while it is made."""

    tree: Tree
    root: str
    par2: Par2
    percent: int
    staging: Path
    shards: list[Shard] = field(default_factory=list)

    @property
    def staged(self) -> Path:
        """The set."""
        return self.staging / "set"

    @property
    def work(self) -> Path:
        """Private: one shard after another lies in it."""
        return self.staging / "work"

    def make(self, folder: VersionFolder, largest: int, progress: Callable[[int], None] | None) -> ParityRecord:
        """Make the set, whole and durable."""
        self.staged.mkdir()
        self.work.mkdir()
        files = sorted(folder.files, key=lambda file: file.path)
        plan = plan_shards(sum(self.sizes(files)), largest)
        protected = self.protect(files, plan, progress)
        record = ParityRecord(
            identifier=folder.identifier,
            version=folder.version,
            content=folder.content,
            percent=self.percent,
            program=self.par2.version,
            files=tuple(protected),
            shards=tuple(self.shards),
        )
        _write(self.staged / RECORD, record_bytes(record))
        _seal(self.staged)
        return record

    def sizes(self, files: Sequence[VersionFile]) -> list[int]:
        """Return the bytes of each file, as the folders tell them.

        Raises:
            FindingsError: some are not there.
        """
        folders: dict[str, dict[str, int | None]] = {}
        found, lost = [], []
        for file in files:
            folder, _, name = file.path.rpartition("/")
            if folder not in folders:
                folders[folder] = self._listed(f"{self.root}/{folder}")
            size = folders[folder].get(name)
            if size is None:
                lost.append(_unprotected(file, "it is not there"))
            else:
                found.append(size)
        if lost:
            raise FindingsError(tuple(lost))
        return found

    def _listed(self, folder: str) -> dict[str, int | None]:
        try:
            return {entry.name: entry.size for entry in self.tree.entries(folder)}
        except (FileNotFoundError, NotADirectoryError):
            return {}

    def protect(
        self, files: Sequence[VersionFile], plan: ShardPlan, progress: Callable[[int], None] | None
    ) -> list[ProtectedFile]:
        protected, lost = [], []
        writer = ShardWriter(plan, self._place, lambda index: self._end(plan.size(index)))
        with contextlib.closing(writer):
            left = plan.total
            view = memoryview(bytearray(CHUNK))
            for file in files:
                with Hashing({DIGEST, file.algorithm}) as hashing, self.tree.open(f"{self.root}/{file.path}") as opened:
                    while count := opened.readinto(view):
                        hashing.update(view[:count])
                        left -= count
                        if left >= 0:  # more than there was when it was planned is damage, by its digest
                            writer.write(view[:count])
                        if progress is not None:
                            progress(count)
                    digests = hashing.digests()
                    size = hashing.size
                protected.append(ProtectedFile(path=file.path, bytes=size, digest=digests[DIGEST].hex()))
                if digests[file.algorithm].hex() != file.digest:
                    lost.append(_unprotected(file, f"its {file.algorithm} digest is not the inventory's"))
        if lost:
            raise FindingsError(tuple(lost))
        return protected

    def _place(self, index: int) -> Path:
        return self.work / shard_name(index + 1)

    def _end(self, size: int) -> None:
        name = shard_name(len(self.shards) + 1)
        shard = Shard(
            bytes=size,
            block_bytes=block_bytes(size),
            recovery_blocks=recovery_blocks(size, self.percent),
        )
        self.par2.create(self.work, name, block_bytes=shard.block_bytes, recovery_blocks=shard.recovery_blocks)
        (self.work / name).unlink()
        for made in list(self.work.iterdir()):
            made.rename(self.staged / made.name)
        self.shards.append(shard)


def _seal(staged: Path) -> None:
    """Write the digests of a set's files, read back from where they are, and make all of it durable."""
    lines = []
    for file in sorted(staged.iterdir()):
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)  # of what the program wrote
            with os.fdopen(os.dup(descriptor), "rb") as opened:
                lines.append(f"{hashlib.file_digest(opened, DIGEST).hexdigest()}  {file.name}\n")
        finally:
            os.close(descriptor)
    _write(staged / CHECKSUMS, "".join(lines).encode("ascii"))
    fsync_folder(staged)


def _write(path: Path, data: bytes) -> None:
    write_new(path, [data])
    if path.read_bytes() != data:
        raise OSError(f"{path.name} does not read back as it was written")


def _unprotected(file: VersionFile, cause: str) -> Finding:
    name = printable(file.path)
    return Finding(
        severity=Severity.ERROR,
        code="parity-not-made",
        file=name,
        message=f"{name}: {cause}; no parity is made of what is damaged.",
        fix="Run `archiver repair` for this package with --from and a good copy, then `archiver protect` again.",
    )
