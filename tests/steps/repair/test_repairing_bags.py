"""A damaged bag is repaired from copies and judged whole, or not touched."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from archiver.steps.repair.bags import BagRepair, repair_bag
from archiver.storage.copies.opening import open_copies
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.repair.results import Repair

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def bag(tmp_path: Path, archiver_command: list[str]) -> Path:
    import subprocess  # noqa: PLC0415 - the one use

    source = tmp_path / "source"
    (source / "folder").mkdir(parents=True)
    for name, content in (("a.txt", b"a" * 5000), ("folder/b 100%.txt", b"b"), ("empty", b"")):
        (source / name).write_bytes(content)
    bag = tmp_path / "bags" / "bag"
    bag.parent.mkdir()
    subprocess.run([*archiver_command, "bag", source, bag], cwd=tmp_path, check=True, capture_output=True)
    shutil.copytree(bag, tmp_path / "copy")
    return bag


def _repair(bag: Path, *sources: Path, dry_run: bool = False) -> Repair:
    copies = [open_copies(str(source), None) for source in sources]
    return repair_bag(BagRepair(bag=bag, sources=copies, dry_run=dry_run, now=NOW))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a payload file": lambda bag: (bag / "data/a.txt").write_bytes(b"other"),
    "a payload file gone": lambda bag: (bag / "data/folder/b 100%.txt").unlink(),
    "an empty file gone": lambda bag: (bag / "data/empty").unlink(),
    "the payload gone": lambda bag: shutil.rmtree(bag / "data"),
    "a file that nobody knows": lambda bag: (bag / "data/more").write_bytes(b"more"),
    "the manifest": lambda bag: (bag / "manifest-sha512.txt").write_bytes(b"nonsense\n"),
    "the declaration gone": lambda bag: (bag / "bagit.txt").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_bag_is_repaired_to_the_byte(damage: str, bag: Path, tmp_path: Path) -> None:
    whole = contents(bag)
    DAMAGE[damage](bag)
    repair = _repair(bag, tmp_path / "copy")
    assert (repair.status, repair.findings) == ("repaired", [])
    assert contents(bag) == whole
    assert len(list((bag.parent / ".archiver-quarantine").iterdir())) == 1
    assert sorted(path.name for path in bag.parent.iterdir()) == [".archiver-quarantine", "bag"]
    assert _repair(bag, tmp_path / "copy").status == "sound"


def test_what_nobody_has_is_named_and_nothing_is_changed(bag: Path, tmp_path: Path) -> None:
    (bag / "data/a.txt").write_bytes(b"other")
    before = touched(bag)
    (tmp_path / "copy" / "data" / "a.txt").unlink()
    repair = _repair(bag, tmp_path / "copy")
    assert (repair.status, repair.lacking) == ("failed", ["data/a.txt"])
    assert [finding.code for finding in repair.findings] == ["repair-not-possible"]
    assert touched(bag) == before
    assert [path.name for path in bag.parent.iterdir()] == ["bag"]


def test_tag_manifests_that_are_damaged_themselves_leave_the_bag_as_it_is(bag: Path, tmp_path: Path) -> None:
    (bag / "tagmanifest-sha512.txt").write_bytes(b"0" * 128 + b"  bagit.txt\n")
    before = touched(bag)
    assert _repair(bag, tmp_path / "copy").status == "failed"
    assert touched(bag) == before


def test_a_dry_run_changes_nothing(bag: Path, tmp_path: Path) -> None:
    (bag / "data/a.txt").unlink()
    before = touched(bag)
    repair = _repair(bag, tmp_path / "copy", dry_run=True)
    assert (repair.status, [one.file for one in repair.replaced]) == ("planned", ["data/a.txt"])
    assert touched(bag) == before
