"""Rows of the journal <-> values. Text that is no UTF-8 (file names, replies of strangers) comes back as it was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from archiver.deposits.journal.values import Deposit, Intent, IntentEnd, ParcelFacts, SentFile
from archiver.model import Finding, Severity
from archiver.model import Finding as KeptFinding
from archiver.model.deposits import DepositState, Evidence, EvidenceLevel, Exchange, FileEvidence, Packaging


def column(text: str) -> str | bytes:
    """Return what a text is kept as: bytes where it holds half characters, which SQLite knows nothing of."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def text_of(value: str | bytes) -> str:
    """Return the text that :func:`column` kept."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def json_text(value: object) -> str:
    """Return JSON in ASCII.

    Raises:
        TypeError: it holds what JSON has no word for.
    """
    return json.dumps(value, sort_keys=True)


def times_text(times: Mapping[DepositState, datetime]) -> str:
    """Return when each state was entered, as it is kept."""
    return json_text({state.value: time.isoformat() for state, time in times.items()})


def times_of(text: str) -> dict[DepositState, datetime]:
    """Return the times that :func:`times_text` kept."""
    return {DepositState(state): datetime.fromisoformat(time) for state, time in json.loads(text).items()}


def findings_text(findings: Iterable[Finding]) -> str:
    """Return findings as they are kept."""
    return json_text([[f.severity.value, f.code, f.file, f.message, f.fix] for f in findings])


def _findings(text: str) -> tuple[Finding, ...]:
    return tuple(
        KeptFinding(severity=Severity(severity), code=code, file=file, message=message, fix=fix)
        for severity, code, file, message, fix in json.loads(text)
    )


def facts_row(facts: ParcelFacts) -> dict[str, Any]:
    """Return the columns of what is sent."""
    file = facts.file
    return {
        "identifier": column(facts.identifier),
        "name": column(facts.name),
        "package_digest": facts.package_digest,
        "packaging": facts.packaging.value,
        "size": facts.size,
        "file_count": facts.file_count,
        "file": json_text([file.path, file.size, dict(file.digests)]) if file else None,
    }


def _facts(row: sqlite3.Row) -> ParcelFacts:
    file = json.loads(row["file"]) if row["file"] else None
    return ParcelFacts(
        identifier=text_of(row["identifier"]),
        name=text_of(row["name"]),
        package_digest=row["package_digest"],
        packaging=Packaging(row["packaging"]),
        size=row["size"],
        file_count=row["file_count"],
        file=SentFile(path=file[0], size=file[1], digests=file[2]) if file else None,
    )


def deposit_of(row: sqlite3.Row, evidence: Iterable[sqlite3.Row], exchanges: Iterable[sqlite3.Row]) -> Deposit:
    """Return a deposit from its row and those that belong to it."""
    return Deposit(
        id=row["id"],
        target=text_of(row["target"]),
        kind=row["kind"],
        location=text_of(row["location"]),
        origin=text_of(row["origin"]),
        parcel=_facts(row),
        state=DepositState(row["state"]),
        reason=text_of(row["reason"]) if row["reason"] is not None else None,
        askable=bool(row["askable"]),
        findings=_findings(row["findings"]),
        evidence=_evidence(row, evidence),
        exchanges=tuple(_exchange(one) for one in exchanges),
        exchanges_left_out=row["left_out"],
        tries=row["tries"],
        times=times_of(row["times"]),
    )


def evidence_rows(deposit: str, evidence: Evidence) -> Iterable[tuple[object, ...]]:
    """Yield the rows of what a target is known to hold."""
    for number, file in enumerate(evidence.files):
        yield (deposit, number, column(file.path), file.level.value, file.size, file.digest, file.agrees)


def _evidence(row: sqlite3.Row, files: Iterable[sqlite3.Row]) -> Evidence | None:
    if row["found_at"] is None:
        return None
    held = tuple(
        FileEvidence(
            path=text_of(file["path"]),
            level=EvidenceLevel(file["level"]),
            size=file["size"],
            digest=file["digest"],
            agrees=bool(file["agrees"]),
        )
        for file in files
    )
    return Evidence(files=held, location=text_of(row["found_at"]), identifiers=json.loads(row["identifiers"]))


def exchange_row(deposit: str, exchange: Exchange) -> tuple[object, ...]:
    """Return the columns of a request and its reply."""
    body = column(exchange.body) if exchange.body is not None else None
    headers = json_text(dict(exchange.headers))
    return (deposit, exchange.time.isoformat(), column(exchange.request), column(exchange.reply), headers, body)


def _exchange(row: sqlite3.Row) -> Exchange:
    return Exchange(
        time=datetime.fromisoformat(row["time"]),
        request=text_of(row["request"]),
        reply=text_of(row["reply"]),
        headers=json.loads(row["headers"]),
        body=text_of(row["body"]) if row["body"] is not None else None,
    )


def intent_of(row: sqlite3.Row) -> Intent:
    """Return what was intended."""
    return Intent(
        phase=row["phase"],
        action=text_of(row["action"]),
        detail=json.loads(row["detail"]),
        time=datetime.fromisoformat(row["time"]),
        end=IntentEnd(row["end"]) if row["end"] else None,
        words=text_of(row["words"]) if row["words"] is not None else None,
    )
