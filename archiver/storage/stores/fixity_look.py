"""One look at a stored package without its content: declaration, inventories and their sidecars, what is there.

Reads the small files and lists the folders; content is digested by :mod:`archiver.storage.stores.fixity`. Believes no
single look: what is noticed here is looked at again before it is said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from archiver.model import Finding, FixityOutcome, Severity
from archiver.standards.names import printable
from archiver.standards.ocfl.inventory import DECLARATION, INVENTORY_TYPES, Inventory
from archiver.standards.ocfl.names import INVENTORY
from archiver.standards.ocfl.object_files import SMALL_FILE, read_sidecar
from archiver.standards.ocfl.reading.inventories import DIGEST_DIGITS, INVENTORY_LIMIT, read_inventory
from archiver.standards.ocfl.version_names import version_number
from archiver.storage.stores.fixity_findings import (
    WORST_FIRST,
    Noticed,
    declaration_damaged,
    file_missing,
    file_replaced,
    file_unknown,
    inventory_damaged,
    other_package,
    package_missing,
    package_replaced,
    unreadable,
)
from archiver.storage.stores.tree import EntryKind, Tree, TreeEntry

_COPY = f"{INVENTORY}."
"""How the name of a sidecar begins; the algorithm follows (OCFL 1.1 section 3.7)."""

_ASIDE = frozenset({"logs", "extensions"})
"""Folders of an object that no inventory speaks of (OCFL 1.1 sections 3.1 and 3.7)."""

_WORDS: dict[EntryKind, str] = {
    "file": "a file",
    "folder": "a folder",
    "link": "a symbolic link",
    "other": "a device, pipe or socket",
}


@dataclass(slots=True, kw_only=True)
class Look:
    """What one look saw. Paths are from the object's root."""

    state: tuple[int, ...] | None
    """Tells the object's folder from one that was put in its place; None where that cannot be told."""

    noticed: list[Noticed] = field(default_factory=list)
    inventory: Inventory | None = None
    """The root's; where that is damaged, the newest whole one that a version's folder has."""

    root_digest: str | None = None
    """Hexadecimal digest of the root inventory, by the algorithm of its sidecar; None when it could not be read."""

    expected: Mapping[str, str] = field(default_factory=dict)
    """Content path -> digest, lower case."""

    files: dict[str, int] = field(default_factory=dict)
    """Content files that are there and expected -> bytes."""


def look_at(tree: Tree, path: str, *, identifier: str | None = None) -> Look:
    """Look at one object.

    Args:
        tree: of the store.
        path: of the object's root.
        identifier: that it must have; None where it is not known.
    """
    look = Look(state=state_of(tree, path))
    entries = _listed(tree, path, look)
    if entries is not None:
        _Looking(tree, path, look).run(entries, identifier)
    return look


def below(path: str, name: str) -> str:
    """Join two paths of a tree; the first may be empty."""
    return f"{path}/{name}" if path else name


def state_of(tree: Tree, path: str) -> tuple[int, ...] | None:
    """Return what tells an object's folder from one that was put in its place; None where that cannot be told."""
    if tree.local is None:
        return None
    try:
        status = (tree.local / path).lstat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_ctime_ns


def _listed(tree: Tree, path: str, look: Look) -> list[TreeEntry] | None:
    try:
        return tree.entries(path)
    except FileNotFoundError:
        look.noticed.append(package_missing(path))
    except OSError as error:
        look.noticed.append(_no_folder(tree, path) or unreadable("", error))
    return None


def _no_folder(tree: Tree, path: str) -> Noticed | None:
    try:
        kind = tree.kind(path)
    except OSError:
        return None
    return None if kind in {None, "folder"} else package_replaced(path, _WORDS[kind or "other"])


