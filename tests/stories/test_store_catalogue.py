"""What a store holds, asked by the commands that people use: index, search, duplicates, compare."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.stories.commands import Archiver

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, archiver_command: list[str]) -> Path:
    """Return a folder with a store of two packages that share a document, and these packages."""
    archiver = Archiver(command=tuple(archiver_command), home=tmp_path_factory.mktemp("home"))
    folder = tmp_path_factory.mktemp("stored")
    for item in ("harbour", "council"):
        (folder / "seeds" / item).mkdir(parents=True)
        (folder / "seeds" / item / "shared.txt").write_text("The same in both.\n")
        (folder / "seeds" / item / "own.txt").write_text(f"Papers of the {item}.\n")
    built = archiver("build", "--no-pdfa", cwd=folder)
    assert built.status == 0, built.stderr
    added = archiver("store", "add", "packages/harbour", "packages/council", cwd=folder)
    assert added.status == 0, added.stderr
    return folder


@pytest.fixture
def work(stored: Path, tmp_path: Path) -> Path:
    """Return a copy of it, for one test alone."""
    return shutil.copytree(stored, tmp_path / "work")


def test_what_was_added_is_found_and_the_catalogue_can_be_lost(work: Path, archiver: Archiver) -> None:
    found = archiver("store", "search", "harbour", "--json", cwd=work)
    assert found.status == 0, found.stderr
    (hit,) = found.objects
    assert hit["title"] == "[harbour]"
    (work / "store.archiver" / "catalogue.sqlite").unlink()
    assert archiver("store", "search", "harbour", "--json", cwd=work).objects == [hit]
    (indexed,) = archiver("store", "index", "--json", cwd=work).objects
    assert (indexed["packages"], indexed["unreadable"], indexed["absent"]) == (2, 0, [])
    assert indexed["log_entries"] >= 2
    nothing = archiver("store", "search", "no", "such", "words", cwd=work)
    assert (nothing.status, nothing.stdout) == (1, "")


def test_the_same_bytes_in_two_packages_are_listed(work: Path, archiver: Archiver) -> None:
    (found,) = archiver("store", "duplicates", "--json", cwd=work).objects
    assert {copy["path"].rsplit("/", 1)[1] for copy in found["copies"]} == {"shared.txt"}
    assert len(found["copies"]) == 2
    assert "1 content in more than one package" in archiver("store", "duplicates", cwd=work).stdout


def test_two_stores_are_compared(work: Path, archiver: Archiver) -> None:
    shutil.copytree(work / "store", work / "copy")
    same = archiver("store", "compare", "store", "copy", cwd=work)
    assert (same.status, same.stdout) == (0, "2 packages: 2 the same.\n")
    more = archiver("store", "add", "packages/harbour", "--store", "third", cwd=work)
    assert more.status == 0, more.stderr
    differing = archiver("store", "compare", "copy", "third", "--json", cwd=work)
    assert differing.status == 1
    assert sorted(one["result"] for one in differing.objects) == ["only-a", "same"]


def test_a_package_that_is_gone_is_told(work: Path, archiver: Archiver) -> None:
    (hit,) = archiver("store", "search", "council", "--json", cwd=work).objects
    shutil.rmtree(work / "store" / hit["path"])
    indexed = archiver("store", "index", "--json", cwd=work)
    assert indexed.status == 1
    assert indexed.codes == {"package-absent"}
    (work / "store.archiver" / "catalogue.sqlite").unlink()
    assert archiver("store", "index", "--json", cwd=work).codes == {"package-absent"}  # the log knows it, too


def test_what_is_wrong_is_said_in_words(work: Path, archiver: Archiver) -> None:
    for words, said in (
        (("index", "--store", "nowhere"), "no OCFL storage root"),
        (("search", "--", "-*"), "no word to search for"),
        (("search", "a", "--catalogue", "postgresql://ann:secret@host/name"), "pgpass"),
        (("search", "a", "--catalogue", "mysql://host/name"), "SQLite"),
        (("compare", "store", "nowhere"), "no OCFL storage root"),
    ):
        ran = archiver("store", *words, cwd=work)
        assert ran.status == 2, words
        assert said in ran.stderr
        assert "secret" not in ran.stderr
        assert "Traceback" not in ran.stderr
