"""``[parity]``: what damaged packages are healed from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.config.tables import Table

PARITY_KEYS = ("percent", "program")

MOST_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ParitySettings:
    """How parity is made."""

    percent: int = 5
    """Of a package's bytes that may be lost."""

    program: str = "par2"
    """Name or path of par2cmdline-turbo."""


def parity_settings(parity: Table) -> ParitySettings:
    """Return what the table says.

    Raises:
        ConfigurationError: a value is unusable.
    """
    usual = ParitySettings()
    percent = parity.count("percent") if "percent" in parity else usual.percent
    if percent > MOST_PERCENT:
        raise parity.fault("percent", f"must be a whole number from 1 to {MOST_PERCENT}")
    program = parity.text("program") if "program" in parity else usual.program
    if os.sep in program:
        program = str(Path(parity.file).parent / program)
    return ParitySettings(percent=percent, program=program)
