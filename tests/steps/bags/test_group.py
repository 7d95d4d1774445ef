from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.standards.bagit import parse_bag_info
from archiver.steps.bags.group import make_group
from archiver.steps.bags.making import BagResult, BagSettings
from archiver.steps.verify import verify_paths
from tests.judges.verdict import JudgeResult
from tests.steps.conftest import NOW, Heard
from tests.stories.trees import contents, touched

FILES = {"a/1": 400, "a/2": 500, "b/1": 300, "c/1": 600, "c/2": 600, "d": 1500, "e": 0}


@pytest.fixture
def asked(tmp_path: Path) -> BagSettings:
    """Return settings, to be changed with ``dataclasses.replace``."""
    for path, size in FILES.items():
        file = tmp_path / "source" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(path.encode()[-1:] * size)
    return BagSettings(
        source=tmp_path / "source", destination=tmp_path / "out" / "letters", configuration=Configuration(), now=NOW
    )


def group(asked: BagSettings, limit: int = 1000, **changes: object) -> tuple[BagResult, ...]:
    """Make a group with changed settings; see what it told of its progress."""
    heard = Heard()
    results = make_group(dataclasses.replace(asked, **changes), limit, heard)  # type: ignore[arg-type]  # its fields
    if all(one.status == "bagged" for one in results):
        assert sum(heard.steps) == heard.total == 2 * sum(one.bytes for one in results)
    return results


def info(bag: Path) -> dict[str, str]:
    """Return the labels of a bag in a folder."""
    return dict(parse_bag_info((bag / "bag-info.txt").read_text(encoding="utf-8")).fields)


def payload(bag: Path) -> dict[str, int]:
    """Return path -> bytes of a bag in a folder."""
    return {
        str(one.relative_to(bag / "data")): one.stat().st_size for one in (bag / "data").rglob("*") if one.is_file()
    }


def test_the_bags_lie_in_one_folder_and_know_each_other(
    asked: BagSettings, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    before = touched(asked.source)
    results = group(asked)
    assert [one.path.name for one in results] == [f"letters-00{number}-of-004" for number in range(1, 5)]
    assert sorted(one.name for one in asked.destination.iterdir()) == [one.path.name for one in results]
    assert [one.name for one in asked.destination.parent.iterdir()] == ["letters"]
    assert [payload(one.path) for one in results] == [
        {"a/1": 400, "a/2": 500, "e": 0},
        {"b/1": 300, "c/1": 600},
        {"c/2": 600},
        {"d": 1500},
    ]
    labels = [info(one.path) for one in results]
    assert [one["Bag-Count"] for one in labels] == [f"{number} of 4" for number in range(1, 5)]
    (identifier,) = {one["Bag-Group-Identifier"] for one in labels}
    assert identifier.startswith("urn:uuid:")
    assert all(bagit_judge(one.path).passed for one in results)
    assert touched(asked.source) == before


def test_findings_stand_with_their_bag(asked: BagSettings) -> None:
    results = group(asked, labels=(("Bag-Count", "7"), ("bag-group-identifier", "MS 1")))
    assert [[(one.code, one.file) for one in result.findings] for result in results] == [
        [("bag-info-recomputed", "bag-info.txt"), ("empty-file", "e")],
        [],
        [],
        [("file-over-split-size", "d")],
    ]
    assert {(info(one.path)["bag-group-identifier"], "Bag-Group-Identifier" in info(one.path)) for one in results} == {
        ("MS 1", False)
    }


@pytest.mark.parametrize("form", ["tar", "zip"])
def test_a_group_of_archives(asked: BagSettings, form: str) -> None:
    results = group(asked, serialization=form)
    assert [one.path.name for one in results] == [f"letters-00{number}-of-004.{form}" for number in range(1, 5)]
    verdicts = list(verify_paths([asked.destination]))
    assert [(one.path, one.valid, one.bytes) for one in verdicts] == [
        (str(one.path), True, one.bytes) for one in results
    ]
    assert {finding.code for one in verdicts for finding in one.findings} == set()


def test_the_same_source_gives_the_same_bytes(asked: BagSettings) -> None:
    group(asked)
    other = asked.destination.parent.parent / "again" / "letters"
    group(asked, destination=other)
    assert contents(other) == contents(asked.destination)


def test_what_fits_is_a_group_of_one(asked: BagSettings) -> None:
    (only,) = group(asked, 10_000)
    assert (only.path.name, info(only.path)["Bag-Count"]) == ("letters-001-of-001", "1 of 1")


def test_an_error_in_the_source_is_one_result_and_no_folder(asked: BagSettings) -> None:
    (asked.source / "link").symlink_to("e")
    (failed,) = group(asked)
    assert (failed.path, failed.status) == (asked.destination, "failed")
    assert ("symbolic-link", "link") in {(one.code, one.file) for one in failed.findings}
    assert not asked.destination.parent.exists()


def test_a_file_that_changes_meanwhile_is_named_in_its_bag(asked: BagSettings) -> None:
    class Meddling(Heard):
        def advance(self, count: int) -> None:
            with (asked.source / "c" / "2").open("ab") as file:
                file.write(b"more")
            super().advance(count)

    results = make_group(dataclasses.replace(asked, serialization="tar"), 1000, Meddling())
    assert {one.status for one in results} == {"failed"}
    assert [[one.code for one in result.findings if one.severity == "error"] for result in results] == [
        [],
        [],
        ["file-changed-while-read"],
        [],
    ]
    assert list(asked.destination.parent.iterdir()) == []


def test_an_archives_name_is_no_folders(asked: BagSettings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"name it letters, and ask for archives in it with --serialization zip"):
        group(asked, destination=tmp_path / "letters.zip")
