"""Many packages into a store and out again: what comes back is what was given, to the byte, in every version."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.stories.many_bags import identifier_of, make_bag

if TYPE_CHECKING:
    from tests.stories.commands import Archiver

_SECOND_FROM = 7
"""Each so-manieth package has a second version."""

_AT_ONCE = 1000
"""Packages that one command adds or exports: it must end within the time limit of commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """What came of it."""

    packages: int
    """Bags that were compared, one a version."""

    bytes: int
    wrong: tuple[str, ...]


def store_and_export(archiver: Archiver, place: Path, count: int, judge: Callable[[Path], str | None]) -> RoundTrip:
    """Store packages, export every version of them, and compare.

    Args:
        archiver: the command line.
        place: an empty folder.
        count: of packages.
        judge: of storage roots: says what is wrong, or None.
    """
    seconds = range(0, count, _SECOND_FROM)
    wrong = []
    for version, numbers in ((1, range(count)), (2, seconds)):
        bags = [make_bag(place / f"given-{version}", number, version) for number in numbers]
        for first in range(0, len(bags), _AT_ONCE):
            added = bags[first : first + _AT_ONCE]
            ran = archiver("store", "add", *added, "--store", "store", "--json", cwd=place)
            if ran.status != 0 or len(ran.objects) != len(added):
                wrong.append(f"adding ended with {ran.status}: {ran.stderr[-2000:]}")
    octets = compared = 0
    for version, numbers in ((1, range(count)), (2, seconds)):
        for first in range(0, len(numbers), _AT_ONCE):
            some = numbers[first : first + _AT_ONCE]
            given = {
                identifier_of(number): place / f"given-{version}" / f"package-{number}-v{version}" for number in some
            }
            words = [*given, "--version", f"v{version}", "--to", f"back-{version}-{first}"]
            ran = archiver("store", "export", *words, "--store", "store", "--json", cwd=place)
            if ran.status != 0:
                wrong.append(f"exporting ended with {ran.status}: {ran.stderr[-2000:]}")
            for one in ran.objects:
                found = _difference(given.pop(one["identifier"]), place / one["package"])
                octets += found[1]
                compared += 1
                wrong += found[0]
            wrong += [f"{identifier} did not come back" for identifier in given]
    said = judge(place / "store")
    return RoundTrip(packages=compared, bytes=octets, wrong=(*wrong, said) if said else tuple(wrong))


def _difference(given: Path, back: Path) -> tuple[list[str], int]:
    """Return what differs between two folders, and the bytes that were compared."""
    before, after = _files(given), _files(back)
    octets = sum(map(len, before.values()))
    if before == after:
        return [], octets
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return [f"{back} differs from {given} in {paths}"], octets


def _files(root: Path) -> dict[bytes, bytes]:
    found = {}
    for folder, _, files in os.walk(os.fsencode(root)):
        for name in files:
            path = os.path.join(folder, name)  # noqa: PTH118 - names as bytes
            with open(path, "rb") as file:  # noqa: PTH123 - as above
                found[os.path.relpath(path, os.fsencode(root))] = file.read()
    return found
