"""The power is cut while a store is written to: each object is old or new, and what was told of is there to stay.

The fsyncs of each path are taken out of the record in turn: the model must miss them, or the test would see nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.stories.power_cut import WATCHED, Event, events_of, unkept, violations
from tests.stories.store_commands import COMMANDS, make_place
from tests.stories.trees import paths_below

if TYPE_CHECKING:
    from tests.stories.commands import Archiver

LOG = "store.archiver/log.jsonl"
SYNCS = {"fsync", "fdatasync"}
SPARE = {"add-first": {"root"}, "add-version": {"bagit.txt"}}
"""A new root is an empty folder for a moment, which is no harm; a file is copied that the object turns out to hold."""

CHANGING = [name for name in COMMANDS if name not in {"audit", "protect"}]
"""The store itself."""


def objects(place: Path) -> tuple[str, ...]:
    """Return the path of each object from the working folder."""
    found = (place / "store").rglob("0=ocfl_object_1.1")
    return tuple(sorted(str(file.parent.relative_to(place)) for file in found))


def faults(events: list[Event], place: Path, before: list[str]) -> list[str]:
    """Return what would be wrong if the power were cut at any time."""
    finals = objects(place)
    assert finals
    root = tuple(f"store/{name}" for name in ("0=ocfl_1.1", "ocfl_layout.json", "extensions"))
    return violations(events, place, before, (*root, *finals), {}) + unkept(events, place, before, (*finals, LOG))


@pytest.mark.parametrize("name", CHANGING)
def test_whatever_is_cut_off(name: str, strace: str, archiver: Archiver, tmp_path: Path) -> None:
    command, place, log = COMMANDS[name], tmp_path / "place", tmp_path / "log"
    place.mkdir()
    make_place(archiver, command, place)
    before = paths_below(place)
    prefix = [strace, "-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(WATCHED)}"]
    ran = archiver(*(word.format(place=place) for word in command.words), cwd=place, prefix=prefix)
    assert ran.status == 0, ran.stdout + ran.stderr
    events = events_of(log, place)
    assert faults(events, place, before) == []
    paths = {event.paths[0] for event in events if event.name in SYNCS and is_needed(event.paths[0], place)}
    assert len(paths) >= 8
    unmissed = [path for path in paths if not faults(without_syncs(events, path), place, before)]
    assert {Path(path).name for path in unmissed} <= SPARE.get(name, set())


def without_syncs(events: list[Event], path: str) -> list[Event]:
    return [event for event in events if event.name not in SYNCS or event.paths[0] != path]


def is_needed(path: str, place: Path) -> bool:
    """Tell whether what is made durable is part of what must be there afterwards: staging and locks are not."""
    below = Path(path).relative_to(place).parts if Path(path).is_relative_to(place) else ()
    return below[:1] == ("store",) or LOG in "/".join(below) or "object" in below or "root" in below
