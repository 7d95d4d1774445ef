"""One object against OCFL 1.0 or 1.1: its small files, its folders, its inventories against each other, its content.

Believes what it sees: whether an object was replaced meanwhile is for :mod:`archiver.storage.stores.validation.many`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from operator import itemgetter
from typing import Literal

from archiver.model import Severity
from archiver.standards.ocfl.findings import objects as kinds
from archiver.standards.ocfl.history import compare_inventories, digests_of
from archiver.standards.ocfl.inventory import Inventory
from archiver.standards.ocfl.names import INVENTORY
from archiver.standards.ocfl.reading.inventories import INVENTORY_LIMIT
from archiver.standards.ocfl.reading.rule_report import Kind, RuleReport, shown
from archiver.storage.stores.reading import joined, reason
from archiver.storage.stores.tree import Tree, TreeEntry
from archiver.storage.stores.validation.folders import Folders
from archiver.storage.stores.validation.small_files import ReadInventory, SmallFiles
from archiver.storage.stores.validation.stated import Stated
from archiver.storage.stores.validation.verdict import ObjectVerdict, has_errors, only_unread

Level = Literal["full", "fast"]
"""``full``: every digest of every content file; ``fast``: all but these."""


class Validation:
    """One reading of one object: :meth:`look`, :meth:`take` for what :meth:`content` gives, then :meth:`verdict`."""

    def __init__(self, tree: Tree, path: str) -> None:
        self._tree = tree
        self._path = path
        self._report = RuleReport(None)
        self._small = SmallFiles(tree, path, self._report)
        self._folders = Folders(tree, path, self._report)
        self._stated = Stated()
        self._declared: str | None = None
        self._root: ReadInventory | None = None
        self._inventory: Inventory | None = None
        self._files: dict[str, int] = {}
        self._wrong: list[tuple[str, tuple[str, ...], bytes | OSError]] = []

    def look(self) -> None:
        """Look at everything but the bytes of the content."""
        entries = self._folders.entries("")
        if entries is not None:
            self._look(entries)
            self._compare_files()

    def content(self) -> Iterator[tuple[tuple[str, ...], list[tuple[str, int]]]]:
        """Give OCFL's names of algorithms, with the files to be digested by them: from the tree's root, with bytes."""
        for algorithms, paths in self._stated.groups(self._files).items():
            yield algorithms, [(joined(self._path, path), self._files[path]) for path in paths]

    def take(self, path: str, algorithms: tuple[str, ...], digests: bytes | OSError) -> None:
        """Take in what came of reading a file.

        Args:
            path: from the tree's root.
            algorithms: OCFL's names.
            digests: one behind the other; or why it could not be read.
        """
        inside = path[len(self._path) + 1 :] if self._path else path
        if isinstance(digests, OSError) or any(self._faults(inside, algorithms, digests)):
            self._wrong.append((inside, algorithms, digests))

    def verdict(self, *, read: bool) -> ObjectVerdict:
        """Return what it came to.

        Args:
            read: whether every file that :meth:`content` gave was taken.
        """
        self._note_content()
        findings = self._report.findings()
        valid: bool | None = True if read else None
        if has_errors(findings):
            valid = None if only_unread(findings) else False
        return ObjectVerdict(
            path=self._path,
            identifier=self._inventory.identifier if self._inventory else None,
            version=self._inventory.head if self._inventory else None,
            ocfl_version=self._declared,
            valid=valid,
            files=len(self._files),
            bytes=sum(self._files.values()),
            findings=findings,
        )

    def _note_content(self) -> None:
        """Say what is wrong with content, in the order of paths, in whatever order the files were read."""
        wrong, self._wrong = self._wrong, []
        for path, algorithms, digests in sorted(wrong, key=itemgetter(0)):
            if isinstance(digests, OSError):
                message = f"The content file {shown(path)} cannot be read: {reason(digests)}"
                self._report.note(kinds.unreadable, "", message, path)
                continue
            for kind, rule, message in self._faults(path, algorithms, digests):
                self._report.note(kind, rule, message, path)

    def _faults(self, path: str, algorithms: tuple[str, ...], digests: bytes) -> Iterator[tuple[Kind, str, str]]:
        return self._stated.faults(path, self._files[path], algorithms, digests)

    def was_replaced(self) -> bool:
        """Tell whether the object has another inventory by now, where folders cannot be told apart."""
        data = SmallFiles(self._tree, self._path, RuleReport(None)).read(INVENTORY, INVENTORY_LIMIT)
        return self._root is not None and data is not None and hashlib.sha512(data).digest() != self._root.identity

    def _look(self, entries: list[TreeEntry]) -> None:
        self._declared = self._small.declaration(entries)
        self._report.ocfl_version = self._declared or self._report.ocfl_version
        self._root = self._small.inventory("", entries)
        if not any(entry.name == INVENTORY for entry in entries):
            self._report.note(kinds.inventory_missing, "E063", "The object has no inventory")
        self._inventory = self._root.inventory if self._root else None
        folders = self._folders.root(entries, self._root.algorithm if self._root else None)
        if self._inventory is not None:
            if self._declared is not None:
                self._small.check_type(self._inventory, self._declared)
            self._stated.add(self._inventory, None, self._report)
            self._folders.compare_versions(folders, list(self._inventory.versions))
        self._look_into(folders)

    def _look_into(self, folders: list[str]) -> None:
        """Look into the version folders, first to last, and hold each inventory against the object's own."""
        said = {one.message for one in self._report.findings() if one.severity is Severity.WARNING}
        latest = "1.0"
        for name in folders:
            entries = self._folders.entries(name)
            if entries is None:
                continue
            report = RuleReport(joined(name, INVENTORY))
            report.ocfl_version = self._report.ocfl_version
            read = SmallFiles(self._tree, self._path, report).inventory(name, entries)
            self._look_at_content(name, entries, read)
            if read is not None and read.inventory is not None:
                latest = self._compare(name, read, read.inventory, latest, report)
            # What the object's own inventory is warned of, such as SHA-256, is not said once more of each copy.
            self._report.take(one for one in report.findings() if one.message not in said)

    def _look_at_content(self, name: str, entries: list[TreeEntry], read: ReadInventory | None) -> None:
        directory = self._inventory.content_directory if self._inventory else "content"
        if self._folders.version(name, entries, directory, read.algorithm if read else None):
            folder = f"{name}/{directory}"
            files = self._folders.content(folder)
            if not files and f"{folder}/" not in self._folders.blocked:
                message = f"The content folder of {name} holds no file"
                self._report.note(kinds.content_folder_empty, "W003", message, folder)
            self._files |= files
        if not any(entry.name == INVENTORY for entry in entries):
            message = f"The folder of version {name} has no inventory of its own"
            self._report.note(kinds.version_without_inventory, "W010", message, name)

    def _compare(self, name: str, read: ReadInventory, inventory: Inventory, latest: str, report: RuleReport) -> str:
        """Hold one version's inventory against the object's own; return the latest version of OCFL so far."""
        newest = self._inventory
        copy = self._root is not None and read.identity == self._root.identity
        if newest is not None and not (copy and name == newest.head):
            if name == newest.head:
                message = f"The inventory in {name}, the newest version, is not the same as the object's own"
                report.note(kinds.inventories_differ, "E064", message)
            compare_inventories(newest, inventory, name, report)
            self._stated.add(inventory, name, report)
        later = max(latest, inventory.ocfl_version)
        own = newest.ocfl_version if newest is not None else later
        if inventory.ocfl_version < latest or inventory.ocfl_version > own:
            message = (
                f"The inventory in {name} is one of OCFL {inventory.ocfl_version}, which versions before it, or the "
                "object itself, do not fit"
            )
            report.note(kinds.inventories_differ, "E103", message)
        return later

    def _compare_files(self) -> None:
        """Hold the content files that are there against the manifests."""
        inventory = self._inventory
        if inventory is None:
            return
        stated = self._stated.paths()
        for path in stated:
            if path in self._files or self._is_elsewhere(path, inventory):
                continue
            self._report.note(kinds.file_missing, "E092", f"The content file {shown(path)} is not there", path)
            if self._stated.in_fixity(path):
                message = f"The fixity block speaks of {shown(path)}, which is not there"
                self._report.note(kinds.file_missing, "E093", message, path)
        own = digests_of(inventory)
        for path in self._files:
            if path not in own:
                message = f"The content file {shown(path)} is not in the manifest"
                self._report.note(kinds.file_unlisted, "E023", message, path)

    def _is_elsewhere(self, path: str, inventory: Inventory) -> bool:
        """Tell whether nothing is known of a path: in no content folder, or in one that could not be listed."""
        in_content = path.partition("/")[2].startswith(f"{inventory.content_directory}/")
        return not in_content or path.startswith(self._folders.blocked)
