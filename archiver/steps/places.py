"""Where something new may be put: a folder that does not exist yet, and never inside what it is made from.

Looks at names alone; makes nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.names import printable
from archiver.storage.in_place import beside, is_cut_off


def check_new_folder(destination: Path, source: Path, noun: str) -> None:
    """Check that a new folder can be put at ``destination``.

    Args:
        destination: the new folder.
        source: what it is made from, which is never written to.
        noun: what the new folder will be, for messages: ``bag``.

    Raises:
        UsageError: something is there already, it names no new folder, or it lies inside the source.
    """
    shown = printable(str(destination))
    if os.path.lexists(destination):
        raise UsageError(taken(destination))
    if destination.name in {"", ".."}:
        raise UsageError(f"{shown} names no new folder: end it with the name that the {noun} is to have")
    nearest = next((folder for folder in destination.parents if os.path.lexists(folder)), destination.parent)
    if not nearest.is_dir():
        raise UsageError(f"{printable(str(nearest))} is no folder, so that no {noun} can be put below it")
    # pathlib's resolve raises for links that lead to themselves
    inside, place = (Path(os.path.realpath(folder)) for folder in (source, destination.parent))
    if inside == place or inside in place.parents:
        raise UsageError(
            f"the {noun} {shown} would lie inside the source {printable(str(source))}, "
            "which is never written to: name another place"
        )


def why_absent(path: Path) -> str | None:
    """Say where a folder is that a run in place was cut off on; None where no such run is the reason."""
    try:
        folder = Path(os.path.realpath(path))
    except ValueError:  # a NUL in the path
        return None
    if not is_cut_off(folder):
        return None
    return (
        f"a run that was making it a bag in place was cut off, and it lies whole in {printable(str(beside(folder)))}: "
        f"`archiver bag {printable(str(path))} --in-place` finishes that"
    )


def taken(destination: Path) -> str:
    """Say that something stands at the destination already."""
    return f"{printable(str(destination))} exists already and was not touched: name a folder that does not exist yet"
