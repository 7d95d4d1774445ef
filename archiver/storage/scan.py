"""Seeing what a source folder holds: its items, their documents, and what is awkward about them.

Names and kinds only: nothing is opened, no link is followed, nothing is written.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Literal

from archiver.errors import UsageError
from archiver.model import Finding, Severity, SourceDocument, SourceItem
from archiver.standards.bagit_paths import PAYLOAD_PREFIX, unsafe_reason
from archiver.standards.names import collision_key, has_hidden_characters, is_utf8, printable

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*").fullmatch
"""Most names are like this, and quickly known for harmless ones."""

Bundle = Literal["item", "collection"]

SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep"})
"""Left by desktops and tools: no items of their own, but kept where they stand inside a compound item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A source folder, seen once."""

    items: tuple[SourceItem, ...]
    """In byte order of their names."""

    findings: tuple[Finding, ...]
    """About the folder as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderScan:
    """Everything below one folder, as one whole."""

    documents: tuple[SourceDocument, ...]
    """In byte order of their paths."""

    folders: tuple[str, ...]
    """Their paths, in byte order: UTF-8 names alone; also of those that cannot be listed."""

    findings: tuple[Finding, ...]
    """In no order."""


def scan_source(source: Path, bundle: Bundle = "item") -> Scan:
    """Look at every entry below ``source``.

    Args:
        source: the folder of documents.
        bundle: ``item``: one item an entry directly below; ``collection``: the folder is one compound item.

    Raises:
        UsageError: ``source`` is not there, or is no folder, or cannot be listed.
    """
    entries = _listed(source)
    if bundle == "collection":
        item = _compound(source, "", source.resolve().name, entries)
        return Scan(items=(item,) if item.documents or item.findings else (), findings=_empty(source, item.documents))
    skipped = tuple(_system_file(entry.name) for entry in entries if entry.name in SYSTEM_FILES)
    items = tuple(_item(source, entry) for entry in entries if entry.name not in SYSTEM_FILES)
    collisions = _collisions(item.path for item in items)
    return Scan(items=items, findings=(*skipped, *collisions, *_empty(source, items)))


def scan_folder(source: Path) -> FolderScan:
    """Look at every entry below ``source``, as one whole.

    Raises:
        UsageError: ``source`` is not there, or is no folder, or cannot be listed.
    """
    return _below(source, "", _listed(source))


def _listed(source: Path) -> list[os.DirEntry[str]]:
    if not source.exists():
        raise UsageError(f"there is no folder {source}: name the folder that holds the documents")
    if not source.is_dir():
        raise UsageError(f"{source} is a file: name the folder that holds the documents")
    try:
        return _sorted_entries(source)
    except OSError as error:
        raise UsageError(f"cannot list {source}: {error.strerror}; check its permissions") from error


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _sorted_entries(folder: Path) -> list[os.DirEntry[str]]:
    return sorted(_entries(folder), key=lambda entry: os.fsencode(entry.name))


def _item(source: Path, entry: os.DirEntry[str]) -> SourceItem:
    name = printable(entry.name)
    if entry.is_dir(follow_symlinks=False) and is_utf8(entry.name):
        try:
            entries = _sorted_entries(source / entry.name)
        except OSError as error:
            return SourceItem(
                name=name, path=entry.name, compound=True, documents=(), findings=(_unlistable(entry.name, error),)
            )
        return _compound(source, entry.name, name, entries)
    findings = tuple(_entry_findings(entry, entry.name))
    refused = any(finding.severity is Severity.ERROR for finding in findings)
    documents = () if refused else (_document(entry, entry.name),)
    return SourceItem(name=name, path=entry.name, compound=False, documents=documents, findings=findings)


def _compound(source: Path, path: str, name: str, entries: list[os.DirEntry[str]]) -> SourceItem:
    below = _below(source, path, entries)
    findings = [*(_name_findings(path) if path else ()), *below.findings]
    findings += _collisions(document.path for document in below.documents)
    if path and not below.documents and not any(finding.severity is Severity.ERROR for finding in findings):
        findings.append(_empty_item(path))
    findings.sort(key=lambda finding: (finding.file or "", finding.code))
    return SourceItem(name=name, path=path, compound=True, documents=below.documents, findings=tuple(findings))


def _below(source: Path, path: str, entries: list[os.DirEntry[str]]) -> FolderScan:
    """Look at everything below the folder ``path``, whose entries are given."""
    documents: list[SourceDocument] = []
    folders: list[str] = []
    findings: list[Finding] = []
    waiting = [(path, entries)]
    while waiting:
        folder, inside = waiting.pop()
        if not inside and folder != path:
            findings.append(_empty_folder(folder))
        before = f"{folder}/" if folder else ""
        for entry in inside:
            entry_path = before + entry.name
            if _PLAIN(entry.name) and entry.is_file(follow_symlinks=False):
                documents.append(_document(entry, entry_path))  # nothing can be said against it
                continue
            findings.extend(_entry_findings(entry, entry_path))
            if entry.is_dir(follow_symlinks=False) and is_utf8(entry.name):
                folders.append(entry_path)
                try:
                    waiting.append((entry_path, _entries(source / entry_path)))
                except OSError as error:
                    findings.append(_unlistable(entry_path, error))
            elif entry.is_file(follow_symlinks=False) and is_utf8(entry.name):
                documents.append(_document(entry, entry_path))
    # The order of code points is that of UTF-8's bytes.
    documents.sort(key=attrgetter("path"))
    return FolderScan(documents=tuple(documents), folders=tuple(sorted(folders)), findings=tuple(findings))


