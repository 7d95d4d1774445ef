"""What a look at this machine found: the value that every such look gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "note", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing looked at."""

    subject: str
    status: Status
    """``missing``: something needed is not there; ``note``: worth knowing, nothing stops."""

    detail: str
    fix: str = ""
