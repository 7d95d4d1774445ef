from __future__ import annotations

import dataclasses
import errno
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.model import Severity
from archiver.steps.bags.in_place import make_bag_in_place
from archiver.steps.bags.making import BagResult, BagSettings
from archiver.steps.verify import verify_paths
from archiver.storage import durable, in_place
from archiver.storage.bag_reader import verify_bag
from archiver.storage.locked_folder import only_one
from tests.judges.verdict import JudgeResult
from tests.steps.bags.test_extract import FILES, OLD, Heard
from tests.stories.trees import contents, touched

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with awkward but lawful names, alone in another."""
    place = tmp_path / "place" / "letters"
    for path, data in FILES.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
        os.utime(place / path, ns=(OLD, OLD))
    (place / "empty").mkdir()
    return place


def make(folder: Path, heard: Heard | None = None, **changes: object) -> BagResult:
    """Make a bag in place with changed settings."""
    configuration = Configuration(algorithms=("sha256", "sha512"))
    asked = BagSettings(source=folder, destination=folder, configuration=configuration, now=NOW)
    asked = dataclasses.replace(asked, **changes)  # type: ignore[arg-type]  # fields of the settings
    return make_bag_in_place(asked, heard or Heard())


def errors(result: BagResult) -> list[tuple[str, str | None]]:
    """Return code and file of each error."""
    return [(one.code, one.file) for one in result.findings if one.severity is Severity.ERROR]


def test_the_folder_becomes_the_payload_untouched(folder: Path, bagit_judge: Callable[[Path], JudgeResult]) -> None:
    (folder / "box" / "50% off\nor more.txt").unlink()  # which bagit-python does not decode as RFC 8493 asks
    folder.chmod(0o750)
    before, heard = touched(folder), Heard()
    inodes = {one.relative_to(folder): one.stat().st_ino for one in folder.rglob("*")}
    result = make(folder, heard, labels=(("Contact-Name", "Jane"),))
    assert (result.status, result.files, errors(result)) == ("bagged", 4, [])
    assert touched(folder / "data") == before
    assert {one.relative_to(folder / "data"): one.stat().st_ino for one in (folder / "data").rglob("*")} == inodes
    assert sum(heard.done) == heard.total == result.bytes
    assert [one.name for one in folder.parent.iterdir()] == ["letters"]
    assert folder.stat().st_mode & 0o777 == 0o750
    verdict = verify_bag(folder)
    assert (verdict.valid, verdict.files, verdict.algorithms) == (True, 4, ("sha256", "sha512"))
    assert bagit_judge(folder).passed
    assert "Contact-Name: Jane\n" in (folder / "bag-info.txt").read_text()


def test_an_empty_folder_stays_and_is_told_of(folder: Path) -> None:
    result = make(folder)
    (told,) = [one.message for one in result.findings if one.code == "empty-folder"]
    assert "it stays in data/" in told
    assert (folder / "data" / "empty").is_dir()


def test_bagit_python_is_asked_on_request(folder: Path) -> None:
    result = make(folder, cross_check=True)
    assert result.second_opinion is not None
    assert result.second_opinion.startswith("bagit-python")


def test_what_no_bag_may_hold_is_an_error_before_anything_moves(folder: Path) -> None:
    (folder / "link").symlink_to("letter.txt")
    os.mkfifo(folder / "box" / "pipe")
    (folder / os.fsdecode(b"caf\xe9")).write_bytes(b"x")
    before = sorted(folder.iterdir())
    found = {code for code, _ in errors(make(folder))}
    assert found == {"symbolic-link", "special-file", "name-not-utf8"}
    assert sorted(folder.iterdir()) == before
    assert [one.name for one in folder.parent.iterdir()] == ["letters"]


@pytest.mark.parametrize("what", ["write", "add", "remove", "swap"])
def test_a_folder_that_changes_meanwhile_stays_as_it_is(folder: Path, what: str) -> None:
    steps: dict[str, Callable[[], object]] = {
        "write": lambda: (folder / "box" / "été" / "z.bin").write_bytes(FILES["box/été/z.bin"].swapcase()),
        "add": lambda: (folder / "new.txt").write_bytes(b"new"),
        "remove": lambda: (folder / "box" / "zero").unlink(missing_ok=True),
        "swap": lambda: (folder / "letter.txt").exists() and (folder / "letter.txt").rename(folder / "other.txt"),
    }

    def last() -> None:
        if heard.done and sum(heard.done) + len(FILES["letter.txt"]) >= heard.total:
            steps[what]()

    heard = Heard(meanwhile=last)
    result = make(folder, heard)
    assert result.status == "failed"
    assert {code for code, _ in errors(result)} <= {
        *("file-changed-while-read", "unreadable-file", "package-not-read-back", "bag-file-missing"),
        *("bag-file-unlisted", "bag-oxum-mismatch"),
    }
    assert not (folder / "data").exists()
    assert [one.name for one in folder.parent.iterdir()] == ["letters"]


@pytest.mark.parametrize("step", ["rename", "fsync_folder", "publish"])
def test_a_step_that_fails_leaves_the_folder_as_it_was(
    folder: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    real = Path.rename
    with monkeypatch.context() as patched:
        if step == "rename":
            patched.setattr(Path, "rename", refuse)
        elif step == "publish":
            patched.setattr(in_place, "publish", refuse)
        else:
            calls = iter([True, True, False, True])
            patched.setattr(
                in_place, "fsync_folder", lambda place: durable.fsync_folder(place) if next(calls) else refuse()
            )
        result = make(folder)
    assert Path.rename is real
    assert errors(result) == [("disk-refused", None)]
    assert any("letters is as it was" in one.message for one in result.findings)
    assert contents(folder) == before
    assert [one.name for one in folder.parent.iterdir()] == ["letters"]


def cut_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave what a kill between the two renames leaves; return where the bag is."""

    class KilledError(BaseException):
        pass

    def stop(*_: object) -> None:
        raise KilledError

    def no_way_back(path: Path, target: Path) -> None:
        if target == folder:
            raise KilledError
        real(path, target)

    real = Path.rename
    with monkeypatch.context() as patched:
        patched.setattr(in_place, "publish", stop)
        patched.setattr(Path, "rename", no_way_back)
        with pytest.raises(KilledError):
            make(folder)
    assert not folder.exists()
    return in_place.beside(folder)


