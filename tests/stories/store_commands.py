"""Commands that work on a store, and the working folder that each begins with: bags, and the store as it is before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.steps.repair.protecting import ProtectRequest, protect
from archiver.storage.parity.program import find_par2
from archiver.storage.stores.place import store_place
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from tests.stories.commands import Archiver

FIRST = "urn:uuid:0a6c4a1e-5c33-4a0a-9a44-0d4b8a9e7f01"
SECOND = "urn:uuid:0a6c4a1e-5c33-4a0a-9a44-0d4b8a9e7f02"
_DAMAGED = "store/*/*/*/*/v1/content/data/1.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCommand:
    """A command that works on a store, whose calls are made to fail."""

    words: tuple[str, ...]
    """``{place}`` stands for its working folder, which has ``one``, ``one-again`` and ``two``: bags, the second of
    them a later package of the first's identifier."""

    stored: tuple[str, ...] = ()
    """Bags that are in the store before."""

    prepare: Callable[[Path], None] = lambda _: None
    """Changes the working folder once these are in."""

    kinds: frozenset[str]
    """Of entries, one of which is in the log when it is done."""

    successes: frozenset[str] = field(default_factory=frozenset)
    """Statuses with ``--json`` that tell of a change that was made."""

    keeps: str | None = None
    """A file of the working folder, as a pattern, whose bytes from before are never lost: kept in the store or its
    records."""


def _damage(place: Path) -> None:
    """Copy the store, then change a file of the first package and take another away."""
    shutil.copytree(place / "store", place / "copy")
    (damaged,) = place.glob(_DAMAGED)
    damaged.write_bytes(b"other\n" * 500)
    (damaged.parent / "folder" / "same.txt").unlink()


def _protect_and_damage(place: Path) -> None:
    tree = open_tree(str(place / "store"))
    now = datetime(2026, 1, 2, tzinfo=UTC)
    request = ProtectRequest(place=store_place(place / "store"), tree=tree, par2=find_par2(), percent=60, now=now)
    assert [one.status for one in protect(request)] == ["protected"]
    _damage(place)


_ADD = ("store", "add", "--store", "{place}/store")
_ADDED = frozenset({"added", "new-version"})
COMMANDS: Mapping[str, StoreCommand] = {
    "add-first": StoreCommand(words=(*_ADD, "{place}/one"), kinds=frozenset({"added"}), successes=_ADDED),
    "add": StoreCommand(words=(*_ADD, "{place}/two"), stored=("one",), kinds=frozenset({"added"}), successes=_ADDED),
    "add-version": StoreCommand(
        words=(*_ADD, "{place}/one-again"), stored=("one", "two"), kinds=frozenset({"added"}), successes=_ADDED
    ),
    "audit": StoreCommand(
        words=("audit", "--store", "{place}/store", "--workers", "2"), stored=("one", "two"), kinds=frozenset({"audit"})
    ),
    "protect": StoreCommand(
        words=("protect", "--store", "{place}/store"),
        stored=("one",),
        kinds=frozenset({"protected"}),
        successes=frozenset({"protected"}),
    ),
    "repair": StoreCommand(
        words=("repair", FIRST, "--from", "{place}/copy", "--store", "{place}/store"),
        stored=("one", "two"),
        prepare=_damage,
        kinds=frozenset({"repaired"}),
        successes=frozenset({"repaired"}),
        keeps=_DAMAGED,
    ),
    "repair-parity": StoreCommand(
        words=("repair", FIRST, "--parity", "--store", "{place}/store"),
        stored=("one",),
        prepare=_protect_and_damage,
        kinds=frozenset({"repaired"}),
        successes=frozenset({"repaired"}),
        keeps=_DAMAGED,
    ),
}


def make_place(archiver: Archiver, command: StoreCommand, place: Path) -> None:
    """Make a working folder for a command: bags, and the store as it is before.

    Args:
        archiver: the command line.
        command: that will work there.
        place: an empty folder, where it stays: paths in it name it.
    """
    for name, identifier, files in (("one", FIRST, (1, 2)), ("one-again", FIRST, (1, 3)), ("two", SECOND, (2, 4))):
        source = place / f"source-{name}"
        (source / "folder").mkdir(parents=True)
        for number in files:
            (source / f"{number}.txt").write_bytes(b"text\n" * number * 500)
        (source / "folder" / "same.txt").write_bytes(b"the same\n")
        label = f"External-Identifier={identifier}"
        ran = archiver("bag", source, place / name, "--bag-info", label, cwd=place)
        assert ran.status == 0, ran.stderr
    for name in command.stored:
        ran = archiver("store", "add", place / name, "--store", place / "store", cwd=place)
        assert ran.status == 0, ran.stderr
    command.prepare(place)
