"""Paths and patterns of a profile (BagIt Profiles 1.4.0, Tag-Files-Allowed; glob(7)).

``*`` stands for any characters, ``/`` among them, ``?`` for one, ``[...]`` for one of several. A pattern comes from a
stranger: matching one takes time linear in the pattern for each character of a path, whatever it says.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Iterable

LONGEST = 4096
"""Characters of a pattern; no path is longer (PATH_MAX)."""

MOST_PATTERNS = 1000
"""Patterns with wildcards in one list."""

MOST_ENTRIES = 10_000
"""Paths and patterns in one list."""

_WILDCARDS = re.compile(r"[*?\[]")


def has_wildcard(entry: str) -> bool:
    """Tell whether an entry is a pattern and no plain path."""
    return _WILDCARDS.search(entry) is not None


class PathPatterns:
    """A list of paths and patterns, ready to be asked about many paths."""

    def __init__(self, entries: Iterable[str]) -> None:
        entries = [same(entry) for entry in entries]
        patterns = [entry for entry in entries if has_wildcard(entry)]
        # An entry with [ may also be the plain name of a file.
        self._paths = frozenset(entries)
        self._starts = tuple(entry[:-1] for entry in patterns if not has_wildcard(entry[:-1]) and entry[-1] == "*")
        rest = [fnmatch.translate(entry) for entry in patterns if not entry.startswith(self._starts)]
        # fnmatch makes each star atomic: nothing is tried twice.
        self._patterns = re.compile("|".join(rest)) if rest else None

    def match(self, path: str) -> bool:
        """Tell whether one of the entries stands for ``path``."""
        path = same(path)
        if path in self._paths or path.startswith(self._starts):
            return True
        return self._patterns is not None and self._patterns.match(path) is not None


def same(path: str) -> str:
    """Return a path in the one form that paths are compared in: names in NFC and NFD mean one file."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)
