"""Names for a folder without folders, that a list of lines and tabs can hold: one for each path, none twice.

DSpace reads its ``contents`` line by line and tab by tab, takes a line that begins with ``-r`` for something else, and
since CVE-2025-53622 refuses what leads out of an item's folder.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from archiver.standards.names import collision_key

_LONGEST = 200
"""Bytes of a name: a file system takes 255, and an importer may put something before it."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\\/:*?"<>|]')
_SEPARATOR = "__"


def flat_names(paths: Iterable[str], reserved: Iterable[str]) -> dict[str, str]:
    """Return path -> name.

    Args:
        paths: ``/`` between segments.
        reserved: names that no file may have.
    """
    taken = {collision_key(name) for name in reserved}
    names: dict[str, str] = {}
    for path in paths:
        name = _safe(path)
        if collision_key(name) in taken:
            name = _marked(name, path)
        taken.add(collision_key(name))
        names[path] = name
    return names


def one_line(text: str) -> str:
    """Return text as it may stand between two tabs."""
    return " ".join(_UNSAFE_IN_TEXT.sub(" ", text).split())


_UNSAFE_IN_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def _safe(path: str) -> str:
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", path).replace("/", _SEPARATOR))
    hidden = [one for one in name if unicodedata.category(one) in {"Cf", "Cs", "Co", "Cn"}]
    for one in hidden:
        name = name.replace(one, "_")
    name = name.strip()
    # "-r " would register a file of the server; ".x" would be hidden from whoever lists the folder.
    if not name or name[0] in "-.":
        name = f"_{name}"
    return name if len(name.encode()) <= _LONGEST else _marked(name, path)


def _marked(name: str, path: str) -> str:
    """Return a name that only this path has, with its ending kept."""
    mark = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 12:
        stem, dot, ending = name, "", ""
    room = _LONGEST - len(f"-{mark}{dot}{ending}".encode())
    return f"{stem.encode()[:room].decode('utf-8', 'ignore')}-{mark}{dot}{ending}"
