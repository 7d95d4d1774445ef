"""Journals: what was noted is read again; what is torn is passed over; what is odd counts for nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from archiver.storage.payload_copying import CopiedFile
from archiver.storage.resuming.journal import Journal, JournalError, read_journal

if TYPE_CHECKING:
    from pathlib import Path

KEY: dict[str, object] = {"journal": 1, "algorithms": ["md5"]}
COPIES = [
    (f"box/{number} é\n\u2028%.txt", CopiedFile(number, bytes([number] * 16), -1, 10**18, 7)) for number in range(9)
]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Return a journal with three lines of copies."""
    with Journal(tmp_path / "journal", KEY) as opened:
        for start in (0, 3, 6):
            opened.add(COPIES[start : start + 3])
        opened.add([])
    return tmp_path / "journal"


def read(journal: Path) -> list[tuple[str, CopiedFile]]:
    """Read a journal whole."""
    return list(read_journal(journal, KEY, 16))


def test_what_was_noted_is_read_again(journal: Path) -> None:
    assert read(journal) == COPIES
    assert len(journal.read_bytes().splitlines()) == 4


def test_no_line_grows_with_the_number_of_files(tmp_path: Path) -> None:
    many = [(f"{number:0>4000}", COPIES[0][1]) for number in range(5000)]
    with Journal(tmp_path / "journal", KEY) as opened:
        opened.add(many)
    assert read(tmp_path / "journal") == many


def test_a_last_line_that_was_torn_off_is_passed_over(journal: Path) -> None:
    whole = journal.read_bytes()
    first, last = whole.index(b"\n") + 1, whole.rindex(b"\n", 0, -1) + 1
    for length in range(first, len(whole)):
        journal.write_bytes(whole[:length])
        lines = whole[first:length].count(b"\n")
        assert read(journal) == COPIES[: 3 * lines], length
    assert last > first


def test_any_other_change_makes_all_of_it_count_for_nothing(journal: Path) -> None:
    whole = journal.read_bytes()
    last = whole.rindex(b"\n", 0, -1)
    for place in range(0, last, 7):
        journal.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(JournalError):
            read(journal)


def test_another_key_or_size_of_digests_is_another_command(journal: Path) -> None:
    with pytest.raises(JournalError, match="another command"):
        list(read_journal(journal, KEY | {"algorithms": ["sha1"]}, 16))
    with pytest.raises(JournalError, match="another length"):
        list(read_journal(journal, KEY, 20))


@pytest.mark.parametrize(
    "value",
    ["7", '{"a":1}', "[7]", "[[]]", '[["a",1,"00",1,1]]', '[["a","1","00",1,1,1]]', '[["a",1,"0x",1,1,1]]', "[" * 9999],
)
def test_a_line_of_another_form_is_odd_even_with_its_checksum(tmp_path: Path, value: str) -> None:
    from archiver.storage.resuming import journal as room  # noqa: PLC0415 - for the checksum that it would write

    with Journal(tmp_path / "journal", KEY):
        pass
    with (tmp_path / "journal").open("ab") as file:
        file.write(room._checksum(value.encode()) + b" " + value.encode() + b"\n")
    with pytest.raises(JournalError):
        read(tmp_path / "journal")


def test_a_journal_never_replaces_a_file_nor_is_read_through_a_link_or_from_a_pipe(journal: Path) -> None:
    with pytest.raises(FileExistsError):
        Journal(journal, KEY)
    link, pipe = journal.with_name("link"), journal.with_name("pipe")
    link.symlink_to(journal)
    with pytest.raises(OSError, match="symbolic"):
        read(link)
    os.mkfifo(pipe)
    with pytest.raises((JournalError, OSError)):
        read(pipe)
    with Journal(journal.with_name("new"), KEY) as opened:
        opened.add(COPIES[:1])
        opened.replace(journal)
        opened.add(COPIES[1:2])
    assert read(journal) == COPIES[:2]
