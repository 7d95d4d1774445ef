"""What came of depositing one package, and its JSON: what ``archiver deposit --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archiver.model import Finding, Severity
from archiver.model.deposits import DepositState, EvidenceLevel, Packaging
from archiver.standards.names import printable
from archiver.steps.results import finding_json

if TYPE_CHECKING:
    from archiver.deposits.journal import Deposit

_OF_THE_REMOTE = {"deposit-given-up", "deposit-broken-off"}
"""Findings on a target that could not be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositResult:
    """One package and one target."""

    package: str
    """As the user named it; printable."""

    target: str
    """As in ``[targets.NAME]``."""

    kind: str
    location: str
    state: DepositState
    """Planned under ``--dry-run``; failed where nothing could be sent."""

    identifier: str | None = None
    evidence: EvidenceLevel | None = None
    bytes: int | None = None
    """That are sent; None where it is not known, as the package could not be made ready."""

    deposit: str | None = None
    """Its id in the journal; None where nothing was begun."""

    receipt: Path | None = None
    """PREMIS; None where there is none."""

    identifiers: Mapping[str, str] = field(default_factory=dict)
    """What the target calls it."""

    place: str | None = None
    """Where the target has it."""

    reason: str | None = None
    findings: tuple[Finding, ...] = ()

    packaging: Packaging | None = None
    """In which form it is sent."""

    asked: bool = False
    """Whether the target was asked to take it: what failed before failed here."""

    before: datetime | None = None
    """When an earlier run verified it, where this one had nothing to do."""

    @property
    def faulty(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def result_of(
    deposit: Deposit,
    package: str,
    *,
    was: Deposit | None,
    receipt: Path | None = None,
    findings: Sequence[Finding] = (),
) -> DepositResult:
    """Return the result of a deposit as the journal has it.

    Args:
        deposit: as it is now.
        package: as the user named it.
        was: what it was when this run took it up; None where it began with it.
        receipt: PREMIS, where there is one.
        findings: beside the deposit's own.
    """
    evidence, verified = deposit.evidence, deposit.times.get(DepositState.VERIFIED)
    before = was.times.get(DepositState.VERIFIED) if was is not None else None
    return DepositResult(
        package=package,
        target=deposit.target,
        kind=deposit.kind,
        location=deposit.location,
        state=deposit.state,
        identifier=deposit.parcel.identifier,
        evidence=evidence.level if evidence else None,
        bytes=deposit.parcel.size,
        packaging=deposit.parcel.packaging,
        deposit=deposit.id,
        receipt=receipt,
        identifiers=dict(evidence.identifiers) if evidence else {},
        place=evidence.location if evidence else None,
        reason=deposit.reason,
        findings=(*deposit.findings, *findings),
        asked=was_asked(deposit),
        before=before if deposit.state is DepositState.VERIFIED and before == verified else None,
    )


def was_asked(deposit: Deposit) -> bool:
    """Tell whether the target was asked to take it: what failed before left no trace there, and has no receipt."""
    asked = deposit.state is not DepositState.FAILED or DepositState.OPENED in deposit.times or bool(deposit.exchanges)
    return asked or any(finding.code in _OF_THE_REMOTE for finding in deposit.findings)


def result_json(result: DepositResult) -> dict[str, Any]:
    """Return one result as ``--json`` prints it."""
    return {
        "package": result.package,
        "identifier": _text(result.identifier),
        "target": result.target,
        "kind": result.kind,
        "location": _text(result.place or result.location),
        "state": result.state.value,
        "evidence": result.evidence.value if result.evidence else None,
        "bytes": result.bytes,
        "deposit": result.deposit,
        "receipt": printable(str(result.receipt)) if result.receipt else None,
        "identifiers": {printable(name): printable(value) for name, value in result.identifiers.items()},
        "reason": _text(result.reason),
        "findings": [finding_json(finding) for finding in result.findings],
    }


def _text(value: str | None) -> str | None:
    return printable(value) if value is not None else None
