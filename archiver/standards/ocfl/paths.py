"""Content paths and logical paths of an inventory: what makes one unsafe, and which two cannot both be files."""

from __future__ import annotations

from collections.abc import Iterable


def path_fault(path: str) -> str | None:
    """Say what keeps a path from naming one file below its root; None when nothing does.

    Returns:
        ``"empty"``, ``"slash"`` (begins or ends with one), ``"segment"`` (holds ``.``, ``..`` or an empty segment) or
        ``"nul"``, which no file system takes (OCFL 1.1 E052, E053, E099, E100).
    """
    if not path:
        return "empty"
    if path[0] == "/" or path[-1] == "/":
        return "slash"
    if "\0" in path:
        return "nul"
    if "//" in path or (("./" in path or path[-1] == ".") and _has_dots(path)):
        return "segment"
    return None


def _has_dots(path: str) -> bool:
    return not {".", ".."}.isdisjoint(path.split("/"))


class PathSet:
    """The paths of one manifest or state, to find those that stand twice or are a folder of another (E095, E101)."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __len__(self) -> int:
        return len(self._files)

    def add(self, path: str) -> bool:
        """Take a safe path in; return False when it is there already."""
        if path in self._files:
            return False
        self._files.add(path)
        end = path.rfind("/")
        while end > 0 and (folder := path[:end]) not in self._folders:
            self._folders.add(folder)
            end = path.rfind("/", 0, end)
        return True

    def conflicts(self) -> Iterable[str]:
        """Return the paths that are a file and a folder of another file, sorted."""
        return sorted(self._files & self._folders)
