"""The same input and ``SOURCE_DATE_EPOCH`` give the same bytes, whatever else is different about the two builds."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from tests.judges.verdict import CHECKOUT
from tests.stories.commands import Archiver
from tests.stories.trees import contents

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.collections_built import Collection


def copied(source: Path, target: Path) -> Path:
    """Copy a folder's bytes and nothing else: other times, other modes, other order of creation."""
    for path in sorted(source.rglob("*"), reverse=True):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        place.chmod(0o600)
        os.utime(place, (1, 1))
    return target


def test_the_same_bytes_from_another_place(own: Collection, archiver: Archiver, tmp_path: Path) -> None:
    """Another path, working folder, time zone, hash seed, locale and number of workers; relative paths for absolute."""
    place = tmp_path / "ein anderer Ort ж"
    copied(CHECKOUT / "seeds", place / "seeds")
    copied(CHECKOUT / "metadata", place / "metadata")
    shutil.copy(CHECKOUT / "archiver.toml", place)
    changes = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242", "LANG": "C", "LC_ALL": "C", "HOME": str(place)}
    ran = archiver("build", "--json", "--workers", "1", cwd=place, changes=changes)
    assert ran.status == 0, ran.stderr
    assert contents(place / "packages") == contents(own.place / "packages")
    told = [{**one, "package": None} for one in ran.objects]
    assert told == [{**one, "package": None} for one in own.results]


def test_two_workers_and_one_give_the_same(own: Collection, archiver: Archiver, tmp_path: Path) -> None:
    changes = {"TZ": "America/St_Johns", "PYTHONHASHSEED": "1", "LANG": "tr_TR.UTF-8"}
    ran = archiver(*own.arguments, "--json", "--workers", "2", cwd=tmp_path, changes=changes)
    assert ran.status == 0, ran.stderr
    assert contents(tmp_path / "packages") == contents(own.place / "packages")


def test_another_time_gives_other_bytes(letters: Path, archiver: Archiver) -> None:
    """Or the comparison above could not fail."""
    for out, epoch in (("one", "1700000000"), ("two", "1700086400")):
        assert archiver("build", "--out", out, cwd=letters, changes={"SOURCE_DATE_EPOCH": epoch}).status == 0
    one, two = contents(letters / "one"), contents(letters / "two")
    assert one.keys() == two.keys()
    changed = {path.split("/", 1)[1] for path in one if one[path] != two[path]}
    assert "bag-info.txt" in changed
    assert "data/metadata/preservation/premis.xml" in changed
    assert "data/representations/original/data/letter.txt" not in changed