class _Looking:
    def __init__(self, tree: Tree, path: str, look: Look) -> None:
        self._tree = tree
        self._path = path
        self._look = look
        self._blocked: list[str] = []
        """Folders that could not be listed: whether anything below them is missing is unknown."""

    def run(self, entries: list[TreeEntry], identifier: str | None) -> None:
        self._declaration([one.name for one in entries if one.name.startswith(DECLARATION) and one.kind == "file"])
        root = self._inventory("", entries)
        folders = {one.name for one in entries if one.kind == "folder" and version_number(one.name)}
        self._strangers("", entries, folders | _ASIDE)
        look = self._look
        look.inventory = root.inventory
        look.root_digest = root.digest
        found = self._versions(sorted(folders, key=lambda name: -(version_number(name) or 0)), root)
        if look.inventory is None:
            return
        if identifier is not None and look.inventory.identifier != identifier:
            look.noticed.append(other_package(identifier, look.inventory.identifier))
        look.expected = {path: digest for digest, paths in look.inventory.manifest.items() for path in paths}
        self._compare(found, folders)

    def _declaration(self, names: list[str]) -> None:
        # OCFL 1.1 section 3.2, E003 to E007.
        known = {f"{DECLARATION}{version}" for version in INVENTORY_TYPES}
        file = names[0] if names else f"{DECLARATION}1.1"
        if len(names) != 1 or names[0] not in known:
            why = f"{printable(', '.join(names))} is there" if names else "it is not there"
            self._look.noticed.append(declaration_damaged(file, why))
            return
        try:
            content = self._tree.read(below(self._path, file), SMALL_FILE)
        except ValueError:
            content = b""
        except OSError as error:
            self._look.noticed.append(unreadable(file, error))
            return
        if content != file.removeprefix("0=").encode() + b"\n":
            self._look.noticed.append(declaration_damaged(file, "its text is not that of its name"))

    def _inventory(self, folder: str, entries: list[TreeEntry]) -> _Sealed:
        """Read an inventory and its sidecar, in the object's root or in a version's folder (OCFL 1.1 section 3.7).

        It is parsed only while no inventory is known: those of earlier versions have to be what their digests say.
        """
        files = {one.name for one in entries if one.kind == "file"}
        name = below(folder, INVENTORY)
        sidecars = sorted(one for one in files if one.startswith(_COPY))
        if folder and INVENTORY not in files and not sidecars:
            return _Sealed()  # a version should have a copy of its own, and need not (W010)
        fault = _sidecar_fault(INVENTORY in files, sidecars)
        if fault:
            self._look.noticed.append(inventory_damaged(name, fault))
            return _Sealed()
        algorithm = sidecars[0].removeprefix(_COPY)
        data = self._small(name, INVENTORY_LIMIT)
        sidecar = self._small(below(folder, sidecars[0]), SMALL_FILE)
        if data is None or sidecar is None:
            return _Sealed()
        digest = hashlib.new(algorithm, data).hexdigest()
        stated = read_sidecar(sidecar)
        if stated is None or len(stated) != DIGEST_DIGITS[algorithm] or _has_two_cases(sidecar):
            self._look.noticed.append(inventory_damaged(below(folder, sidecars[0]), "it states no digest"))
        elif stated != digest:
            why = f"its {algorithm} is {digest[:16]}..., and {sidecars[0]} states {stated[:16]}..."
            self._look.noticed.append(inventory_damaged(name, why))
        else:
            if self._look.inventory is None:
                return self._parsed(name, data, digest, algorithm, sidecar)
            return _Sealed(digest=digest, sidecar=sidecar)
        return _Sealed(digest=digest)

    def _parsed(self, name: str, data: bytes, digest: str, algorithm: str, sidecar: bytes) -> _Sealed:
        reading = read_inventory(data, name)
        inventory = reading.inventory
        if inventory is None:
            self._look.noticed.append(inventory_damaged(name, _worst(reading.findings)))
        elif inventory.digest_algorithm != algorithm:
            why = f"it states {inventory.digest_algorithm} and its sidecar is by {algorithm}"  # E061
            self._look.noticed.append(inventory_damaged(name, why))
        return _Sealed(inventory=inventory, digest=digest, sidecar=sidecar)

    def _small(self, path: str, limit: int) -> bytes | None:
        try:
            return self._tree.read(below(self._path, path), limit)
        except ValueError as error:
            self._look.noticed.append(inventory_damaged(path, str(error)))
        except FileNotFoundError:
            self._look.noticed.append(inventory_damaged(path, "it is not there"))
        except OSError as error:
            self._look.noticed.append(unreadable(path, error))
        return None

    def _versions(self, names: list[str], root: _Sealed) -> dict[str, TreeEntry]:
        """Look into the versions' folders, the newest first; return what lies below them."""
        found: dict[str, TreeEntry] = {}
        for name in names:
            entries = self._entries(name)
            copy = self._inventory(name, entries)
            self._look.inventory = self._look.inventory or copy.inventory
            if root.inventory and name == root.inventory.head and copy.digest and copy.digest != root.digest:
                # OCFL 1.1 E064
                self._look.noticed.append(inventory_damaged(f"{name}/{INVENTORY}", "it is not that of the root"))
            elif root.inventory and name == root.inventory.head and copy.sidecar != root.sidecar and copy.sidecar:
                # Both say the same, and were written together: one has lost or won a blank or a line feed since.
                file = f"{name}/{_COPY}{root.inventory.digest_algorithm}"
                self._look.noticed.append(inventory_damaged(file, "it is not that of the root"))
            found |= self._below(name, entries)
        return found

    def _below(self, version: str, entries: list[TreeEntry]) -> Iterator[tuple[str, TreeEntry]]:
        """Give everything below a version's folder but its inventory; folders only where they are empty."""
        own = [one for one in entries if not (one.kind == "file" and _is_inventory(one.name))]
        waiting = [(f"{version}/{one.name}", one) for one in reversed(own)]
        while waiting:
            path, entry = waiting.pop()
            if entry.kind == "folder":
                waiting += [(f"{path}/{one.name}", one) for one in reversed(self._entries(path))]
            else:
                yield path, entry

    def _entries(self, folder: str) -> list[TreeEntry]:
        try:
            return self._tree.entries(below(self._path, folder))
        except FileNotFoundError:  # gone since the listing that named it: what it held is missing
            return []
        except OSError as error:
            self._blocked.append(f"{folder}/")
            self._look.noticed.append(unreadable(folder, error))
            return []

    def _strangers(self, folder: str, entries: list[TreeEntry], known: set[str] | frozenset[str]) -> None:
        """Notice what has no place beside an inventory."""
        for one in entries:
            ours = one.kind == "folder" and one.name in known
            ours |= one.kind == "file" and (one.name.startswith(DECLARATION) or _is_inventory(one.name))
            if not ours:
                self._look.noticed.append(file_unknown(below(folder, one.name), _WORDS[one.kind]))

    def _compare(self, found: dict[str, TreeEntry], folders: set[str]) -> None:
        """Hold what is there against the inventory: nothing more and nothing less (OCFL 1.1 E023, E092)."""
        look = self._look
        for path, entry in found.items():
            if path not in look.expected:
                look.noticed.append(file_unknown(path, _WORDS[entry.kind]))
            elif entry.kind == "file":
                look.files[path] = entry.size or 0
            else:
                look.noticed.append(file_replaced(path, _WORDS[entry.kind]))
        blocked = tuple(self._blocked)
        look.noticed += [
            file_missing(path) for path in look.expected if path not in found and not path.startswith(blocked)
        ]
        stated = set(look.inventory.versions) if look.inventory else set()
        look.noticed += [file_missing(name) for name in sorted(stated - folders)]
        look.noticed += [file_unknown(name, "a folder") for name in sorted(folders - stated)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    """One inventory; with nothing known of it where it cannot be relied on."""

    inventory: Inventory | None = None
    digest: str | None = None
    sidecar: bytes = b""
    """As it is on the disk."""


def _is_inventory(name: str) -> bool:
    return name == INVENTORY or name.startswith(_COPY)


def _has_two_cases(sidecar: bytes) -> bool:
    """Tell whether a digest is in upper and lower case: either is as good, and one bit lies between them."""
    digest = sidecar.split(maxsplit=1)[0]
    return digest not in {digest.lower(), digest.upper()}


def _worst(findings: tuple[Finding, ...]) -> str:
    """Return the first error of several findings, as the end of a sentence."""
    errors = [one.message for one in findings if one.severity is Severity.ERROR]
    return errors[0].rstrip(".") if errors else "it is no inventory"


def _sidecar_fault(is_there: bool, sidecars: list[str]) -> str | None:  # noqa: FBT001 - two facts about one folder
    if not is_there:
        return "it is not there"
    if not sidecars:
        return "the sidecar with its digest is not there"
    if len(sidecars) > 1 or sidecars[0].removeprefix(_COPY) not in DIGEST_DIGITS:
        return f"there is {printable(', '.join(sidecars))} beside it"
    return None


def outcome_of(noticed: list[Noticed]) -> FixityOutcome:
    """Return the worst of what was noticed; ok when that is nothing."""
    outcomes = {one.outcome for one in noticed}
    return next((one for one in WORST_FIRST if one in outcomes), FixityOutcome.OK)
