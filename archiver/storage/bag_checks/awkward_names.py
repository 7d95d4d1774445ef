"""Payload names that verify here and make trouble elsewhere. Warns; refuses nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import collision_key, has_hidden_characters, is_utf8, printable
from archiver.storage.bag_checks.opened import OpenBag

_SYSTEM_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def check_names(bag: OpenBag) -> Iterator[Finding]:
    """Warn of names that collide on other file systems, of system files, and of hidden characters."""
    payload = [path for path in bag.listing.files if path.startswith(PAYLOAD_PREFIX)]
    yield from _collisions(payload)
    for path in payload:
        if path.rpartition("/")[2].lower() in _SYSTEM_FILES:
            yield _system_file(path)
        if not path.isprintable() and has_hidden_characters(path) and is_utf8(path):
            yield _hidden(path)


def _collisions(payload: list[str]) -> Iterator[Finding]:
    # Hashes first: keys of a million paths are not held for the few that collide.
    seen: set[int] = set()
    again: set[int] = set()
    for path in payload:
        key = hash(_key(path))
        if key in seen:
            again.add(key)
        seen.add(key)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in payload if again else ():
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
