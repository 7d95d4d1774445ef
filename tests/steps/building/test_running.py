from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration
from archiver.errors import StorageError, UsageError
from archiver.steps.building.item_build import ItemBuild
from archiver.steps.building.running import build
from archiver.steps.building.settings import BuildSettings
from archiver.storage.bag_reader import verify_bag
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.results import ItemResult
    from tests.steps.conftest import Heard

    Built = Callable[[BuildSettings], list[ItemResult]]


def write(source: Path, **files: str) -> None:
    for name, text in files.items():
        (source / f"{name}.txt").write_text(text, encoding="utf-8")


def test_results_come_in_the_order_of_the_source_with_progress_that_ends_at_its_total(
    settings: BuildSettings, source: Path, heard: Heard
) -> None:
    write(source, b="second", a="first", c="")
    (source / "box").mkdir()
    write(source / "box", x="xx", y="yyy")
    settings = replace(settings, configuration=Configuration(workers=2))
    run = build(settings, heard)
    assert (run.items, run.bytes) == (4, 16)
    assert not settings.destination.exists()  # nothing is done before results are asked for
    results = list(run.results)
    assert [result.item for result in results] == ["a.txt", "b.txt", "box", "c.txt"] == heard.items
    assert {result.status for result in results} == {"built"}
    assert (heard.total, sum(heard.steps)) == (16, 16)
    assert all(verify_bag(result.package).valid for result in results if result.package)
    assert [document.source for document in results[2].documents] == ["box/x.txt", "box/y.txt"]


def test_progress_reaches_its_total_for_what_is_current_too(
    settings: BuildSettings, source: Path, built: Built, heard: Heard
) -> None:
    write(source, a="first", b="second")
    assert [result.status for result in built(settings)] == ["built", "built"]
    before = contents(settings.destination)
    assert [result.status for result in build(settings, heard).results] == ["current", "current"]
    assert sum(heard.steps) == heard.total == 11
    assert contents(settings.destination) == before


def test_shards_build_every_item_once(settings: BuildSettings, source: Path, built: Built) -> None:
    for number in range(7):
        write(source, **{f"letter-{number}": str(number)})
    parts = [[result.item for result in built(replace(settings, shard=(place, 3)))] for place in (1, 2, 3)]
    assert sorted(name for part in parts for name in part) == sorted(f"letter-{number}.txt" for number in range(7))
    assert [len(part) for part in parts] == [3, 2, 2]
    whole = replace(settings, destination=settings.destination.with_name("whole"))
    built(whole)
    assert contents(whole.destination) == contents(settings.destination)


def test_a_change_makes_a_version_beside_the_one_that_stands(
    settings: BuildSettings, source: Path, built: Built
) -> None:
    write(source, a="first")
    built(settings)
    before = touched(settings.destination / "a")
    for number in (2, 3):
        write(source, a=f"text {number}")
        (result,) = built(settings)
        assert (result.status, result.package) == ("built", settings.destination / f"a-v{number}")
    assert touched(settings.destination / "a") == before
    write(source, a="first")
    (result,) = built(settings)
    assert result.package == settings.destination / "a-v4"  # the newest version counts, not any that ever stood
    identifiers = {
        line
        for package in settings.destination.iterdir()
        for line in (package / "bag-info.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith("External-Identifier")
    }
    assert len(identifiers) == 1


def test_other_settings_make_another_version(settings: BuildSettings, source: Path, built: Built) -> None:
    write(source, a="first")
    built(settings)
    (result,) = built(replace(settings, configuration=Configuration(pdfa=None, algorithms=("sha512", "sha256"))))
    assert result.package == settings.destination / "a-v2"
    premis = settings.destination / "a-v2/data/metadata/preservation/premis.xml"
    assert "Version 2 follows version 1; settings changed" in premis.read_text(encoding="utf-8")


def test_an_item_that_fails_leaves_nothing_and_ends_nothing(
    settings: BuildSettings, source: Path, built: Built
) -> None:
    write(source, a="first", c="third")
    (source / "b.txt").symlink_to("a.txt")
    results = built(settings)
    assert [result.status for result in results] == ["built", "failed", "built"]
    assert (results[1].package, results[1].has_errors) == (None, True)
    assert sorted(entry.name for entry in settings.destination.iterdir()) == ["a", "c"]


def test_a_document_that_vanishes_or_turns_into_a_pipe_fails_its_item_alone(
    settings: BuildSettings, source: Path, heard: Heard
) -> None:
    write(source, a="first", b="second", c="third")
    run = build(settings, heard)
    (source / "a.txt").unlink()
    (source / "b.txt").unlink()
    os.mkfifo(source / "b.txt")
    results = list(run.results)
    assert [result.status for result in results] == ["failed", "failed", "built"]
    assert [[finding.code for finding in result.findings] for result in results[:2]] == [["unreadable-file"]] * 2


def test_a_build_that_is_given_up_leaves_no_staging(settings: BuildSettings, source: Path, heard: Heard) -> None:
    write(source, a="first", b="second", c="third")
    results = build(settings, heard).results
    next(results)
    results.close()  # type: ignore[attr-defined]  # it is a generator
    assert [entry.name for entry in settings.destination.iterdir()] == ["a"]


def test_a_destination_that_cannot_be_made_is_an_error_with_its_name(
    settings: BuildSettings, source: Path, tmp_path: Path, built: Built
) -> None:
    write(source, a="first")
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="file/packages refused: Not a directory"):
        built(replace(settings, destination=tmp_path / "file" / "packages"))


@pytest.mark.parametrize("place", ["seeds", "seeds/packages", "link", "link/deeper/still", "seeds/../seeds/x"])
def test_a_destination_inside_the_source_is_refused_however_it_is_spelt(
    settings: BuildSettings, tmp_path: Path, heard: Heard, place: str
) -> None:
    (tmp_path / "link").symlink_to("seeds")
    with pytest.raises(UsageError, match="lies inside the source"):
        build(replace(settings, destination=tmp_path / place), heard)
    assert list((tmp_path / "seeds").iterdir()) == []


def test_a_collection_is_one_package(settings: BuildSettings, source: Path, built: Built) -> None:
    write(source, a="first")
    (source / "box").mkdir()
    write(source / "box", a="second")
    (result,) = built(replace(settings, bundle="collection"))
    assert (result.item, result.package) == ("seeds", settings.destination / "seeds")
    below = settings.destination / "seeds/data/representations/original/data"
    assert contents(below) == contents(source)


def test_a_defect_costs_one_item_alone(
    settings: BuildSettings, source: Path, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(source, a="first", b="second", c="third")
    real = ItemBuild.stage

    def faulty(work: ItemBuild) -> None:
        if work.place.name == "b.txt":
            raise LookupError("nobody\x1b foresaw this")
        real(work)

    monkeypatch.setattr(ItemBuild, "stage", faulty)
    results = built(settings)
    assert [result.status for result in results] == ["built", "failed", "built"]
    (finding,) = results[1].findings
    assert finding.code == "unexpected-error"
    assert "LookupError: nobody\\x1b foresaw this, in test_running.py, line" in finding.message.replace("this)", "this")
