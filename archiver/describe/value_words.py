"""How a finding speaks of a value: where it stands, and the value itself, cut and printable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.model import Statement

_PLACE_IN_FILE = re.compile(r", (?:line \d+|(?:sheet .{0,100}, )?row \d+, column .*)\Z", re.DOTALL)
_SHOWN = 80


def place_file(statement: Statement) -> str:
    """Return the file that states a value."""
    return _PLACE_IN_FILE.sub("", statement.source.place)


def place_words(statement: Statement) -> str:
    """Return where a value stands: ``letters.csv, row 4, column date`` or ``b.yaml, line 3, date``."""
    place = printable(statement.source.place)
    return place if ", column " in place else f"{place}, {statement.term}"


def value_words(text: str) -> str:
    """Return a value in quotes, cut where it is long."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return f"'{printable(cut)}'"
