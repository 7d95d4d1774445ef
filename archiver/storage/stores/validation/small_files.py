"""The small files of an object, read and checked: its declaration, its inventories, each with its sidecar."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from archiver.standards.ocfl.findings import inventories as inventory_findings
from archiver.standards.ocfl.findings import objects as kinds
from archiver.standards.ocfl.inventory import DECLARATION, Inventory
from archiver.standards.ocfl.names import INVENTORY, sidecar
from archiver.standards.ocfl.object_files import SMALL_FILE, check_declaration, declared_version, read_sidecar
from archiver.standards.ocfl.reading.inventories import INVENTORY_LIMIT, read_inventory
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown
from archiver.storage.stores.reading import joined, reason
from archiver.storage.stores.tree import Tree, TreeEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadInventory:
    """One inventory that is there."""

    inventory: Inventory | None
    """None when it cannot be relied on."""

    identity: bytes
    """SHA-512 of its file: tells two inventories apart."""

    algorithm: str | None
    """Of the sidecar that belongs to it, where that is known."""


class SmallFiles:
    """Of one object."""

    def __init__(self, tree: Tree, path: str, report: RuleReport) -> None:
        """Read nothing yet.

        Args:
            tree: of the store.
            path: of the object's root.
            report: takes what is wrong.
        """
        self._tree = tree
        self._path = path
        self._report = report

    def declaration(self, entries: list[TreeEntry]) -> str | None:
        """Check the declaration and return the version of OCFL that it names."""
        version = declared_version({entry.name for entry in entries if entry.kind == "file"}, self._report)
        if version is not None:
            name = DECLARATION + version
            content = self.read(name, SMALL_FILE)
            if content is not None:
                check_declaration(name, content, self._report)
        return version

    def inventory(self, folder: str, entries: list[TreeEntry]) -> ReadInventory | None:
        """Read the inventory of a folder with its sidecar.

        Args:
            folder: from the object's root; empty for the root's own inventory.
            entries: what is in it.

        Returns:
            None when there is none, or when it could not be read.
        """
        names = {entry.name for entry in entries if entry.kind == "file"}
        if INVENTORY not in names:
            return None
        name = joined(folder, INVENTORY)
        data = self.read(name, INVENTORY_LIMIT)
        if data is None:
            return None
        reading = read_inventory(data, name)
        self._report.take(reading.findings)
        algorithm = reading.inventory.digest_algorithm if reading.inventory else _only_sidecar(names)
        if algorithm is None or sidecar(algorithm) not in names:
            expected = sidecar(algorithm or "ALGORITHM")
            message = f"{shown(name)} has no sidecar {expected} with its digest"
            self._report.note(kinds.sidecar_wrong, "E058", message, name)
        else:
            self._check_sidecar(joined(folder, sidecar(algorithm)), algorithm, name, data)
        return ReadInventory(inventory=reading.inventory, identity=hashlib.sha512(data).digest(), algorithm=algorithm)

    def check_type(self, inventory: Inventory, declared: str) -> None:
        """Check that the root inventory is of the version that the declaration names (E038)."""
        if inventory.ocfl_version != declared:
            message = f"The object declares OCFL {declared}, and its inventory is one of OCFL {inventory.ocfl_version}"
            self._report.note(inventory_findings.wrong_value, "E038", message, INVENTORY)

    def read(self, name: str, limit: int) -> bytes | None:
        """Read a file; None, and a finding, where that cannot be done."""
        file = joined(self._path, name)
        try:
            octets = self._tree.size(file)
            if octets <= limit:  # before so much of it is read
                return self._tree.read(file, limit)
            why = f"it has {octets:,} bytes, more than such a file can have"
        except (OSError, ValueError) as error:
            why = reason(error)
        self._report.note(kinds.unreadable, "", f"{shown(name)} cannot be read: {why}", name)
        return None

    def _check_sidecar(self, name: str, algorithm: str, inventory: str, data: bytes) -> None:
        content = self.read(name, SMALL_FILE)
        if content is None:
            return
        stated = read_sidecar(content)
        if stated is None:
            message = f"{shown(name)} is not a digest and the words inventory.json"
            self._report.note(kinds.sidecar_wrong, "E061", message, name)
            return
        digest = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
        if stated != digest:
            message = f"{shown(inventory)} is not what its sidecar says: {algorithm} {digest[:16]}... and not "
            self._report.note(kinds.inventory_damaged, "E060", f"{message}{stated[:16]}...", inventory)


def _only_sidecar(names: set[str]) -> str | None:
    """Return the algorithm of the one sidecar there is, for an inventory that cannot say it itself."""
    found = [name.removeprefix(f"{INVENTORY}.") for name in names if name.startswith(f"{INVENTORY}.")]
    return found[0] if len(found) == 1 and found[0] in {"sha512", "sha256", "sha1", "md5"} else None
