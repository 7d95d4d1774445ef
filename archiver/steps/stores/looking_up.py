"""From what a user names to a stored object: an identifier in a store, or a folder that is an object by itself."""

from __future__ import annotations

from dataclasses import dataclass

from archiver.errors import RemoteError, StorageError, UsageError
from archiver.standards.names import printable
from archiver.standards.ocfl.reading.rule_report import shown
from archiver.storage.stores.reading import StoredObject, StoreReader, holds_object, reason
from archiver.storage.stores.tree import Tree, declares_root, open_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundObject:
    """One object, and what it is read through."""

    reader: StoreReader
    stored: StoredObject


def look_up(tree: Tree, word: str) -> FoundObject:
    """Find an object.

    Args:
        tree: of the store.
        word: its identifier; or the path of its folder, wherever that is.

    Raises:
        UsageError: there is none, or no store.
        FindingsError: it is there and its inventory cannot be relied on.
        StorageError: the store cannot be read.
    """
    alone = StoreReader(open_tree(word)) if "://" not in word else None
    if alone is not None and _is_object(alone.tree):
        return FoundObject(reader=alone, stored=alone.read_object(""))
    check_reachable(tree)
    reader = StoreReader(tree)
    try:
        path = reader.find(word)
    except OSError as error:
        raise StorageError(f"whether the store has {shown(word)} is not known: {reason(error)}") from error
    if path is None:
        _refuse_damaged(reader, word)
        raise UsageError(
            f"the store {printable(tree.location)} has no object {shown(word)}: `archiver store list` names them all"
        )
    return FoundObject(reader=reader, stored=reader.read_object(path))


def check_reachable(tree: Tree) -> None:
    """Check that there is a store.

    Raises:
        UsageError: there is no folder, or it declares no storage root.
        RemoteError: the server that holds it does not answer, or refuses.
    """
    name = printable(tree.location)
    try:
        entries = tree.entries("")
    except (FileNotFoundError, NotADirectoryError):
        entries = []
    except OSError as error:
        said = f"the store {name} cannot be read: {error.strerror or error}"
        if tree.local is None:
            raise RemoteError(f"{said}; check the connection, and [remotes] in archiver.toml") from error
        raise UsageError(f"{said}; give yourself permission to read it, or check its disk") from error
    if not declares_root(entries):
        raise UsageError(
            f"there is no store at {name}: no folder that can be listed and has a file such as 0=ocfl_1.1; name "
            "another with --store"
        )


def _is_object(tree: Tree) -> bool:
    try:
        return holds_object(tree.entries(""))
    except OSError:
        return False


def _refuse_damaged(reader: StoreReader, word: str) -> None:
    """Raise for an object that lies where it should and cannot be read (FindingsError): that is not to have none."""
    expected = reader.expected_path(word)
    if expected is None:
        return
    try:
        if holds_object(reader.tree.entries(expected)):
            reader.read_object(expected)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise StorageError(f"{shown(expected)} in the store cannot be read: {reason(error)}") from error
