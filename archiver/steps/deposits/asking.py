"""From the words of a command to packages, and from what the journal calls one back to it.

A word is the path of a bag, of an archive with one in it, or of a folder of bags; where there is nothing of that name,
it is an identifier in the store.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode

from archiver.errors import UsageError
from archiver.standards.names import printable
from archiver.steps.deposits.packages import Package, PackageHere, PackageInStore
from archiver.steps.places import why_absent
from archiver.steps.stores.looking_up import look_up
from archiver.steps.verify import bags_below
from archiver.storage.stores.place import StorePlace, store_place
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.config import Configuration

_STORED = "store:"
"""Begins the origin of a package in a store; that of one elsewhere is an absolute path, which begins otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPackage:
    """One package that was asked for."""

    package: Package
    shown: str
    """As the user names it; printable."""

    origin: str
    """By which it is found again from any folder: for the journal."""


def asked_packages(words: Sequence[str], place: StorePlace, configuration: Configuration) -> tuple[AskedPackage, ...]:
    """Return the packages that words stand for, each once, in their order.

    Args:
        words: as the user gave them.
        place: of the store that identifiers are looked for in.
        configuration: says how stores elsewhere are reached.

    Raises:
        UsageError: a word stands for none; nothing is done with the others then.
        FindingsError: the store has it, and what it knows of it cannot be relied on.
        StorageError: the store cannot be read.
    """
    found: dict[str, AskedPackage] = {}
    for word in words:
        for one in _asked(word, place, configuration):
            found.setdefault(one.origin, one)
    return tuple(found.values())


def package_of_origin(origin: str, configuration: Configuration) -> AskedPackage:
    """Return the package that the journal knows by its origin; whether it is still there is not looked at.

    Raises:
        UsageError: the journal holds no origin that this program wrote.
    """
    if not origin.startswith(_STORED):
        return package_here(Path(origin))
    told = parse_qs(origin.removeprefix(_STORED), errors="surrogateescape")
    try:
        place = store_place(told["store"][0], Path(told["records"][0]))
        identifier, version = told["identifier"][0], told["version"][0]
    except KeyError as error:
        raise UsageError(f"the journal names a package that cannot be found: {printable(origin)}") from error
    return _stored(place, identifier, version, configuration)


def origin_shown(origin: str) -> str:
    """Return an origin as people read it: a path, or an identifier."""
    if not origin.startswith(_STORED):
        return printable(origin)
    told = parse_qs(origin.removeprefix(_STORED), errors="surrogateescape")
    return printable(told.get("identifier", [origin])[0])


def _asked(word: str, place: StorePlace, configuration: Configuration) -> list[AskedPackage]:
    path = Path(word)
    if _lexists(path) or why_absent(path):
        return [package_here(bag) for bag in bags_below(path)]
    try:
        found = look_up(open_tree(place.location, configuration.remotes), word)
    except UsageError as error:
        raise UsageError(f"there is no package {printable(word)!r}: nothing has this path, and {error}") from error
    identifier = found.stored.identifier
    return [_stored(place, identifier, found.stored.inventory.head, configuration)]


def package_here(path: Path) -> AskedPackage:
    """Return the package at a path, whether or not it is there."""
    origin = os.path.abspath(path)  # noqa: PTH100 - a link stays a link
    return AskedPackage(package=PackageHere(path=path), shown=printable(str(path)), origin=origin)


def _stored(place: StorePlace, identifier: str, version: str, configuration: Configuration) -> AskedPackage:
    location = place.location if "://" in place.location else os.path.abspath(place.location)  # noqa: PTH100 - as above
    told = {
        "store": location,
        "records": os.path.abspath(place.records),  # noqa: PTH100 - as above
        "identifier": identifier,
        "version": version,
    }
    return AskedPackage(
        package=PackageInStore(place=place, identifier=identifier, version=version, remotes=configuration.remotes),
        shown=printable(identifier),
        origin=_STORED + urlencode(told, quote_via=quote, errors="surrogateescape"),
    )


def _lexists(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:  # a NUL in it
        return False
