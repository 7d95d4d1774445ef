"""What of a folder goes into a plain bag, and what is awkward about it: empty folders, system files, names.

Looks at names alone; opens and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archiver.model import Finding, Severity, SourceDocument
from archiver.standards.names import printable
from archiver.steps.bags.names import check_names
from archiver.storage.scan import scan_folder

KEEP = ".keep"
"""Name of the file of 0 bytes that stands for an empty folder."""

_SYSTEM_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
"""Made by desktops without being asked; in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BagSource:
    """What goes into the payload."""

    documents: tuple[SourceDocument, ...]
    """In byte order of their paths."""

    kept_folders: tuple[str, ...]
    """Empty folders, each of which gets a :data:`KEEP` file."""

    findings: tuple[Finding, ...]
    """An error among them means that nothing can be bagged."""

    @property
    def bytes(self) -> int:
        """Return the size of the documents when they were looked at."""
        return sum(document.size for document in self.documents)

    @property
    def kept_files(self) -> tuple[str, ...]:
        """Return the files of 0 bytes that keep empty folders."""
        return tuple(f"{folder}/{KEEP}" for folder in self.kept_folders)

    @property
    def payload(self) -> dict[str, int]:
        """Return path -> bytes of every file of the payload."""
        return {document.path: document.size for document in self.documents} | dict.fromkeys(self.kept_files, 0)


def look_at(source: Path, *, keep_empty_folders: bool, exclude_system_files: bool, portable: bool = False) -> BagSource:
    """See what of ``source`` goes into a bag.

    Args:
        source: the folder.
        keep_empty_folders: give each empty folder a file that keeps it.
        exclude_system_files: leave out what desktops put there by themselves.
        portable: take names that are not portable for errors.

    Raises:
        UsageError: ``source`` is not there, is no folder, or cannot be listed.
    """
    scan = scan_folder(source)
    found = scan.documents
    system = [document for document in found if _name(document.path).lower() in _SYSTEM_FILES]
    excluded = {document.path for document in system} if exclude_system_files else set()
    documents = tuple(document for document in found if document.path not in excluded)
    findings = [one for one in scan.findings if one.code != "empty-folder"]  # found anew below
    findings += [_excluded(one.path) if exclude_system_files else _system_file(one.path) for one in system]
    empty = _childless(scan.folders, documents)
    findings += [_kept(path) if keep_empty_folders else _empty_folder(path) for path in empty]
    findings += [_empty_file(document.path) for document in documents if document.size == 0]
    findings += check_names(scan.folders, (document.path for document in documents), portable=portable)
    kept = empty if keep_empty_folders else ()
    if not documents and not kept and not any(one.severity is Severity.ERROR for one in findings):
        findings.append(_nothing(source))
    findings.sort(key=lambda finding: (finding.file or "", finding.code))
    return BagSource(documents=documents, kept_folders=kept, findings=tuple(findings))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _childless(folders: tuple[str, ...], documents: tuple[SourceDocument, ...]) -> tuple[str, ...]:
    parents = {path.rpartition("/")[0] for path in folders}
    parents |= {document.path.rpartition("/")[0] for document in documents}
    return tuple(path for path in folders if path not in parents)


def _system_file(path: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="system-file",
        file=printable(path),
        message=f"{printable(path)} was put there by a desktop, which may change it by itself; it is in the bag.",
        fix="Leave such files out with --exclude-system-files.",
    )


def _excluded(path: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="system-file-excluded",
        file=printable(path),
        message=f"{printable(path)} was put there by a desktop and is not in the bag, as asked.",
        fix="Nothing to do.",
    )


def _empty_folder(path: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="empty-folder",
        file=printable(path),
        message=f"The folder {printable(path)} has nothing in it for the bag, which lists files only: it is left out.",
        fix="Keep it with --keep-empty-folders if its being there means something.",
    )


def _kept(path: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="empty-folder-kept",
        file=printable(path),
        message=f"The folder {printable(path)} is empty; in the bag it holds {KEEP}, a file of 0 bytes that is not in "
        "the source.",
        fix="Nothing to do.",
    )


def _empty_file(path: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="empty-file",
        file=printable(path),
        message=f"{printable(path)} has 0 bytes.",
        fix="Check whether its content was lost on the way; it is bagged as it is.",
    )


def _nothing(source: Path) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="source-empty",
        file=printable(str(source)),
        message=f"The folder {printable(str(source))} holds no file for a bag, so nothing was made.",
        fix="Put files in it, name another folder, or keep its empty folders with --keep-empty-folders.",
    )
