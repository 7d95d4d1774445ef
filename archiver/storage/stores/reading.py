"""What a store holds: its layout, its objects one after another, and the files of each. Reads only.

An object is read as its root inventory states it, and only where that inventory can be relied on. Whether its content
is still what it was is for fixity checks and validation.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import posixpath
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from archiver.errors import FindingsError
from archiver.model import Finding
from archiver.standards.ocfl.findings import objects as kinds
from archiver.standards.ocfl.inventory import DECLARATION, Inventory
from archiver.standards.ocfl.layouts import Layout, LayoutError, layout_named
from archiver.standards.ocfl.names import EXTENSIONS, INVENTORY, LAYOUT_FILE, sidecar
from archiver.standards.ocfl.object_files import SMALL_FILE, declared_version, read_sidecar
from archiver.standards.ocfl.reading.inventories import INVENTORY_LIMIT, InventoryReading, read_inventory
from archiver.standards.ocfl.reading.json_text import JsonTextError, parse_json
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown
from archiver.storage.stores.tree import Tree, TreeEntry, TreeFile

LAYOUT_LIMIT = 1 << 20
"""Bytes of the largest ``ocfl_layout.json`` or ``config.json`` that is read."""

_DEEPEST = 100
"""Folders above an object's root: no layout makes a third of that many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One object as its root inventory states it."""

    path: str
    """Of its root from the storage root; empty where the tree is the object itself."""

    identifier: str
    inventory: Inventory
    inventory_digest: str
    """Hexadecimal, by the inventory's own algorithm; its sidecar states the same."""

    ocfl_version: str
    """As its declaration says: ``1.0`` or ``1.1``."""

    findings: tuple[Finding, ...] = ()
    """What is wrong with the inventory although it can be used, of any severity."""


