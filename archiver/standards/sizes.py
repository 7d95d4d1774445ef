"""Sizes as people write them: ``500MB``, ``1.5 GiB``. Text to bytes; reads nothing."""

from __future__ import annotations

import re
from fractions import Fraction

_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([kmgtp]?)(i?)b?", re.ASCII | re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def parse_size(text: str) -> int | None:
    """Read a size.

    Args:
        text: a number and a unit: B, kB, MB, GB, TB, PB (powers of 1000) or KiB, MiB, GiB, TiB, PiB (powers of 1024),
            in either case; without a unit, bytes.

    Returns:
        Whole bytes, at least 1, rounded down; None when the text is no size.
    """
    match = _SIZE.fullmatch(text.strip(" "))
    if match is None or (match[3] and not match[2]):
        return None
    size = int(Fraction(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2].lower()])
    return size if size >= 1 else None
