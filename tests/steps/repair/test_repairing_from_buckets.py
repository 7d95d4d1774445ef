"""The good bytes may lie in a bucket: the store there is read, and never written to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archiver.steps.repair.repairing import RepairOptions, repair_stored
from archiver.storage.stores.place import store_place
from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judges.seaweedfs import ObjectStore

NAME = "urn:example:one"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_package_is_repaired_from_a_bucket(object_store: ObjectStore, tmp_path: Path) -> None:
    root = make_root(tmp_path / "store")
    make_object(root / "one", NAME, {"a.txt": b"a" * 5000}, {"a.txt": b"a" * 5000, "b.txt": b"b"})
    location = object_store.upload(root)
    whole = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    (root / "one" / "v1" / "content" / "a.txt").write_bytes(b"damage")
    (root / "one" / "v1" / "inventory.json").unlink()
    options = RepairOptions(
        place=store_place(root),
        sources=(location,),
        remotes=object_store.remotes,
        now=NOW,
        clock=lambda: NOW,
    )
    [repair] = repair_stored(options, [NAME])
    assert (repair.status, repair.findings) == ("repaired", [])
    assert {one.source for one in repair.replaced} >= {location}
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == whole
