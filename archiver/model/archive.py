"""Who makes packages, as far as it is more than a name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """How the organisation that makes a package is known and reached, beside its name."""

    ror: str | None = None
    """``https://ror.org/...``"""

    url: str | None = None
    """Of its home page."""

    contact: str | None = None
    """Name of whom to ask."""

    email: str | None = None
