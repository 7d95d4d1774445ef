"""The diff step of ``archiver store``: what changed between two versions of an object, or between it and a bag.

Two versions are compared by their inventory alone; a folder is read and digested by the object's own algorithm, for an
object holds the whole bag. Reads only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import StorageError, UsageError
from archiver.standards.names import printable
from archiver.standards.ocfl.differences import Differences, State, state_differences
from archiver.standards.ocfl.version_names import version_number
from archiver.steps.stores.looking_up import FoundObject
from archiver.steps.stores.showing import check_version
from archiver.storage.digesting.files import digest_file
from archiver.storage.stores.fixity import reading
from archiver.storage.stores.reading import joined, reason
from archiver.storage.stores.tree import Tree, open_tree

_DEEPEST = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was held against what."""

    identifier: str
    before: str
    """A version, or a folder as the user named it."""

    after: str
    differences: Differences


def diff_object(
    found: FoundObject, before: str | None, after: str | None, progress: Callable[[int], None] | None = None
) -> Compared:
    """Compare two states.

    Args:
        found: the object.
        before: a version, or the folder of a bag; None: the version before ``after``, or before the newest.
        after: the same; None: the newest version.
        progress: told of the bytes read of folders.

    Raises:
        UsageError: there is no such version and no such folder, or no version before.
        StorageError: the folder cannot be read.
    """
    versions = list(found.stored.inventory.versions)
    latest = _named(found, after) if after is not None else versions[-1]
    if before is not None:
        earliest = _named(found, before)
    elif latest in versions[1:]:
        earliest = versions[versions.index(latest) - 1]
    else:
        name = printable(found.stored.identifier)
        raise UsageError(f"{name} has no version before {printable(latest)}: name two versions, or one and a folder")
    return Compared(
        identifier=found.stored.identifier,
        before=earliest,
        after=latest,
        differences=state_differences(_state(found, earliest, progress), _state(found, latest, progress)),
    )


def compared_json(compared: Compared) -> dict[str, object]:
    """Return it in the shape of one JSON line."""
    differences = compared.differences
    return {
        "identifier": compared.identifier,
        "from": printable(compared.before),
        "to": printable(compared.after),
        "same": not differences,
        "added": [printable(path) for path in differences.added],
        "removed": [printable(path) for path in differences.removed],
        "changed": [printable(path) for path in differences.changed],
        "renamed": [{"from": printable(old), "to": printable(new)} for old, new in differences.renamed],
    }


def _named(found: FoundObject, word: str) -> str:
    """Return a version's name, or the folder that a word names; a version is never taken for a folder."""
    if version_number(word) is None and not word.isdecimal() and Path(word).is_dir():
        return word
    return check_version(found.stored, word)


def _state(found: FoundObject, name: str, progress: Callable[[int], None] | None) -> State:
    inventory = found.stored.inventory
    if name in inventory.versions:
        return inventory.versions[name].state
    tree = open_tree(name)
    read = reading(tree)
    state: dict[str, list[str]] = {}
    try:
        for path in _files(tree, name):
            (digest,) = digest_file(read, path, (inventory.digest_algorithm,), progress)
            state.setdefault(digest.hex(), []).append(path)
    except OSError as error:
        raise StorageError(f"{printable(name)} cannot be read to its end: {reason(error)}") from error
    return {digest: tuple(paths) for digest, paths in state.items()}


def _files(tree: Tree, name: str) -> list[str]:
    files = []
    waiting = [""]
    while waiting:
        path = waiting.pop()
        for entry in tree.entries(path):
            inside = joined(path, entry.name)
            if entry.kind == "folder" and inside.count("/") <= _DEEPEST:
                waiting.append(inside)
            elif entry.kind == "file":
                files.append(inside)
            else:
                raise UsageError(f"{printable(joined(name, inside))} is neither a file nor a folder: no bag holds it")
    return files