def _document(entry: os.DirEntry[str], path: str) -> SourceDocument:
    return SourceDocument(path=path, size=entry.stat(follow_symlinks=False).st_size)


def _entry_findings(entry: os.DirEntry[str], path: str) -> Iterator[Finding]:
    yield from _name_findings(path)
    if entry.is_symlink():
        yield Finding(
            severity=Severity.ERROR,
            code="symbolic-link",
            file=printable(path),
            message=f"{printable(path)} is a symbolic link: what it points to may lie outside the source, or change.",
            fix="Put a copy of the file it points to in its place, or take the link away.",
        )
    elif not entry.is_file(follow_symlinks=False) and not entry.is_dir(follow_symlinks=False):
        kind = _kind(entry)
        yield Finding(
            severity=Severity.ERROR,
            code="special-file",
            file=printable(path),
            message=f"{printable(path)} is {kind}, not a document; it was not opened.",
            fix="Move it out of the source folder.",
        )


def _kind(entry: os.DirEntry[str]) -> str:
    mode = entry.stat(follow_symlinks=False).st_mode
    kinds = ((stat.S_ISFIFO, "a pipe (FIFO)"), (stat.S_ISSOCK, "a socket"), (stat.S_ISBLK, "a block device"))
    return next((words for test, words in kinds if test(mode)), "a character device")


def _name_findings(path: str) -> Iterator[Finding]:
    name = path.rsplit("/", 1)[-1]
    if not is_utf8(name):
        yield Finding(
            severity=Severity.ERROR,
            code="name-not-utf8",
            file=printable(path),
            message=f"The name {printable(path)} is not UTF-8, so no manifest can state it.",
            fix="Rename it, for example with `convmv -f LATIN1 -t UTF-8 --notest`, and build again.",
        )
    elif reason := unsafe_reason(f"{PAYLOAD_PREFIX}{name}"):
        yield Finding(
            severity=Severity.ERROR,
            code="name-unsafe",
            file=printable(path),
            message=f"The name {printable(path)} {reason} where backslashes separate folders, so bags refuse it.",
            fix="Rename it.",
        )
    elif has_hidden_characters(name):
        yield Finding(
            severity=Severity.WARNING,
            code="name-hidden-characters",
            file=printable(path),
            message=f"The name {printable(path)} holds control or direction-changing characters; it is kept as it is.",
            fix="If nobody meant them, rename the file before building.",
        )


def _collisions(paths: Iterable[str]) -> list[Finding]:
    seen: dict[str, str] = {}
    findings = []
    for path in paths:
        first = seen.setdefault(collision_key(path), path)
        if first != path:
            findings.append(
                Finding(
                    severity=Severity.WARNING,
                    code="names-collide",
                    file=printable(path),
                    message=f"{printable(path)} and {printable(first)} differ only in {_difference(path, first)}: some "
                    "file systems take them for one name. Both are kept here.",
                    fix="Rename one of them if packages may travel through Windows or macOS.",
                )
            )
    return findings


def _difference(path: str, other: str) -> str:
    same = unicodedata.normalize("NFC", path) == unicodedata.normalize("NFC", other)
    return "how their letters are composed in Unicode" if same else "letter case"


def _unlistable(path: str, error: OSError) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="unreadable-folder",
        file=printable(path),
        message=f"The folder {printable(path)} cannot be listed: {error.strerror}.",
        fix="Give yourself read and search permission on it, and build again.",
    )


def _empty_folder(path: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="empty-folder",
        file=printable(path),
        message=f"The folder {printable(path)} is empty; a bag lists files only, so it is not in the package.",
        fix="Put a short note in it if its being there means something.",
    )


def _empty_item(path: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="item-empty",
        file=printable(path),
        message=f"The folder {printable(path)} holds no document, so there is nothing to package.",
        fix="Put its documents in it, or take the folder away.",
    )


def _empty(source: Path, found: tuple[object, ...]) -> tuple[Finding, ...]:
    if found:
        return ()
    return (
        Finding(
            severity=Severity.ERROR,
            code="source-empty",
            file=printable(str(source)),
            message=f"The folder {printable(str(source))} holds no document, so nothing was built.",
            fix="Put documents in it, or name another folder.",
        ),
    )


def _system_file(name: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="system-file-skipped",
        file=name,
        message=f"{name} was left by a desktop or a tool and is no document; it gets no package.",
        fix="Nothing to do.",
    )
