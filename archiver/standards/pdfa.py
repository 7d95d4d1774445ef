"""The flavours of PDF/A: part and level of ISO 19005, and what each allows.

Values only; never reads or judges a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"([123])([abu])|(4)([ef]?)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavour:
    """One part of ISO 19005 at one of its levels."""

    part: int
    level: str
    """``A``, ``B`` or ``U`` for parts 1 to 3; ``E``, ``F`` or empty for part 4, as the XMP packet declares it."""

    @property
    def name(self) -> str:
        """Return the name people and validators use: ``2u``, ``4f``."""
        return f"{self.part}{self.level.lower()}"

    @property
    def revision(self) -> str | None:
        """Year that the packet states beside the part: for part 4 alone (ISO 19005-4 6.7.3)."""
        return "2020" if self.part == 4 else None

    @property
    def embeds_any_file(self) -> bool:
        """Tell whether files of any format may be embedded: ISO 19005-3 6.8, ISO 19005-4 annex A."""
        return self.part == 3 or self.level == "F"

    @property
    def needs_embedded_file(self) -> bool:
        """Tell whether a file must be embedded (ISO 19005-4 annex A.1)."""
        return self.level == "F"


def parse_flavour(name: str) -> Flavour:
    """Read a flavour's name.

    Args:
        name: part and level: ``1b``, ``2u``, ``3a``, ``4``, ``4f``.

    Raises:
        ValueError: there is no such flavour.
    """
    match = _NAME.fullmatch(name)
    if not match or name == "1u":  # ISO 19005-1 has no level U
        raise ValueError(f"there is no PDF/A flavour {name!r}")
    return Flavour(part=int(match[1] or match[3]), level=(match[2] or match[4] or "").upper())
