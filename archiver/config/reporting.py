"""``[report]``: whose judgement of formats at risk a report tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.config.tables import Table

REPORT_KEYS = ("risk",)


def risk_list(report: Table) -> Path | None:
    """Return the archive's own list of formats at risk, not yet read; None: the one that comes with the program.

    Raises:
        ConfigurationError: the value is no text.
    """
    return Path(report.file).parent / report.text("risk") if "risk" in report else None
