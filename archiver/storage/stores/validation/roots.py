"""A storage root around its objects: its declaration, its layout, and nothing but objects below it.

Walks the folders one after another and gives each object's path as it comes to it; reads nothing of objects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from archiver.model import Finding
from archiver.standards.ocfl.extensions import REGISTERED
from archiver.standards.ocfl.findings import objects as object_findings
from archiver.standards.ocfl.findings import roots as kinds
from archiver.standards.ocfl.inventory import DECLARATION, INVENTORY_TYPES, ROOT_DECLARATION
from archiver.standards.ocfl.names import EXTENSIONS, INVENTORY, LAYOUT_FILE
from archiver.standards.ocfl.object_files import SMALL_FILE
from archiver.standards.ocfl.reading.json_text import JsonTextError, parse_json
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown
from archiver.storage.stores.reading import LAYOUT_LIMIT, StoreReader, joined, reason
from archiver.storage.stores.tree import EntryKind, TreeEntry
from archiver.storage.stores.validation.verdict import ObjectVerdict

_DEEPEST = 100
"""Folders above an object's root: no layout makes a third of that many."""

_WORDS: dict[EntryKind, str] = {"link": "a symbolic link", "other": "a device, pipe or socket"}


class RootValidation:
    """One storage root: first :meth:`object_paths`, with :meth:`take` for each object; then :meth:`findings`."""

    def __init__(self, reader: StoreReader) -> None:
        """Read nothing yet.

        Args:
            reader: of the store.
        """
        self._reader = reader
        self._tree = reader.tree
        self._report = RuleReport(None)
        self._declared: str | None = None
        self._identifiers: set[bytes] = set()
        self._at_top = self._below = False

    def object_paths(self) -> Iterator[str]:
        """Walk the storage root, notice what should not be there, and give each object's path in order of names."""
        entries = self._entries("")
        if entries is None:
            return
        self._check_root(entries)
        waiting = [entry.name for entry in reversed(entries) if entry.kind == "folder" and entry.name != EXTENSIONS]
        while waiting:
            path = waiting.pop()
            entries = self._entries(path)
            if entries is None:
                continue
            if is_object(entries):
                self._at_top |= "/" not in path
                self._below |= "/" in path
                yield path
            else:
                self._check_between(path, entries)
                waiting.extend(joined(path, entry.name) for entry in reversed(entries) if entry.kind == "folder")

    def take(self, verdict: ObjectVerdict) -> None:
        """Hear of one object, to hold it against the root and the objects before it."""
        version = verdict.ocfl_version
        if version is not None and self._declared is not None and version > self._declared:
            message = f"{shown(verdict.path)} is an object of OCFL {version}, and its root one of OCFL {self._declared}"
            self._report.note(kinds.object_newer, "E081", message, verdict.path)
        if verdict.identifier is None:
            return
        # A digest for each: of a million objects, identifiers and paths themselves would fill the memory.
        digest = hashlib.blake2b(verdict.identifier.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in self._identifiers:
            message = f"{shown(verdict.path)} has the identifier of another object: {shown(verdict.identifier)}"
            self._report.note(kinds.identifier_repeated, "E037", message, verdict.path)
        self._identifiers.add(digest)
        expected = self._reader.expected_path(verdict.identifier)
        if expected is not None and expected != verdict.path:
            message = f"{shown(verdict.path)} would lie at {shown(expected)} by the store's layout"
            self._report.note(kinds.object_misplaced, "W014", message, verdict.path)

    def findings(self) -> tuple[Finding, ...]:
        """Return what is wrong with the root itself; complete when all objects were taken."""
        if self._at_top and self._below:
            message = "Some objects lie in the storage root itself, and others in folders below it"
            self._report.note(kinds.object_misplaced, "W015", message)
            self._at_top = False
        return self._report.findings()

    def _check_root(self, entries: list[TreeEntry]) -> None:
        names = {entry.name for entry in entries if entry.kind == "file"}
        self._check_declaration(sorted(name for name in names if name.startswith(ROOT_DECLARATION)))
        self._report.ocfl_version = self._declared or self._report.ocfl_version
        if LAYOUT_FILE in names:
            self._check_layout()
        for entry in entries:
            self._check_kind(entry, "")
            if entry.name == EXTENSIONS and entry.kind == "folder":
                self._check_extensions()
        if any(name.startswith(DECLARATION) for name in names):
            message = "The storage root is declared an object, too"
            self._report.note(kinds.hierarchy_wrong, "E088", message)

    def _check_declaration(self, names: list[str]) -> None:
        names = [name for name in names if not name.startswith(DECLARATION)]
        if not names:
            self._report.note(kinds.root_declaration_wrong, "E069", "There is no declaration such as 0=ocfl_1.1")
            return
        if len(names) > 1:
            message = f"There are {len(names)} declarations, and one is allowed"
            self._report.note(kinds.root_declaration_wrong, "E076", message)
        name = names[-1]
        version = name.removeprefix(ROOT_DECLARATION)
        if version not in INVENTORY_TYPES:
            message = f"{shown(name)} names no version of OCFL known here"
            self._report.note(kinds.root_declaration_wrong, "E079", message, name)
            return
        self._declared = version
        content = self._read(name, SMALL_FILE)
        if content is not None and content != name.removeprefix("0=").encode() + b"\n":
            message = f"{shown(name)} does not hold what its name says"
            self._report.note(kinds.root_declaration_wrong, "E080", message, name)

    def _check_layout(self) -> None:
        data = self._read(LAYOUT_FILE, LAYOUT_LIMIT)
        if data is None:
            return
        try:
            value = parse_json(data).value
        except JsonTextError as error:
            self._report.note(kinds.layout_wrong, "E070", f"{LAYOUT_FILE} {error}", LAYOUT_FILE)
            return
        if not isinstance(value, dict):
            self._report.note(kinds.layout_wrong, "E070", f"{LAYOUT_FILE} is no JSON object", LAYOUT_FILE)
            return
        for key in ("extension", "description"):
            if not isinstance(value.get(key), str):
                self._report.note(kinds.layout_wrong, "E070", f"{LAYOUT_FILE} has no text for {key}", LAYOUT_FILE)
        extension = value.get("extension")
        if isinstance(extension, str) and extension not in REGISTERED:
            message = f"The layout {shown(extension)} is no registered extension"
            self._report.note(kinds.layout_wrong, "E071", message, LAYOUT_FILE)

    def _check_extensions(self) -> None:
        for entry in self._entries(EXTENSIONS) or ():
            name = joined(EXTENSIONS, entry.name)
            if self._check_kind(entry, EXTENSIONS):
                continue
            if entry.kind != "folder":
                message = f"The file {shown(name)} lies where only folders of extensions may"
                self._report.note(kinds.hierarchy_wrong, "E112", message, name)
            elif entry.name not in REGISTERED:
                message = f"There is no registered extension {shown(entry.name)}"
                self._report.note(object_findings.extension_unregistered, "W016", message, name)

    def _check_between(self, path: str, entries: list[TreeEntry]) -> None:
        """Check a folder between the root and its objects (OCFL 1.1 section 4.3)."""
        if not entries:
            self._report.note(kinds.hierarchy_wrong, "E073", f"The folder {shown(path)} is empty", path)
        for entry in entries:
            if not self._check_kind(entry, path) and entry.kind == "file":
                name = joined(path, entry.name)
                message = f"The file {shown(name)} is part of no object"
                self._report.note(kinds.hierarchy_wrong, "E072", message, name)

    def _check_kind(self, entry: TreeEntry, path: str) -> bool:
        if entry.kind not in _WORDS:
            return False
        name = joined(path, entry.name)
        self._report.note(object_findings.no_plain_file, "E090", f"{shown(name)} is {_WORDS[entry.kind]}", name)
        return True

    def _entries(self, path: str) -> list[TreeEntry] | None:
        why = f"more than {_DEEPEST} folders lie in each other"
        if path.count("/") <= _DEEPEST:
            try:
                return self._tree.entries(path)
            except OSError as error:
                why = reason(error)
        named = f"The folder {shown(path)}" if path else "The storage root"
        self._report.note(kinds.root_unreadable, "", f"{named} cannot be listed: {why}", path or None)
        return None

    def _read(self, name: str, limit: int) -> bytes | None:
        try:
            return self._tree.read(name, limit)
        except (OSError, ValueError) as error:
            self._report.note(kinds.root_unreadable, "", f"{shown(name)} cannot be read: {reason(error)}", name)
            return None


def is_object(entries: list[TreeEntry]) -> bool:
    """Tell whether a folder is an object's root; also one that lost its declaration and has its inventory."""
    return any(
        entry.kind == "file" and (entry.name.startswith(DECLARATION) or entry.name == INVENTORY) for entry in entries
    )
