"""Payload names that verify here and make trouble elsewhere. Warns; refuses nothing."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from archiver.model import Finding, Severity
from archiver.standards.names import collision_key, has_hidden_characters, is_utf8, printable
from archiver.storage.bag_checks.opened import OpenBag

_SYSTEM_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_AT_ONCE = 1000
_PARTS = 64


def check_names(bag: OpenBag) -> Iterator[Finding]:
    """Warn of names that collide on other file systems, of system files, and of hidden characters."""
    payload = bag.listing.files.payload_paths
    yield from _collisions(payload)
    paths = payload()
    while some := list(islice(paths, _AT_ONCE)):
        # Looked at all together: nearly always there is nothing to look at one by one.
        text = "/".join(some)
        if not text.isprintable() or any(name in text.lower() for name in _SYSTEM_FILES):
            yield from _odd_ones(some)


def _odd_ones(paths: list[str]) -> Iterator[Finding]:
    for path in paths:
        if path.rpartition("/")[2].lower() in _SYSTEM_FILES:
            yield _system_file(path)
        if not path.isprintable() and has_hidden_characters(path) and is_utf8(path):
            yield _hidden(path)


def _collisions(payload: Callable[[], Iterable[str]]) -> Iterator[Finding]:
    # Hashes first, eight bytes each and compared by parts: keys of a million paths are not held for the few that
    # collide.
    parts = [array("q") for _ in range(_PARTS)]
    for path in payload():
        key = hash(_key(path))
        parts[key % _PARTS].append(key)
    again = {key for part in parts if len(set(part)) < len(part) for key, count in Counter(part).items() if count > 1}
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in payload() if again else ():
        if hash(_key(path)) in again:
            groups[_key(path)].append(path)
    for paths in groups.values():
        if len(paths) > 1:
            names = ", ".join(printable(path) for path in paths)
            yield Finding(
                severity=Severity.WARNING,
                code="bag-names-collide",
                file=printable(paths[0]),
                message=f"{names}: names that differ only in case or Unicode normal form; some systems keep only one.",
                fix="Keep the bag on a file system that tells such names apart.",
            )


def _key(path: str) -> str:
    return path.lower() if path.isascii() else collision_key(path)


def _system_file(path: str) -> Finding:
    name = printable(path)
    return Finding(
        severity=Severity.WARNING,
        code="bag-system-file",
        file=name,
        message=f"{name} is a file that an operating system makes and changes by itself.",
        fix="Leave such files out when the bag is next made anew.",
    )


def _hidden(path: str) -> Finding:
    name = printable(path)
    return Finding(
        severity=Severity.WARNING,
        code="bag-name-hidden-characters",
        file=name,
        message=f"The name {name} holds control or direction-changing characters: it may not be what it looks like.",
        fix="Look at the name as it is printed here before you open the file.",
    )
