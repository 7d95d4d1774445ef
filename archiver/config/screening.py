"""``[screening]``: how documents are checked for viruses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import ConfigurationError

if TYPE_CHECKING:
    from archiver.config.tables import Table

SCREENING_KEYS = ("clamd", "clamscan", "quarantine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """How documents are checked for viruses: one of ``clamd`` and ``clamscan`` is given."""

    clamd: str | None = None
    """Path of a Unix socket, or ``host:port``."""

    clamscan: str | None = None
    """Path of the program, or its name on PATH."""

    quarantine: Path | None = None
    """Folder that gets a copy of each document in which something was found; None: no copy is kept."""


def screening(table: Table) -> Screening:
    """Return what the table asks for.

    Raises:
        ConfigurationError: not one of the two ways is named, or a value is unusable.
    """
    said = {key: table.text(key) for key in table.values}
    if ("clamd" in said) == ("clamscan" in said):
        raise ConfigurationError(
            f"{table.file}: [screening] needs one of clamd (the socket of ClamAV's daemon) and clamscan (its program); "
            "take the table out where documents are not to be checked for viruses"
        )
    host, _, port = said.get("clamd", "/").rpartition(":")
    if "/" not in said.get("clamd", "/") and not (host and _is_port(port)):
        raise table.fault("clamd", "must be the path of a socket, or host:port")
    quarantine = Path(table.file).parent / said["quarantine"] if "quarantine" in said else None
    return Screening(clamd=said.get("clamd"), clamscan=said.get("clamscan"), quarantine=quarantine)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 1 << 16
