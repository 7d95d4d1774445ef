"""The power is cut after any system call: a name that is published is whole, and a success is there to stay.

Each fsync is taken out of the record in turn: the model must miss every one of them, or the test would see nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.stories.power_cut import WATCHED, Event, events_of, violations
from tests.stories.trees import paths_below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.stories.commands import Archiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that publishes something."""

    words: tuple[str, ...]
    finals: tuple[str, ...]
    """Names that it publishes, below its working folder."""

    marks: Mapping[str, str] = field(default_factory=dict)
    """As for :func:`tests.stories.power_cut.violations`."""

    spare: int = 0
    """How many of its fsyncs the model would not miss: those for disks on which a rename is not one step."""


BESIDE = ".source.archiver-bag"
"""Where the bag is prepared that a folder is moved into."""


COMMANDS = {
    "bag": Command(words=("bag", "source", "new/folder/bag"), finals=("new/folder/bag",)),
    "many algorithms": Command(
        words=("bag", "source", "bag", "--algorithm", "md5", "--algorithm", "sha512", "--keep-empty-folders"),
        finals=("bag",),
    ),
    "tar": Command(words=("bag", "source", "new/bag.tar"), finals=("new/bag.tar",)),
    "tar.gz": Command(words=("bag", "source", "bag.tar.gz"), finals=("bag.tar.gz",)),
    "zip": Command(words=("bag", "source", "new/bag.zip"), finals=("new/bag.zip",)),
    "extract": Command(words=("bag", "extract", "old", "new/payload"), finals=("new/payload",)),
    "in place": Command(
        words=("bag", "--in-place", "source"), finals=("source",), marks={f"{BESIDE}/data": BESIDE}, spare=1
    ),
    "group": Command(words=("bag", "source", "new/bag", "--split-size", "1 MB"), finals=("new/bag",)),
    "build": Command(words=("build", "source", "--out", "new/packages", "--no-pdfa"), finals=("new/packages/one",)),
}


def run(strace: str, archiver: Archiver, place: Path, words: tuple[str, ...], log: Path) -> list[Event]:
    prefix = [strace, "-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(WATCHED)}"]
    ran = archiver(*words, cwd=place, prefix=prefix)
    assert ran.status == 0, ran.stdout + ran.stderr
    return events_of(log, place)


@pytest.fixture
def place(archiver: Archiver, tmp_path: Path) -> Path:
    place = tmp_path / "place"
    for folder in ("one/\u00e9", "one/empty"):
        (place / "source" / folder).mkdir(parents=True)
    for number in range(3):
        (place / "source/one" / f"{number} 100%.txt").write_bytes(b"text\n" * number)
    (place / "source/one/\u00e9/large").write_bytes(b"text" * (1 << 19))
    assert archiver("bag", "source", "old", cwd=place).status == 0
    return place


@pytest.mark.parametrize("name", COMMANDS)
def test_whatever_is_cut_off(name: str, strace: str, archiver: Archiver, place: Path, tmp_path: Path) -> None:
    command = COMMANDS[name]
    before = paths_below(place)
    events = run(strace, archiver, place, command.words, tmp_path / "log")
    for final in command.finals:
        assert (place / final).exists()
    assert violations(events, place, before, command.finals, command.marks) == []
    syncs = [number for number, event in enumerate(events) if event.name in {"fsync", "fdatasync"}]
    # That of the staging folder itself is not needed: what lies there goes away, or gets its name elsewhere.
    syncs = [number for number in syncs if not Path(events[number].paths[0]).name.startswith(("run-", "bag-"))]
    assert len(syncs) >= 2
    unmissed = [
        events[number].told
        for number in syncs
        if not violations(events[:number] + events[number + 1 :], place, before, command.finals, command.marks)
    ]
    assert len(unmissed) == command.spare, unmissed