class StoreReader:
    """One storage root, or one folder of objects."""

    def __init__(self, tree: Tree) -> None:
        """Ask nothing of the tree yet.

        Args:
            tree: with the storage root at its root.
        """
        self.tree = tree

    @cached_property
    def layout(self) -> Layout | None:
        """How identifiers become paths; None where the root does not say, or names a layout not known here."""
        try:
            named = parse_json(self.tree.read(LAYOUT_FILE, LAYOUT_LIMIT)).value
            extension = named.get("extension") if isinstance(named, dict) else None
            if not isinstance(extension, str) or "/" in extension:
                return None
            return layout_named(extension, self._parameters(extension))
        except (OSError, ValueError):  # LayoutError and JsonTextError are ValueErrors
            return None

    def object_paths(self) -> Iterator[str]:
        """Walk the storage root and yield the path of each object's root, in the order of names.

        Folders are listed one after another, nothing of an object is read, and no link is followed.

        Raises:
            OSError: a folder cannot be listed: what lies in it is not known.
        """
        waiting = [""]
        while waiting:
            path = waiting.pop()
            if path.count("/") > _DEEPEST:
                raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path)
            entries = self.tree.entries(path)
            if holds_object(entries):
                yield path
                continue
            below = [entry.name for entry in entries if entry.kind == "folder"]
            # The root's extensions folder holds no objects (OCFL 1.1 section 4.1).
            waiting.extend(joined(path, name) for name in reversed(below) if path or name != EXTENSIONS)

    def read_object(self, path: str) -> StoredObject:
        """Read one object's root inventory.

        Args:
            path: of its root from the storage root.

        Raises:
            FindingsError: there is no object, or its inventory cannot be relied on. It was read twice: while an object
                gets a new version, one reading may have seen the old one's sidecar with the new one's inventory.
        """
        try:
            return self._read_object(path)
        except FindingsError:
            return self._read_object(path)

    def find(self, identifier: str) -> str | None:
        """Return the path of an object; None when the store has none of this identifier.

        By the layout where it is known and right, else by reading every object there is.

        Raises:
            OSError: a folder cannot be listed, so that the answer is not known.
        """
        expected = self.expected_path(identifier)
        if expected is not None and self._is_object(expected, identifier):
            return expected
        return next((path for path in self.object_paths() if self._is_object(path, identifier)), None)

    def expected_path(self, identifier: str) -> str | None:
        """Return where the layout puts an object; None where that is not known."""
        try:
            return self.layout.object_path(identifier) if self.layout else None
        except LayoutError:
            return None

    def logical_files(self, stored: StoredObject, version: str | None = None) -> dict[str, tuple[str, str]]:
        """Return the files of one version's state, as :func:`logical_files`."""
        return logical_files(stored, version)

    def content_sizes(self, stored: StoredObject) -> dict[str, int]:
        """Return the bytes of an object's content files: content path -> bytes; without those that are not there.

        Raises:
            OSError: a folder cannot be listed, so that it is not known.
        """
        contents = [path for paths in stored.inventory.manifest.values() for path in paths]
        sizes: dict[str, int] = {}
        for folder in sorted({posixpath.dirname(path) for path in contents}):
            with contextlib.suppress(FileNotFoundError):
                for entry in self.tree.entries(joined(stored.path, folder)):
                    if entry.size is not None:
                        sizes[joined(folder, entry.name)] = entry.size
        return {path: sizes[path] for path in contents if path in sizes}

    def open_file(
        self, stored: StoredObject, logical_path: str, version: str | None = None
    ) -> AbstractContextManager[TreeFile]:
        """Open one file of an object's state.

        Args:
            stored: the object.
            logical_path: of the file in that version.
            version: such as ``v1``; None for the head.

        Raises:
            KeyError: the object has no such version, or the version no such file.
            OSError: it cannot be read.
        """
        content, _ = logical_files(stored, version)[logical_path]
        return self.tree.open(joined(stored.path, content))

    def _parameters(self, extension: str) -> Mapping[str, object]:
        try:
            data = self.tree.read(f"{EXTENSIONS}/{extension}/config.json", LAYOUT_LIMIT)
        except FileNotFoundError:
            return {}  # every parameter has its default
        value = parse_json(data).value
        if not isinstance(value, dict):
            raise JsonTextError("is no JSON object")
        return value

    def _is_object(self, path: str, identifier: str) -> bool:
        try:
            return self.read_object(path).identifier == identifier
        except FindingsError:
            return False

    def _read_object(self, path: str) -> StoredObject:
        report = RuleReport(None)
        try:
            names = {entry.name for entry in self.tree.entries(path) if entry.kind == "file"}
            version = declared_version(names, report)
            if version is None:
                _refuse(report)
            if INVENTORY not in names:
                report.note(kinds.inventory_missing, "E063", "The object has no inventory")
                _refuse(report)
            reading, digest = self._read_inventory(path, names, report)
        except (OSError, ValueError) as error:
            report.note(kinds.unreadable, "", f"The object at {shown(path)} cannot be read: {reason(error)}")
            _refuse(report)
        if reading.inventory is None or report.any_error:
            report.take(reading.findings)
            _refuse(report)
        return StoredObject(
            path=path,
            identifier=reading.inventory.identifier,
            inventory=reading.inventory,
            inventory_digest=digest,
            ocfl_version=version,
            findings=reading.findings,
        )

    def _read_inventory(self, path: str, names: set[str], report: RuleReport) -> tuple[InventoryReading, str]:
        file = joined(path, INVENTORY)
        if (octets := self.tree.size(file)) > INVENTORY_LIMIT:  # before a gigabyte of it is read
            raise ValueError(f"its inventory has {octets:,} bytes, more than can be one")
        data = self.tree.read(file, INVENTORY_LIMIT)
        reading = read_inventory(data)
        if reading.inventory is None:
            return reading, ""
        algorithm = reading.inventory.digest_algorithm
        digest = hashlib.new(algorithm, data).hexdigest()
        name = sidecar(algorithm)
        if name not in names:
            report.note(kinds.sidecar_wrong, "E058", f"There is no {name}, which states the inventory's digest")
            return reading, digest
        stated = read_sidecar(self.tree.read(joined(path, name), SMALL_FILE))
        if stated is None:
            report.note(kinds.sidecar_wrong, "E061", f"{name} states no digest", name)
        elif stated != digest:
            report.note(kinds.inventory_damaged, "E060", f"The inventory is not what {name} says", INVENTORY)
        return reading, digest


def logical_files(stored: StoredObject, version: str | None = None) -> dict[str, tuple[str, str]]:
    """Return the files of one version's state.

    Args:
        stored: the object.
        version: such as ``v1``; None for the head.

    Returns:
        Logical path -> content path from the object's root, and digest in lower case; in the order of paths.

    Raises:
        KeyError: the object has no such version.
    """
    inventory = stored.inventory
    state = inventory.versions[version or inventory.head].state
    files = {
        logical: (inventory.manifest[digest.lower()][0], digest.lower())
        for digest, paths in state.items()
        for logical in paths
    }
    return dict(sorted(files.items()))


def holds_object(entries: list[TreeEntry]) -> bool:
    """Tell whether a folder with these entries is an object's root, or what is left of one."""
    return any(entry.kind == "file" and entry.name.startswith(DECLARATION) for entry in entries)


def joined(path: str, name: str) -> str:
    """Return the path of a name in a folder of a tree; the root's own is empty."""
    return posixpath.join(path, name) if name else path


def reason(error: Exception) -> str:
    """Return why something could not be read, as the end of a sentence."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _refuse(report: RuleReport) -> NoReturn:
    raise FindingsError(report.findings())
