"""Names of version folders and their sequence (OCFL 1.1 section 3.3)."""

from __future__ import annotations

import re
from collections.abc import Collection

_VERSION = re.compile(r"v(0*)([1-9][0-9]{0,8})", re.ASCII)
_LONGEST = 32
"""Characters: longer zero-padding is nobody's convention."""


def version_number(name: str) -> int | None:
    """Return the number of a version folder's name; None when it is none (E104, E105)."""
    match = _VERSION.fullmatch(name) if len(name) <= _LONGEST else None
    return int(match[2]) if match else None


def version_width(name: str) -> int:
    """Return how many digits zero-padded names like this one have; 0 for names without padding."""
    return len(name) - 1 if name.startswith("v0") else 0


def version_name(number: int, width: int = 0) -> str:
    """Return the name of a version folder.

    Args:
        number: from 1.
        width: digits of zero-padded names, as of :func:`version_width`.

    Raises:
        ValueError: the number leaves no room for the zero that padded names begin with (E011).
    """
    name = f"v{number:0{width}d}"
    if width and not name.startswith("v0"):
        raise ValueError(f"version {number} has no name of {width} digits that begins with a zero")
    return name


def sequence_faults(names: Collection[str]) -> list[tuple[str, str]]:
    """Return the rules that a set of version names breaks, each with what to say of it.

    Args:
        names: keys of an inventory's ``versions``; what :func:`version_number` knows nothing of is left out.
    """
    numbers: dict[int, str] = {}
    faults = []
    for name in sorted(names):
        number = version_number(name)
        if number is not None and numbers.setdefault(number, name) != name:
            faults.append(("E012", f"{numbers[number]} and {name} are the same version"))
    if not numbers:
        return faults
    first, last = min(numbers), max(numbers)
    if first != 1:
        faults.append(("E009", f"the versions begin with {numbers[first]} and not with 1"))
    if len(numbers) != last - first + 1:
        missing = next(number for number in range(first, last) if number not in numbers)
        faults.append(("E010", f"version {missing} is missing between the first and {numbers[last]}"))
    width = version_width(numbers[first])
    for _, name in sorted(numbers.items()):
        if version_width(name) == width:
            continue
        if width and version_width(name) == 0:
            faults.append(("E011", f"{name} does not begin with v0, as zero-padded names do"))
        faults.append(("E013", f"{name} is not named as {numbers[first]} is"))
    return faults
