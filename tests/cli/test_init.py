from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from archiver.config import read_configuration
from tests.stories.trees import touched

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


def test_a_new_folder_is_made_ready_and_builds(run: CommandLine) -> None:
    ran = run("init", "archive", "--name", 'The "Small" \\ Archive')
    assert (ran.status, ran.err) == (0, "")
    place = run.place / "archive"
    assert sorted(entry.name for entry in place.iterdir()) == ["archiver.toml", "metadata", "packages", "seeds"]
    configuration = read_configuration(place / "archiver.toml")
    assert configuration.name == 'The "Small" \\ Archive'
    assert configuration.algorithms == ("sha512",)
    assert not configuration.is_unnamed
    (place / "seeds" / "a.txt").write_text("x\n", encoding="utf-8")
    words = ["archive/seeds", "--metadata", "archive/metadata", "--config", "archive/archiver.toml", "--no-pdfa"]
    built = run("build", *words, "--out", "archive/packages")
    assert (built.status, built.err) == (0, "")
    assert 'Source-Organization: The "Small" \\ Archive\n' in (place / "packages/a/bag-info.txt").read_text("utf-8")


def test_the_folder_names_the_archive_where_nobody_does_and_each_has_its_own_namespace(run: CommandLine) -> None:
    assert run("init", "Société d'histoire").status == 0
    assert run("init", "other").status == 0
    one, other = (read_configuration(run.place / name / "archiver.toml") for name in ("Société d'histoire", "other"))
    assert (one.name, other.name) == ("Société d'histoire", "other")
    assert one.namespace != other.namespace
    assert {one.namespace.version, other.namespace.version} == {4}


def test_this_folder_is_meant_where_none_is_named(run: CommandLine) -> None:
    assert run("init").status == 0
    assert read_configuration(run.place / "archiver.toml").name == run.place.name


def test_what_is_there_is_never_written_over(run: CommandLine) -> None:
    (run.place / "metadata").mkdir()
    (run.place / "metadata" / "_collection.yaml").write_text("publisher: Mine\n", encoding="utf-8")
    assert run("init").status == 0
    assert (run.place / "metadata" / "_collection.yaml").read_text(encoding="utf-8") == "publisher: Mine\n"
    before = touched(run.place)
    again = run("init", "--name", "Other")
    assert again.status == 2
    assert "archiver.toml exists already" in again.err
    assert touched(run.place) == before


@pytest.mark.parametrize("holder", ["file", "dangling link"])
def test_an_archiver_toml_of_any_kind_stops_it_before_anything_is_made(run: CommandLine, holder: str) -> None:
    if holder == "file":
        (run.place / "archiver.toml").write_text("mine", encoding="utf-8")
    else:
        (run.place / "archiver.toml").symlink_to("nowhere.toml")
    assert run("init").status == 2
    assert [entry.name for entry in run.place.iterdir()] == ["archiver.toml"]


@pytest.mark.parametrize("name", ["seeds", "metadata", "packages"])
def test_a_file_in_the_way_is_named(run: CommandLine, name: str) -> None:
    (run.place / name).write_text("mine", encoding="utf-8")
    ran = run("init")
    assert ran.status == 2
    assert f"{name}: File exists" in ran.err
    assert (run.place / name).read_text(encoding="utf-8") == "mine"


def test_a_namespace_is_a_uuid_that_nobody_else_has(run: CommandLine) -> None:
    assert run("init").status == 0
    text = (run.place / "archiver.toml").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("namespace = ")]
    assert uuid.UUID(line.partition(" = ")[2].strip('"')).variant == uuid.RFC_4122
