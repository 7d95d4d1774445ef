"""Going on with a bag that was interrupted: what is kept, what is copied anew, and that it is never a wrong bag."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration
from archiver.steps.bags.making import BagResult, BagSettings, make_bag
from archiver.storage.bag_reader import verify_bag
from archiver.storage.durable import STAGING_NAME
from archiver.storage.payload_copying import BATCH_FILES
from tests.stories.trees import contents

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = 2 * BATCH_FILES + 10
OLD = 1_000_000_000_123_456_789


@dataclass(slots=True)
class Hurried:
    """Interrupts the run when it is told of something for the time of this number; never, where there is none."""

    at: int = -1
    seen: int = 0

    def begin(self, total: int) -> None:
        assert total > 0

    def advance(self, count: int) -> None:
        self.seen += count >= 0
        if self.seen == self.at:
            raise KeyboardInterrupt


@pytest.fixture
def asked(tmp_path: Path) -> BagSettings:
    """Return settings for a source of more files than two batches hold."""
    for number in range(FILES):
        file = tmp_path / "source" / f"{number % 3}" / f"{number:04} 100%.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%d\n" % number * (number % 50))
        os.utime(file, ns=(OLD, OLD))
    return BagSettings(
        source=tmp_path / "source",
        destination=tmp_path / "out" / "bag",
        configuration=Configuration(algorithms=("sha256", "md5")),
        now=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
    )


@pytest.fixture
def expected(asked: BagSettings, tmp_path: Path) -> dict[str, str]:
    """Return what an undisturbed run makes."""
    make_bag(dataclasses.replace(asked, destination=tmp_path / "undisturbed"), Hurried())
    return contents(tmp_path / "undisturbed")


def interrupt(asked: BagSettings, *, after: int) -> Path:
    """Interrupt a run while it copies the document of this number; return the folder that is left."""
    whole, rest = divmod(after, BATCH_FILES)
    with pytest.raises(KeyboardInterrupt):  # each document of a batch is told of twice: read, and then read back
        make_bag(asked, Hurried(2 * whole * BATCH_FILES + rest))
    (left,) = (asked.destination.parent / STAGING_NAME).iterdir()
    return left


def go_on(asked: BagSettings, **changes: object) -> tuple[BagResult, list[str]]:
    """Run again; return what came of it and what was said."""
    said: list[str] = []
    return make_bag(dataclasses.replace(asked, **changes), Hurried(), said.append), said  # type: ignore[arg-type]  # fields of it


def going_on(count: int) -> list[str]:
    """Return what is said when so many files are kept."""
    return [f"Going on from an earlier run: {count} of {FILES} files are there already."]


@pytest.mark.parametrize("batches", [1, 2])
def test_a_run_goes_on_where_another_was_interrupted(
    asked: BagSettings, expected: dict[str, str], batches: int
) -> None:
    interrupt(asked, after=batches * BATCH_FILES + 5)
    result, said = go_on(asked)
    assert said == going_on(batches * BATCH_FILES)
    assert result.status == "bagged"
    assert contents(asked.destination) == expected
    assert [one.name for one in asked.destination.parent.iterdir()] == ["bag"]
    times = {one.stat().st_mtime_ns for one in (asked.destination / "data").rglob("*.txt")}
    assert times == {OLD}


def test_interrupted_again_and_again_it_ends_all_the_same(asked: BagSettings, expected: dict[str, str]) -> None:
    interrupt(asked, after=BATCH_FILES + 5)
    interrupt(asked, after=BATCH_FILES + 5)  # of those that were left
    interrupt(asked, after=BATCH_FILES - 1)  # all are copied, and those of earlier runs are read back
    result, said = go_on(asked)
    assert (result.status, said) == ("bagged", going_on(FILES))
    assert contents(asked.destination) == expected


def test_before_anything_is_durable_an_interrupt_leaves_nothing(asked: BagSettings) -> None:
    with pytest.raises(KeyboardInterrupt):
        make_bag(asked, Hurried(5))
    assert list(asked.destination.parent.iterdir()) == []


def test_the_user_is_told_what_is_kept(asked: BagSettings) -> None:
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        make_bag(asked, Hurried(2 * BATCH_FILES + 5), said.append)
    (sentence,) = said
    assert sentence.startswith("What was copied is kept in ")


def test_starting_over_throws_it_away(asked: BagSettings, expected: dict[str, str]) -> None:
    interrupt(asked, after=BATCH_FILES + 5)
    result, said = go_on(asked, start_over=True)
    assert (result.status, said) == ("bagged", [])
    assert contents(asked.destination) == expected


def test_another_command_for_the_same_destination_starts_over(asked: BagSettings, tmp_path: Path) -> None:
    interrupt(asked, after=BATCH_FILES + 5)
    result, said = go_on(asked, configuration=Configuration(algorithms=("sha512",)))
    assert result.status == "bagged"
    assert said == ["An earlier run for this destination was for another bag, or left no sound journal: starting over."]
    assert verify_bag(asked.destination).algorithms == ("sha512",)
    other = dataclasses.replace(asked, destination=tmp_path / "out" / "second")
    interrupt(other, after=BATCH_FILES + 5)
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "0").write_text("other source", encoding="ascii")
    result, said = go_on(other, source=tmp_path / "else")
    assert (result.status, result.files, len(said)) == ("bagged", 1, 1)
    assert [one.name for one in (other.destination / "data").iterdir()] == ["0"]


def test_other_destinations_leave_the_work_alone(asked: BagSettings, tmp_path: Path) -> None:
    interrupt(asked, after=BATCH_FILES + 5)
    result, said = go_on(asked, destination=tmp_path / "out" / "second")
    assert (result.status, said) == ("bagged", [])
    assert go_on(asked)[1] == going_on(BATCH_FILES)


def test_what_changed_in_the_source_meanwhile_is_in_the_bag(asked: BagSettings) -> None:
    interrupt(asked, after=BATCH_FILES + 5)
    first = sorted((asked.source / "0").iterdir())
    first[0].write_bytes(b"changed")
    first[1].unlink()
    (asked.source / "0" / "0000 a new one").write_bytes(b"new")
    os.utime(first[2])
    result, said = go_on(asked)
    assert result.status == "bagged"
    assert said == going_on(BATCH_FILES - 3)
    assert verify_bag(asked.destination).valid
    assert contents(asked.destination / "data") == contents(asked.source)


def test_what_a_failed_run_copied_goes_away(asked: BagSettings) -> None:
    interrupt(asked, after=BATCH_FILES + 5)
    max((asked.source / "2").iterdir()).chmod(0)
    (asked.source / "link").symlink_to("0")
    assert go_on(asked)[0].status == "failed"  # before anything was looked at in staging
    (asked.source / "link").unlink()
    assert go_on(asked)[0].status == ("bagged" if os.geteuid() == 0 else "failed")
    assert not (asked.destination.parent / STAGING_NAME).exists()


def test_room_that_is_taken_already_is_not_asked_for_twice(asked: BagSettings) -> None:
    left = interrupt(asked, after=BATCH_FILES + 5)
    with (asked.source / "huge").open("wb") as file:
        file.truncate(8 << 40)
    result, _ = go_on(asked)
    assert "disk-full" in {one.code for one in result.findings}
    assert (left / "bag" / "data").is_dir(), "what was done is not thrown away for a bag that was never begun"
    (asked.source / "huge").unlink()
    assert go_on(asked)[1] == going_on(BATCH_FILES)


def rows(line: bytes) -> list[list[object]]:
    """Return the rows of a journal's line."""
    return json.loads(line.split(b" ", 1)[1])  # type: ignore[no-any-return]


