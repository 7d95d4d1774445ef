"""Damaged files are computed anew from parity, into files of their own. The damaged ones are only read."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

from archiver.storage.durable import NEW_FILE, write_all
from archiver.storage.hashing import CHUNK
from archiver.storage.parity.program import Par2, ShardRepair
from archiver.storage.parity.record import ParityRecord, ProtectedFile, shard_name
from archiver.storage.parity.shards import ShardPlan, ShardWriter, rescued

Reader = Callable[[int, int], bytes]
"""Offset and count -> bytes, fewer at the file's end; OSError for what the disk does not give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardLoss:
    """A shard that cannot be healed."""

    shard: str
    files: tuple[str, ...]
    """Wanted files that lie in it, whole or in part."""

    recovery_blocks: int
    """That the set has."""

    repair: ShardRepair


@dataclass(frozen=True, slots=True, kw_only=True)
class Healing:
    """What came of it."""

    healed: Mapping[str, Path]
    """Path from the object's root -> file with its bytes, by its digest in the set. Not yet durable."""

    losses: tuple[ShardLoss, ...]


def heal(
    record: ParityRecord,
    folder: Path,
    wanted: Collection[str],
    opened: Callable[[str], AbstractContextManager[Reader]],
    scratch: Path,
    par2: Par2,
) -> Healing:
    """Compute files anew from the others and from parity.

    Args:
        record: what the set is over.
        folder: the set's; its PAR2 files may be damaged, or come from a stranger.
        wanted: paths of damaged or lost files, from the object's root; those of other sets are passed over.
        opened: path -> how it is read as it is now; raises OSError for what is not there.
        scratch: private and empty, on a disk with room for twice the largest shard and for the healed files.
        par2: the program.

    Raises:
        OSError: the disk that holds ``scratch`` refused.
    """
    healing = _Healing(record=record, folder=folder, opened=opened, scratch=scratch, par2=par2)
    files = {file.path: index for index, file in enumerate(record.files) if file.path in wanted}
    healing.run(files)
    return Healing(healed=healing.done(files), losses=tuple(healing.losses))


@dataclass(slots=True, kw_only=True)
class _Healing:
    record: ParityRecord
    folder: Path
    opened: Callable[[str], AbstractContextManager[Reader]]
    scratch: Path
    par2: Par2
    losses: list[ShardLoss] = field(default_factory=list)
    written: dict[int, int] = field(default_factory=dict)
    """Index of a wanted file -> bytes of it that were given back."""

    plan: ShardPlan = field(init=False)
    offsets: list[int] = field(init=False)

    def __post_init__(self) -> None:
        shards = self.record.shards
        self.plan = ShardPlan(total=sum(shard.bytes for shard in shards), shard_bytes=shards[0].bytes if shards else 1)
        self.offsets = self.record.offsets()

    def run(self, files: Mapping[str, int]) -> None:
        """Heal each shard that a wanted file lies in."""
        for index in files.values():
            self.written[index] = 0
            os.close(os.open(self._target(index), NEW_FILE, 0o600))  # one without bytes is in no shard
        needed = {shard for index in files.values() for shard in self._shards_of(index)}
        if not needed:
            return
        writer = ShardWriter(
            self.plan,
            lambda shard: self._place(shard) if shard in needed else None,
            lambda shard: self._heal(shard, files),
        )
        with closing(writer):
            for index, file in enumerate(self.record.files):
                here = not needed.isdisjoint(self._shards_of(index))
                for chunk in self._bytes_of(file) if here else _nothing_of(file):
                    writer.write(chunk)

    def done(self, files: Mapping[str, int]) -> dict[str, Path]:
        return {
            path: self._target(index)
            for path, index in files.items()
            if self.written[index] == self.record.files[index].bytes
        }

    def _bytes_of(self, file: ProtectedFile) -> Iterator[memoryview]:
        try:
            with self.opened(file.path) as read:
                yield from rescued(read, file.bytes)
        except OSError:
            yield from _nothing_of(file)

    def _heal(self, shard: int, files: Mapping[str, int]) -> None:
        name = shard_name(shard + 1)
        place = self._place(shard)
        sources = sorted(self.folder.glob(f"{name}.*par2"))
        repair = self.par2.repair(place.parent, name, [source for source in sources if source.is_file()])
        here = [index for index in files.values() if shard in self._shards_of(index)]
        if repair.repaired:
            for index in here:
                self._give_back(shard, index, place)
        else:
            paths = tuple(self.record.files[index].path for index in here)
            blocks = self.record.shards[shard].recovery_blocks
            self.losses.append(ShardLoss(shard=name, files=paths, recovery_blocks=blocks, repair=repair))
        for left in list(place.parent.iterdir()):
            left.unlink()

    def _give_back(self, shard: int, index: int, place: Path) -> None:
        """Copy the part of a file that lies in a healed shard to the file that is made anew."""
        begin, end = self._span(index)
        start = shard * self.plan.shard_bytes
        first, last = max(begin, start), min(end, start + self.plan.size(shard))
        with place.open("rb") as healed, self._target(index).open("r+b", buffering=0) as target:
            healed.seek(first - start)
            target.seek(first - begin)
            left = last - first
            while left and (chunk := healed.read(min(CHUNK, left))):
                write_all(target.fileno(), chunk)
                left -= len(chunk)
        self.written[index] += last - first - left

    def _span(self, index: int) -> tuple[int, int]:
        begin = self.offsets[index]
        return begin, begin + self.record.files[index].bytes

    def _shards_of(self, index: int) -> range:
        begin, end = self._span(index)
        size = self.plan.shard_bytes
        return range(begin // size, -(-end // size)) if end > begin else range(0)

    def _place(self, shard: int) -> Path:
        folder = self.scratch / "work"
        folder.mkdir(exist_ok=True)
        return folder / shard_name(shard + 1)

    def _target(self, index: int) -> Path:
        return self.scratch / f"healed-{index}"


def _nothing_of(file: ProtectedFile) -> Iterator[memoryview]:
    return rescued(lambda _offset, _count: b"", file.bytes)
