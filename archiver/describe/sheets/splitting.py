r"""Several values in one cell: ``|`` stands between them, ``\|`` is a bar that belongs to a value.

Pure; both directions, so that what is written into a cell is read back as it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.standards.formula_cells import unguarded

if TYPE_CHECKING:
    from collections.abc import Iterable

_BETWEEN = re.compile(r"(?<!\\)\|")


def split_values(cell: str) -> list[str]:
    r"""Return the values of a cell, without blanks around them and without empty ones.

    Only ``|`` splits, never a comma or semicolon; ``\|`` is a literal bar.
    """
    cell = unguarded(cell)
    if "|" not in cell:
        whole = cell.strip()
        return [whole] if whole else []
    parts = (part.replace("\\|", "|").strip() for part in _BETWEEN.split(cell))
    return [part for part in parts if part]


def join_values(values: Iterable[str]) -> str:
    """Return the cell that :func:`split_values` reads back as ``values``, which have no blanks around them."""
    return " | ".join(value.replace("|", "\\|") for value in values)
