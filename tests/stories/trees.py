"""Compares folders: names, kinds, bytes, and modification times where nothing may have been touched."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path


def contents(root: Path) -> dict[str, str]:
    """Return path below ``root`` -> ``folder``, or the file's mode and digest; empty where there is no such folder."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            found[str(path.relative_to(root))] = _state(path)
    return found


def paths_below(root: Path) -> list[str]:
    """Return every path below ``root``, folders ending in ``/``."""
    found = []
    for folder, folders, files in os.walk(root):
        below = Path(folder).relative_to(root)
        found += [f"{below / name}/" for name in folders] + [str(below / name) for name in files]
    return found


def touched(root: Path) -> dict[str, str]:
    """Return what :func:`contents` does with each entry's modification time, the root's own included."""
    found = {path: f"{state} {(root / path).lstat().st_mtime_ns}" for path, state in contents(root).items()}
    return found | {".": str(root.stat().st_mtime_ns)}


def _state(path: Path) -> str:
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        return f"folder {mode:o}"
    assert stat.S_ISREG(mode), f"{path} is neither a file nor a folder"
    return f"{mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
