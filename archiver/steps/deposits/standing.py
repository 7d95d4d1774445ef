"""How far deposits are, and what a person does about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archiver.model import Severity
from archiver.model.deposits import DepositState
from archiver.standards.names import printable
from archiver.steps.deposits.asking import origin_shown
from archiver.steps.results import finding_json

if TYPE_CHECKING:
    from archiver.deposits.journal import Deposit


def needs_somebody(deposit: Deposit) -> bool:
    """Tell whether nothing more happens by itself, and it is not proven."""
    return deposit.state in {DepositState.FAILED, DepositState.UNKNOWN}


def to_do(deposit: Deposit) -> str | None:
    """Return what a person does about a deposit; None where there is nothing to do."""
    again = f"archiver deposit resume {deposit.id}"
    if deposit.state is DepositState.VERIFIED:
        return None
    if deposit.state is DepositState.UNKNOWN and not deposit.askable:
        return (
            f"look whether it is at {printable(deposit.location)}, then say so: {again} --present, or {again} --absent"
        )
    if deposit.state is DepositState.FAILED:
        return f"{_fixes(deposit) or 'put right what it says'}; to try again: {again}"
    return f"{_fixes(deposit)}; {again}" if deposit.askable and _fixes(deposit) else again


def standing_json(deposit: Deposit) -> dict[str, Any]:
    """Return what ``archiver deposit status --json`` prints of one."""
    evidence = deposit.evidence
    return {
        "deposit": deposit.id,
        "package": origin_shown(deposit.origin),
        "identifier": printable(deposit.parcel.identifier),
        "target": printable(deposit.target),
        "kind": deposit.kind,
        "location": printable(evidence.location if evidence else deposit.location),
        "state": deposit.state.value,
        "began": deposit.began.isoformat(),
        "since": deposit.changed.isoformat(),
        "tries": deposit.tries,
        "bytes": deposit.parcel.size,
        "evidence": evidence.level.value if evidence else None,
        "identifiers": {printable(name): printable(value) for name, value in evidence.identifiers.items()}
        if evidence
        else {},
        "reason": printable(deposit.reason) if deposit.reason else None,
        "to_do": to_do(deposit),
        "findings": [finding_json(finding) for finding in deposit.findings],
    }


def _fixes(deposit: Deposit) -> str:
    fixes = [one.fix.rstrip(".") for one in deposit.findings if one.severity is Severity.ERROR]
    return "; ".join(dict.fromkeys(fixes))
