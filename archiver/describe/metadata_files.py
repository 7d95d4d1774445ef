"""The files of a metadata folder: which there are, and their bytes, bounded.

Symbolic links are never followed, nothing but regular files is opened, and nothing is ever written.
"""

from __future__ import annotations

import io
import os
import stat
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.standards.names import is_utf8, printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_FILES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a metadata folder holds."""

    files: tuple[str, ...] = ()
    """Regular files, from the folder, ``/`` between segments, sorted; hidden ones are left out."""

    findings: tuple[Finding, ...] = ()


class UnreadableError(OSError):
    """A file cannot be read, or is not a regular file; the message says why."""


def list_files(folder: Path) -> Listing:
    """List the regular files below ``folder``; what cannot be used is a finding."""
    files: list[str] = []
    findings: list[Finding] = []
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(folder / below) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            findings.append(_unreadable(below or ".", error.strerror or "it cannot be opened"))
            continue
        for entry in found:
            path = f"{below}/{entry.name}" if below else entry.name
            _sort_out(entry, path, (files, waiting, findings))
        if len(files) > MOST_FILES:
            findings.append(_unreadable(".", f"it holds more than {MOST_FILES} files; the rest is not read"))
            break
    return Listing(files=tuple(sorted(files[:MOST_FILES])), findings=tuple(findings))


@contextmanager
def open_regular(path: Path) -> Iterator[io.BufferedReader]:
    """Open a regular file for reading.

    Raises:
        UnreadableError: a link, a device, a pipe, or the system refuses, also while it is read.
    """
    try:
        # O_NONBLOCK: opening a pipe that took the file's place must not wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise UnreadableError(getattr(error, "strerror", None) or "it cannot be opened") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableError("it is not a regular file")
        try:
            yield file
        except OSError as error:
            raise UnreadableError(error.strerror or "it cannot be read") from error


def read_bounded(path: Path, most: int) -> bytes:
    """Read a regular file, at most ``most`` + 1 bytes of it, so that the caller sees when it is too long.

    Raises:
        UnreadableError: a link, a device, a pipe, or the system refuses.
    """
    with open_regular(path) as file:
        return file.read(most + 1)


def text_lines(path: Path, longest: int) -> Iterator[str]:
    """Yield the lines of a text file one by one; the file may be of any size.

    Args:
        path: UTF-8, or UTF-16 with a byte order mark. Bytes that are no UTF-8 come as lone surrogates (PEP 383).
        longest: characters of a line that are held; a longer one comes cut after one more.

    Raises:
        UnreadableError: as :func:`read_bounded`.
    """
    with open_regular(path) as file:
        # A byte order mark of UTF-8 is left to the reader; one of UTF-16 tells the encoding.
        wide = file.peek(2)[:2] in {b"\xff\xfe", b"\xfe\xff"}
        codec, errors = ("utf-16", "replace") if wide else ("utf-8", "surrogateescape")
        text = io.TextIOWrapper(file, encoding=codec, errors=errors)
        while line := text.readline(longest + 1):
            yield line
            while len(line) > longest and not line.endswith("\n"):
                line = text.readline(longest + 1)  # the rest of a line without end is passed over


def path_key(path: str) -> str:
    """Return the form under which paths of documents and names in the metadata are compared: NFC."""
    return unicodedata.normalize("NFC", path)


def _sort_out(entry: os.DirEntry[str], path: str, into: tuple[list[str], list[str], list[Finding]]) -> None:
    files, folders, findings = into
    if entry.name.startswith("."):
        return
    if not is_utf8(entry.name):
        findings.append(_unreadable(path, "its name is not UTF-8"))
    elif entry.is_symlink():
        findings.append(_unreadable(path, "it is a symbolic link, and links are not followed"))
    elif entry.is_dir(follow_symlinks=False):
        folders.append(path)
    elif entry.is_file(follow_symlinks=False):
        files.append(path)
    else:
        findings.append(_unreadable(path, "it is a pipe, a socket or a device"))


def _unreadable(path: str, reason: str) -> Finding:
    shown = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="metadata-unreadable",
        file=shown,
        message=f"{shown}: {reason}; nothing of it is used.",
        fix="Put a readable regular file with a UTF-8 name in its place, or take it out of the metadata folder.",
    )


def unreadable_sidecar(path: str, reason: str) -> Finding:
    """Word the finding for a sidecar or sheet that could not be opened after it had been listed."""
    return _unreadable(path, reason)
