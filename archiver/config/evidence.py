"""``[evidence]``: who puts time stamps on a store's log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.config.tables import Table

EVIDENCE_KEYS = ("authority", "certificates", "ca_file")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings:
    """What an archive says of the evidence that it keeps."""

    authority: str | None = None
    """Address of a time-stamping authority (RFC 3161); None: there are no time stamps."""

    certificates: Path | None = None
    """PEM file with the authority's root certificate, and those between where it does not send them."""

    ca_file: Path | None = None
    """PEM file of certificate authorities to trust beside the system's when the server is asked by https."""


def evidence_settings(evidence: Table) -> EvidenceSettings:
    """Return what the table says.

    Raises:
        ConfigurationError: a value is unusable.
    """
    authority = evidence.text("authority") if "authority" in evidence else None
    if authority is not None and not authority.startswith(("https://", "http://")):
        raise evidence.fault("authority", 'must be an address, such as "https://tsa.example.org/tsr"')
    if (authority is None) != ("certificates" not in evidence):
        missing = "certificates" if authority else "authority"
        raise evidence.fault(missing, "is missing: a time stamp needs the authority and the PEM file of its root")
    return EvidenceSettings(
        authority=authority,
        certificates=_file(evidence, "certificates"),
        ca_file=_file(evidence, "ca_file"),
    )


def _file(evidence: Table, key: str) -> Path | None:
    return Path(evidence.file).parent / evidence.text(key) if key in evidence else None
