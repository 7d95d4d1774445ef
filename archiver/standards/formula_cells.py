"""Cells that programs would take for a formula: written with an apostrophe before them, and read without it.

So a stranger's words stay words wherever a sheet of ours is opened. Pure; both directions.
"""

from __future__ import annotations

import re
from typing import Literal

Form = Literal["text", "workbook"]
"""Of a sheet: CSV or TSV, whose cells are text alone, or a workbook, whose cells are typed."""

# What programs take for the beginning of a formula in text; a cell typed as text in a workbook is none.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(cell: str, form: Form) -> str:
    """Return a cell as it is written: no formula, and given back by :func:`unguarded`."""
    pattern = _FORMULA if form == "text" else _GUARDED
    return f"'{cell}" if pattern.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell as it is meant."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell
