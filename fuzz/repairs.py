"""Damaged packages are repaired, from parity and then from a copy, and held against what they were, byte by byte."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from archiver.steps.repair.protecting import ProtectRequest, protect
from archiver.steps.repair.repairing import RepairOptions, repair_stored
from archiver.steps.repair.results import Repair
from archiver.storage.parity.checking import read_set
from archiver.storage.parity.program import find_par2
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree

_PERCENT = 5
_OUT_OF_REACH = "repair-parity-exhausted"


class Repairs:
    """Repairs in one store, which has a copy and parity of all that it holds."""

    def __init__(self, place: StorePlace, copy: Path) -> None:
        """Copy the store, protect it, and write down where its packages lie.

        Args:
            place: the store, whole.
            copy: does not exist yet.
        """
        shutil.copytree(place.root, copy)
        self._place, self._copy = place, copy
        self._now = datetime.now(UTC)
        self._par2 = find_par2()
        self.by_parity = 0
        tree = open_tree(str(place.root))
        request = ProtectRequest(place=place, tree=tree, par2=self._par2, percent=_PERCENT, now=self._now)
        for one in protect(request):
            if one.status != "protected":
                raise AssertionError(f"{one.path} was not protected: {one.findings}")
        reader = StoreReader(tree)
        self._identifiers = {path: reader.read_object(path).identifier for path in reader.object_paths()}
        for path, identifier in self._identifiers.items():
            body = {"identifier": identifier, "path": path, "version": reader.read_object(path).inventory.head}
            StoreLog(place.records).append("added", body, now=self._now)

    def of(self, package: str, damaged: Path) -> list[str]:
        """Repair one package from parity, damage it again, repair it from the copy; say what was wrong."""
        after = damaged.read_bytes() if damaged.exists() else None
        before = _bytes(self._place.root / package)
        wrong = []
        by_parity = self._repaired(package, from_copy=False)
        if by_parity.status == "repaired":
            self.by_parity += 1
            wrong += self._differs(package, "parity")
            damaged.unlink(missing_ok=True)
            if after is not None:
                damaged.write_bytes(after)
        else:
            if self._lost_blocks(package, damaged) <= self._capacity(package, damaged):
                wrong.append(f"{damaged}: parity can give it back, and did not: {by_parity.findings}")
            if _OUT_OF_REACH not in {finding.code for finding in by_parity.findings}:
                wrong.append(f"{damaged}: it is not said that parity cannot give it back: {by_parity.findings}")
            if _bytes(self._place.root / package) != before:
                wrong.append(f"{damaged}: not repaired, and changed")
        from_copy = self._repaired(package, from_copy=True)
        if from_copy.status != "repaired":
            wrong.append(f"{damaged}: not repaired from a copy: {from_copy.findings}")
        return wrong + self._differs(package, "a copy")

    def _repaired(self, package: str, *, from_copy: bool) -> Repair:
        options = RepairOptions(
            place=self._place,
            sources=(str(self._copy),) if from_copy else (),
            par2=None if from_copy else self._par2,
            now=self._now,
            clock=lambda: self._now,
        )
        [repair] = repair_stored(options, [self._identifiers[package]])
        return repair

    def _differs(self, package: str, source: str) -> list[str]:
        whole, now = _bytes(self._copy / package), _bytes(self._place.root / package)
        names = sorted(path for path in whole.keys() | now.keys() if whole.get(path) != now.get(path))
        return [f"{package}/{name}: repaired from {source}, and not what it was" for name in names]

    def _lost_blocks(self, package: str, damaged: Path) -> int:
        """Return how many blocks of its shard a file lies in: 0 for one that no parity is made of."""
        path = damaged.relative_to(self._place.root / package).as_posix()
        record = read_set(self._place.parity / package / path.partition("/")[0])
        for file, begin in zip(record.files, record.offsets(), strict=True) if record else ():
            if file.path == path and record is not None and file.bytes:
                size = record.shards[0].block_bytes
                return (begin + file.bytes - 1) // size - begin // size + 1
        return 0

    def _capacity(self, package: str, damaged: Path) -> int:
        path = damaged.relative_to(self._place.root / package).as_posix()
        record = read_set(self._place.parity / package / path.partition("/")[0])
        return record.shards[0].recovery_blocks if record and record.shards else 0


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