def lined(value: object) -> bytes:
    """Return a line as the journal would write it, with the right checksum."""
    text = json.dumps(value, separators=(",", ":")).encode()
    return hashlib.sha256(text).hexdigest()[:16].encode() + b" " + text + b"\n"


def forged(change: Callable[[list[list[object]]], None]) -> Callable[[list[bytes]], None]:
    """Return an edit of a journal's lines that changes the rows of the second and mends its checksum."""

    def edit(lines: list[bytes]) -> None:
        changed = rows(lines[1])
        change(changed)
        lines[1] = lined(changed)

    return edit


def set_cell(row: int, cell: int, value: object) -> Callable[[list[list[object]]], None]:
    """Return a change of one cell."""

    def change(changed: list[list[object]]) -> None:
        changed[row][cell] = value

    return change


def set_all(cell: int, value: object) -> Callable[[list[list[object]]], None]:
    """Return a change of one cell of every row."""

    def change(changed: list[list[object]]) -> None:
        for row in changed:
            row[cell] = value

    return change


EDITS: dict[str, Callable[[list[bytes]], None]] = {
    "a digest": forged(set_cell(3, 2, "00" * 48)),
    "all digests": forged(set_all(2, "11" * 48)),
    "a path above": forged(set_all(0, "../../../source/0/0000 100%.txt")),
    "an absolute path": forged(set_cell(0, 0, "/etc/passwd")),
    "another document's path": forged(lambda changed: changed[4].__setitem__(0, changed[5][0])),
    "a size": forged(set_cell(1, 1, 10**30)),
    "no size": forged(set_cell(1, 1, None)),
    "no rows": forged(lambda changed: changed.clear()),
    "another key": lambda lines: lines.__setitem__(0, lined({"journal": 2})),
    "no key": lambda lines: lines.__delitem__(0),
    "a byte": lambda lines: lines.__setitem__(1, lines[1][:50] + b"x" + lines[1][51:]),
    "torn": lambda lines: lines.__setitem__(1, lines[1][:-5]),
    "empty": lambda lines: lines.clear(),
    "garbage": lambda lines: lines.__setitem__(slice(None), [os.urandom(5000)]),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_forged_journal_never_makes_a_wrong_bag(
    asked: BagSettings, expected: dict[str, str], tmp_path: Path, edit: str
) -> None:
    left = interrupt(asked, after=BATCH_FILES + 5)
    outside = contents(tmp_path / "source")
    lines = (left / "journal").read_bytes().splitlines(keepends=True)
    EDITS[edit](lines)
    (left / "journal").write_bytes(b"".join(lines))
    result, _ = go_on(asked)
    assert result.status == "bagged", result.findings
    assert contents(asked.destination) == expected
    assert contents(tmp_path / "source") == outside
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out", "source", "undisturbed"]


@pytest.mark.parametrize("number", [0, 100])
def test_a_copy_that_rotted_meanwhile_is_made_again(asked: BagSettings, expected: dict[str, str], number: int) -> None:
    left = interrupt(asked, after=BATCH_FILES + 5)
    for file in sorted((left / "bag" / "data").rglob("*.txt"))[number : number + 20]:
        file.write_bytes(b"?" * file.stat().st_size)
        os.utime(file, ns=(OLD, OLD))
    result, said = go_on(asked)
    assert (result.status, said) == ("bagged", going_on(BATCH_FILES))
    assert contents(asked.destination) == expected


def test_what_was_put_into_staging_meanwhile_is_not_in_the_bag(
    asked: BagSettings, expected: dict[str, str], tmp_path: Path
) -> None:
    left = interrupt(asked, after=BATCH_FILES + 5)
    (left / "bag" / "bagit.txt").write_text("mine", encoding="ascii")
    (left / "bag" / "data" / "stranger").write_text("mine", encoding="ascii")
    (left / "bag" / "data" / "empty").mkdir()
    (left / "bag" / "data" / "link").symlink_to(tmp_path / "source")
    (left / "bag" / "manifest-sha1.txt").symlink_to(tmp_path / "source")
    (left / "journal.new").write_text("half", encoding="ascii")
    assert go_on(asked)[1] == going_on(BATCH_FILES)
    assert contents(asked.destination) == expected
    assert len(list((tmp_path / "source").iterdir())) == 3


@pytest.mark.parametrize("folder", ["bag", "bag/data"])
def test_staging_that_leads_elsewhere_is_not_followed(
    asked: BagSettings, expected: dict[str, str], tmp_path: Path, folder: str
) -> None:
    left = interrupt(asked, after=BATCH_FILES + 5)
    precious = tmp_path / "precious"
    (left / folder).rename(precious)
    (left / folder).symlink_to(precious)
    before = contents(precious)
    result, _ = go_on(asked)
    assert result.status == "bagged"
    assert contents(asked.destination) == expected
    assert contents(precious) == before
