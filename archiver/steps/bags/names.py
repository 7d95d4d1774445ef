"""What other systems make of the names in a bag's source: names that Windows does not keep, names that become one.

Looks at names alone, and at all of them before anything is copied.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import PORTABLE_PATH, collision_key, path_units, printable, unportable_reasons

_PLAIN = re.compile(r"(?:[ -~]*/)?[A-Za-z0-9_-]{8}[A-Za-z0-9_. -]*[A-Za-z0-9_-]").fullmatch
"""Most paths are like this, and quickly known for portable ones: longer than any device's name."""


def check_names(folders: Iterable[str], documents: Iterable[str], *, portable: bool) -> Iterator[Finding]:
    """Find what is not portable, each folder and file once, whatever the number of files below it.

    Args:
        folders: paths of all folders below the source.
        documents: paths of all files that go into the bag.
        portable: whether each finding is an error; else a warning.
    """
    folders, documents = tuple(folders), tuple(documents)
    for path in (*folders, *documents):
        if _PLAIN(path) and len(path) < PORTABLE_PATH - len(PAYLOAD_PREFIX):
            continue
        if reasons := _reasons(path, portable=portable):
            yield _not_portable(path, reasons, portable=portable)
    yield from _collisions(folders, documents, portable=portable)


def _reasons(path: str, *, portable: bool) -> tuple[str, ...]:
    name = path.rpartition("/")[2]
    reasons = unportable_reasons(name)
    # Where nothing comes of it but a warning, name-hidden-characters says so already.
    if portable and any(character < " " for character in name):
        reasons += ("holds control characters, which Windows refuses",)
    length = path_units(f"{PAYLOAD_PREFIX}{path}")
    if length > PORTABLE_PATH:
        reasons += (f"makes a path of {length} characters, of which Windows may take no more than {PORTABLE_PATH}",)
    return reasons


def _collisions(folders: Iterable[str], documents: Iterable[str], *, portable: bool) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for paths, are_folders in ((folders, True), (documents, False)):
        for path in paths:
            first = seen.setdefault(collision_key(path), path)
            # Two folders that meet only because the folders above them do say nothing new; two files do.
            if first != path and not (are_folders and _parent(first) != _parent(path)):
                yield _collide(path, first, portable=portable)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _not_portable(path: str, reasons: tuple[str, ...], *, portable: bool) -> Finding:
    return Finding(
        severity=Severity.ERROR if portable else Severity.WARNING,
        code="name-not-portable",
        file=printable(path),
        message=f"The name {printable(path)} {'; it '.join(reasons)}." + _outcome("It is kept as it is", portable),
        fix="Rename it, or bag without --portable."
        if portable
        else "Rename it before bagging if the bag may travel through Windows.",
    )


def _collide(path: str, first: str, *, portable: bool) -> Finding:
    same = unicodedata.normalize("NFC", path) == unicodedata.normalize("NFC", first)
    difference = "how their letters are composed in Unicode" if same else "letter case"
    return Finding(
        severity=Severity.ERROR if portable else Severity.WARNING,
        code="names-collide",
        file=printable(path),
        message=f"{printable(path)} and {printable(first)} differ only in {difference}: some file systems take them "
        "for one name." + _outcome("Both are kept here", portable),
        fix="Rename one of them, or bag without --portable."
        if portable
        else "Rename one of them if packages may travel through Windows or macOS.",
    )


def _outcome(kept: str, portable: bool) -> str:  # noqa: FBT001 - a switch between two sentences
    return " Nothing is bagged, as --portable asks." if portable else f" {kept}."
