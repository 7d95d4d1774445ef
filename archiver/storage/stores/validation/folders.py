"""What lies in an object: in its root, in its version folders, in their content. Lists; reads no file."""

from __future__ import annotations

from archiver.standards.ocfl.extensions import REGISTERED
from archiver.standards.ocfl.findings import objects as kinds
from archiver.standards.ocfl.names import EXTENSIONS, INVENTORY
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown
from archiver.standards.ocfl.version_names import sequence_faults, version_number
from archiver.storage.stores.reading import joined, reason
from archiver.storage.stores.tree import EntryKind, Tree, TreeEntry

LOGS = "logs"
"""Folder of an object's root that may hold anything (OCFL 1.1 section 3.8)."""

_DEEPEST = 255
"""Folders in each other: no program that makes a package goes so deep, and listing deeper ones takes without end."""

_WORDS: dict[EntryKind, str] = {"link": "a symbolic link", "other": "a device, pipe or socket"}


class Folders:
    """Of one object."""

    def __init__(self, tree: Tree, path: str, report: RuleReport) -> None:
        """List nothing yet.

        Args:
            tree: of the store.
            path: of the object's root.
            report: takes what is wrong.
        """
        self._tree = tree
        self._path = path
        self._report = report
        self.blocked: tuple[str, ...] = ()
        """Folders that could not be listed, each with a slash: what lies in them is not known."""

    def root(self, entries: list[TreeEntry], algorithm: str | None) -> list[str]:
        """Check what lies in the object's root (OCFL 1.1 section 3.1).

        Args:
            entries: what is there.
            algorithm: of the inventory; None where that is not known.

        Returns:
            Names of the version folders, first to last.
        """
        versions = []
        for entry in entries:
            if entry.kind == "folder" and version_number(entry.name):
                versions.append(entry.name)
            elif self._refused(entry, ""):
                continue
            elif entry.kind == "folder" and entry.name == EXTENSIONS:
                self._extensions()
            elif not _belongs(entry, algorithm):
                message = f"The {entry.kind} {shown(entry.name)} has no place in the root of an object"
                self._report.note(kinds.entry_unexpected, "E001", message, entry.name)
        return sorted(versions, key=lambda name: version_number(name) or 0)

    def compare_versions(self, found: list[str], stated: list[str]) -> None:
        """Hold the version folders against the versions of the inventory (section 3.3, E046)."""
        for name in found:
            if name not in stated:
                message = f"The inventory does not know the version folder {name}"
                self._report.note(kinds.version_missing, "E046", message, name)
        for name in stated:
            if name not in found:
                message = f"The folder of version {name} is not there"
                self._report.note(kinds.version_missing, "E046", message, name)
        for rule, message in sequence_faults(found):
            self._report.note(kinds.version_missing, rule, f"Of the version folders, {message}")

    def version(self, name: str, entries: list[TreeEntry], content_directory: str, algorithm: str | None) -> bool:
        """Check what lies in a version folder, and tell whether content does."""
        has_content = False
        for entry in entries:
            if self._refused(entry, name):
                continue
            if entry.kind == "folder" and entry.name == content_directory:
                has_content = True
            elif entry.kind == "folder":
                message = f"The folder {shown(entry.name)} in {name} is no part of the object"
                self._report.note(kinds.folder_ignored, "W002", message, joined(name, entry.name))
            elif not _is_inventory(entry.name, algorithm):
                message = f"The file {shown(entry.name)} has no place in the version folder {name}"
                self._report.note(kinds.entry_unexpected, "E015", message, joined(name, entry.name))
        return has_content

    def content(self, folder: str) -> dict[str, int]:
        """List all files of a version's content.

        Args:
            folder: such as ``v1/content``.

        Returns:
            Content path -> bytes, in the order of names.
        """
        files: dict[str, int] = {}
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            entries = self.entries(path)
            if entries == [] and path != folder:
                self._report.note(kinds.folder_empty, "E024", f"The folder {shown(path)} is empty", path)
            below = []
            for entry in entries or ():
                name = joined(path, entry.name)
                if self._refused(entry, path):
                    continue
                if entry.kind == "folder":
                    below.append(name)
                else:
                    files[name] = entry.size or 0
            waiting.extend(reversed(below))
        return files

    def entries(self, folder: str) -> list[TreeEntry] | None:
        """List a folder; None, and a finding, where that cannot be done."""
        why = f"more than {_DEEPEST} folders lie in each other"
        if folder.count("/") <= _DEEPEST:
            try:
                return self._tree.entries(joined(self._path, folder))
            except OSError as error:
                why = reason(error)
        named = f"The folder {shown(folder)}" if folder else "The object's folder"
        self._report.note(kinds.unreadable, "", f"{named} cannot be listed: {why}", folder or None)
        self.blocked += (f"{folder}/",)
        return None

    def _refused(self, entry: TreeEntry, folder: str) -> bool:
        if entry.kind not in _WORDS:
            return False
        name = joined(folder, entry.name)
        message = f"{shown(name)} is {_WORDS[entry.kind]}"
        self._report.note(kinds.no_plain_file, "E090", message, name)
        return True

    def _extensions(self) -> None:
        for entry in self.entries(EXTENSIONS) or ():
            name = joined(EXTENSIONS, entry.name)
            if self._refused(entry, EXTENSIONS):
                continue
            if entry.kind != "folder":
                message = f"The file {shown(name)} lies where only folders of extensions may"
                self._report.note(kinds.entry_unexpected, "E067", message, name)
            elif entry.name not in REGISTERED:
                message = f"There is no registered extension {shown(entry.name)}"
                self._report.note(kinds.extension_unregistered, "W013", message, name)


def _belongs(entry: TreeEntry, algorithm: str | None) -> bool:
    if entry.kind == "folder":
        return entry.name == LOGS
    # What begins like a declaration was looked at as one.
    return entry.name.startswith("0=") or _is_inventory(entry.name, algorithm)


def _is_inventory(name: str, algorithm: str | None) -> bool:
    if algorithm is None:
        return name == INVENTORY or name.startswith(f"{INVENTORY}.")
    return name in {INVENTORY, f"{INVENTORY}.{algorithm}"}
