"""What a receipt says of a deposit: all that the journal knows, with requests and replies, and no secret.

Values alone; nothing is read or written.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from archiver.standards.premis.deposited import DepositAccount, SentAs
from archiver.steps.program import PROGRAM
from archiver.steps.results import finding_json

if TYPE_CHECKING:
    from archiver.deposits.journal import Deposit
    from archiver.model.deposits import Evidence, Exchange


def account_of(deposit: Deposit) -> DepositAccount:
    """Return a deposit as a PREMIS record tells of it."""
    parcel, sent = deposit.parcel, deposit.parcel.file
    return DepositAccount(
        deposit=deposit.id,
        package=parcel.identifier,
        package_name=parcel.name,
        package_digest=parcel.package_digest,
        target=deposit.target,
        kind=deposit.kind,
        location=deposit.location,
        files=parcel.file_count,
        bytes=parcel.size,
        sent_as=SentAs(path=sent.path, size=sent.size, digests=sent.digests, form=parcel.packaging.value)
        if sent
        else None,
        state=deposit.state,
        reason=deposit.reason,
        evidence=deposit.evidence,
        times=deposit.times,
        program=PROGRAM,
    )


def receipt_json(deposit: Deposit) -> dict[str, Any]:
    """Return a receipt's JSON: all that is known of the deposit, with requests and replies."""
    parcel, sent = deposit.parcel, deposit.parcel.file
    return {
        "receipt": 1,
        "program": PROGRAM,
        "deposit": deposit.id,
        "target": deposit.target,
        "kind": deposit.kind,
        "location": deposit.location,
        "package": {
            "identifier": parcel.identifier,
            "name": parcel.name,
            "digest": f"sha256:{parcel.package_digest}",
            "packaging": parcel.packaging.value,
            "files": parcel.file_count,
            "bytes": parcel.size,
            "sent_as": {"path": sent.path, "bytes": sent.size, "digests": dict(sent.digests)} if sent else None,
        },
        "state": deposit.state.value,
        "reason": deposit.reason,
        "evidence": _evidence_json(deposit.evidence) if deposit.evidence else None,
        "times": {state.value: _time(moment) for state, moment in deposit.times.items()},
        "findings": [finding_json(finding) for finding in deposit.findings],
        "exchanges": [_exchange_json(exchange) for exchange in deposit.exchanges],
        "exchanges_left_out": deposit.exchanges_left_out,
    }


def _evidence_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "level": evidence.level.value,
        "agrees": evidence.agrees,
        "location": evidence.location,
        "identifiers": dict(evidence.identifiers),
        "files": [
            {"path": one.path, "level": one.level.value, "bytes": one.size, "digest": one.digest, "agrees": one.agrees}
            for one in evidence.files
        ],
    }


def _exchange_json(exchange: Exchange) -> dict[str, Any]:
    return {
        "time": _time(exchange.time),
        "request": exchange.request,
        "reply": exchange.reply,
        "headers": dict(exchange.headers),
        "body": exchange.body,
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
