"""Paths of documents, ready to be asked what a name in the metadata may mean.

Names are compared in NFC. It knows paths only: no file is looked at.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from archiver.describe.metadata_files import path_key
from archiver.model import Finding, Severity
from archiver.standards.names import collision_key, printable

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from archiver.describe.sheets import Row

_NEAR_AMONG = 2000
_NEAR_ASKED = 50


class PathIndex:
    """An index over the paths of a source; built once, asked often."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._paths = sorted({path_key(path) for path in paths})
        self._known = set(self._paths)
        self._folders = {folder for path in self._paths for folder in _folders(path)}
        self._by_stem: dict[str, list[str]] = {}
        self._by_fold: dict[str, str] = {}
        self._by_base: dict[str, str] = {}
        self._asked = 0
        for path in self._paths:
            base = path.rpartition("/")[2]
            self._by_fold.setdefault(collision_key(path), path)
            self._by_base.setdefault(collision_key(base), path)
            if base.rfind(".") > 0:
                self._by_stem.setdefault(path[: path.rfind(".")], []).append(path)

    def __bool__(self) -> bool:
        return bool(self._paths)

    def __contains__(self, path: object) -> bool:
        return path in self._known or path in self._folders

    def is_item(self, path: str) -> bool:
        """Tell whether ``path`` is among the paths themselves: a document or a compound item."""
        return path in self._known

    def has_folder(self, folder: str) -> bool:
        """Tell whether ``folder`` holds documents or is itself among the paths."""
        return folder in self

    def described_by(self, name: str, named: Container[str]) -> tuple[str, ...]:
        """List what a sidecar called ``name`` plus its extension may describe.

        Args:
            name: the sidecar's path without ``.yaml`` or ``.json``, NFC.
            named: names of all sidecars: a document with one of its own full name does not claim a shorter one.
        """
        if name in self._known and name not in self._folders:
            return (name,)
        exact = (name,) if name in self else ()
        return exact + tuple(path for path in self._by_stem.get(name, ()) if path not in named)

    def near(self, name: str) -> str | None:
        """Name the path that ``name`` may be a slip of, or None."""
        slashes = name.replace("\\", "/")
        base = slashes.rpartition("/")[2]
        for index, key in ((self._by_fold, slashes), (self._by_base, base)):
            if collision_key(key) in index:
                return index[collision_key(key)]
        # Comparing with every path costs too much for a sheet of strangers' names.
        self._asked += 1
        if self._asked > _NEAR_ASKED or len(self._paths) > _NEAR_AMONG:
            return None
        near = difflib.get_close_matches(slashes[:200], self._paths, n=1, cutoff=0.6)
        return near[0] if near else None

    def row_without_file(self, row: Row) -> Finding:
        """Word the finding for a row about a file that is not there."""
        near = self.near(row.filename)
        return Finding(
            severity=Severity.WARNING,
            code="sheet-row-without-file",
            file=row.layout.file,
            message=f"{row.place}: there is no document {printable(row.filename[:200])!r} in the source; "
            "the row is not used.",
            fix=_fix(near),
        )

    def sidecar_without_document(self, file: str) -> Finding:
        """Word the finding for a sidecar about a document that is not there."""
        shown = printable(file)
        near = self.near(file.rpartition(".")[0])
        return Finding(
            severity=Severity.WARNING,
            code="sidecar-without-document",
            file=shown,
            message=f"{shown}: it describes no document of the source, or one that has a sidecar of its full name; "
            "it is not used.",
            fix=_fix(near),
        )


def _fix(near: str | None) -> str:
    if near:
        return f"Did you mean {printable(near)!r}? Paths are written from the source folder, with '/' between folders."
    return "Correct the path (from the source folder, with '/' between folders), or take it out."


def _folders(path: str) -> Iterable[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