def test_a_run_that_was_cut_off_is_told_and_finished(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(folder)
    bag = cut_off(folder, monkeypatch)
    assert bag == folder.with_name(".letters.archiver-bag")
    assert verify_bag(bag).valid
    (verdict,) = verify_paths([folder])
    assert [one.code for one in verdict.findings] == ["path-not-found"]
    assert f"`archiver bag {folder} --in-place` finishes that" in verdict.findings[0].message
    assert list(verify_paths([folder.parent])) == [verdict]  # nor is it passed over among others
    result = make(folder)
    assert (result.status, errors(result), result.files) == ("bagged", [], 5)
    assert "bag-in-place-finished" in {one.code for one in result.findings}
    assert verify_bag(folder).valid
    assert contents(folder / "data") == before
    assert [one.name for one in folder.parent.iterdir()] == ["letters"]


def test_a_run_that_was_cut_off_and_damaged_is_not_called_good(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cut_off(folder, monkeypatch) / "data" / "letter.txt").write_bytes(b"A lettER.\n")
    result = make(folder)
    assert (result.status, errors(result)) == ("failed", [("bag-file-damaged", "data/letter.txt")])
    assert folder.is_dir()


def test_a_name_taken_meanwhile_is_said_and_nothing_lost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bag = cut_off(folder, monkeypatch)
    before = contents(bag)
    folder.mkdir()
    with pytest.raises(UsageError, match="look at both"):
        make(folder)
    assert contents(bag) == before


def test_what_an_earlier_run_had_prepared_goes_away_and_nothing_else_does(folder: Path) -> None:
    bag = in_place.beside(folder)
    bag.mkdir()
    (bag / "mine.txt").write_bytes(b"x")
    with pytest.raises(UsageError, match="is in the way"):
        make(folder)
    assert (bag / "mine.txt").exists()
    (bag / "mine.txt").unlink()
    (bag / "manifest-sha256.txt").write_bytes(b"half")
    assert make(folder).status == "bagged"
    assert not bag.exists()


def test_two_runs_at_once_are_refused(folder: Path) -> None:
    with only_one(folder), pytest.raises(UsageError, match="another run is at work"):
        make(folder)


def test_folders_that_cannot_be_moved(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert make(folder).status == "bagged"
    before = contents(tmp_path / "place")
    for place, said in [
        (tmp_path / "link", "symbolic link"),
        (tmp_path / "none", "no such folder"),
        (folder / "bagit.txt", "is no folder"),
        (Path("/proc"), "mounted there"),
        (folder, "is a bag already"),
    ]:
        with pytest.raises(UsageError, match=said):
            make(place)
    assert contents(tmp_path / "place") == before


def test_a_name_as_long_as_can_be_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / ("é" * 127)
    folder.mkdir()
    (folder / "x").write_bytes(b"x")
    assert make(folder).status == "bagged"
    assert verify_bag(folder).valid


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0\\"), min_size=1, max_size=12).filter(
    lambda name: name not in {".", ".."} and name.lower() != "bagit.txt"
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map(tuple), st.binary(max_size=40), min_size=1))
def test_any_tree_becomes_a_valid_bag_of_itself(tree: dict[tuple[str, ...], bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "folder")
        folder.mkdir()
        for path, data in tree.items():
            file = folder.joinpath(*path)
            if not any(one.is_file() for one in (file, *file.parents)) and not file.is_dir():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        before = touched(folder)
        assert make(folder).status == "bagged"
        assert verify_bag(folder).valid
        assert touched(folder / "data") == before
