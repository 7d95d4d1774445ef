"""A store of this machine; what it holds is found by reading its inventory and its files."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.config import Configuration
from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits import ocfl_store
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from archiver.steps.deposits.package_store import package_store
from tests.contracts.targets.bench import surroundings_of_tests

if TYPE_CHECKING:
    import pytest

    from archiver.deposits.contract import Target

JUDGES = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StoreBench:
    """The suite's view of it."""

    store: Path
    packaging: Packaging = Packaging.FOLDER
    min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK
    port: int | None = None

    def make(self, port: int | None = None) -> Target:  # noqa: ARG002 - there is no connection
        own = Table(name="targets.one", values={"path": str(self.store)}, file="/nowhere/archiver.toml")
        surroundings = dataclasses.replace(
            surroundings_of_tests(),
            store=lambda settings: package_store(settings, Configuration(), lambda: datetime.now(UTC)),
        )
        return ocfl_store.make(TargetSettings(name="one", kind=ocfl_store.KIND, own=own), surroundings)

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        versions = list(self._versions(parcel))
        if not versions:
            return None
        return {path: file.read_bytes() for path, file in versions[-1].items()}

    def count(self, parcel: Parcel) -> int:
        return len(list(self._versions(parcel)))

    def tamper(self, parcel: Parcel) -> bool:
        for version in self._versions(parcel):
            file = max(version.values(), key=lambda one: one.stat().st_size)
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 1
            os.chmod(file, 0o644)  # noqa: PTH101 - as it stands
            file.write_bytes(content)
            return True
        return False

    def _versions(self, parcel: Parcel) -> Iterator[dict[str, Path]]:
        """Yield path in the parcel -> file, of each version of the parcel's object."""
        for inventory in sorted(self.store.rglob("inventory.json")):
            told = json.loads(inventory.read_text(encoding="utf-8"))
            if told["id"] != parcel.identifier or not (inventory.parent / "0=ocfl_object_1.1").exists():
                continue
            for version in told["versions"].values():
                yield {
                    f"{parcel.name}/{path}": inventory.parent / told["manifest"][digest][0]
                    for digest, paths in version["state"].items()
                    for path in paths
                }


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[StoreBench]:  # noqa: ARG001 - no server
    """Give a store that is not there yet."""
    yield StoreBench(store=folder / "store")
