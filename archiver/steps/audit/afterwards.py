"""What follows an audit: a time stamp on each log, word to people where something is wrong, a heartbeat.

None of it can spoil the audit, which is signed off by now: what fails is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archiver.config import Configuration
from archiver.errors import ArchiverError
from archiver.model import Finding, FixityOutcome, Severity
from archiver.standards.audit_log.canonical import Json
from archiver.standards.names import printable
from archiver.steps.audit.notifying import Notice, send_heartbeat, send_notice
from archiver.steps.audit.time_stamps import stamp_log
from archiver.storage.fetching.rules import Timing

if TYPE_CHECKING:
    from archiver.steps.audit.asking import AuditSummary
    from archiver.storage.stores.place import StorePlace

_MOST_NAMED = 50
_WORDS = {
    FixityOutcome.OK: "ok",
    FixityOutcome.DAMAGED: "damaged",
    FixityOutcome.MISSING: "missing",
    FixityOutcome.COULD_NOT_CHECK: "could not be checked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAudit:
    """An audit that has ended."""

    places: Sequence[StorePlace]
    summary: AuditSummary


def after_audit(ended: EndedAudit, configuration: Configuration, timing: Timing, now: datetime) -> tuple[Finding, ...]:
    """Do what follows an audit, as the configuration asks for it.

    Args:
        ended: the audit; its entries are in the logs.
        configuration: of this archive.
        timing: for the network.
        now: with its zone.

    Returns:
        What could not be done.
    """
    findings = [*_stamps(ended.places, configuration, timing, now)]
    notify = configuration.notify
    if is_wrong(ended.summary):
        findings += send_notice(notice_of(ended), notify, timing, now)
    findings += send_heartbeat(_told(ended), notify, timing)
    return tuple(findings)


def is_wrong(summary: AuditSummary) -> bool:
    """Tell whether people must be told of what an audit came to: a store or package that is not well, or not known."""
    bad = summary.packages - summary.outcomes[FixityOutcome.OK]
    return bool(bad or summary.failures or summary.stores_not_checked)


def notice_of(ended: EndedAudit) -> Notice:
    """Word what an audit came to, for people who were not there."""
    summary, stores = ended.summary, ", ".join(printable(place.location) for place in ended.places)
    lines = [f"Stores: {stores}", "", f"Packages checked: {summary.packages:,}"]
    lines += [f"  {_WORDS[outcome]}: {summary.outcomes[outcome]:,}" for outcome in FixityOutcome]
    if summary.stores_not_checked:
        lines.append(f"Stores that could not be reached: {summary.stores_not_checked:,}")
    if summary.failures:
        lines += ["", f"Failures that nobody has acknowledged: {len(summary.failures):,}"]
        for store, one in summary.failures[:_MOST_NAMED]:
            since = f"since {one.first_seen:%Y-%m-%d}, in {store}"
            lines.append(f"  {_WORDS[one.outcome]}: {printable(one.identifier)}, {since}")
        if len(summary.failures) > _MOST_NAMED:
            lines.append(f"  and {len(summary.failures) - _MOST_NAMED:,} more")
    lines += ["", "To see them: archiver audit status", "To repair: archiver repair"]
    return Notice(subject=f"Audit of {stores}: {_in_short(summary)}", lines=lines, told=_told(ended))


def failure_notice(places: Sequence[StorePlace], words: str) -> Notice:
    """Word that an audit could not be brought to its end."""
    stores = ", ".join(printable(place.location) for place in places)
    told: dict[str, Json] = {
        "event": "audit-failed",
        "well": False,
        "stores": [printable(place.location) for place in places],
        "error": words,
    }
    lines = [f"Stores: {stores}", "", f"The audit broke off: {words}", "", "The next one goes on where it ended."]
    return Notice(subject=f"Audit of {stores}: it broke off", lines=lines, told=told)


def trial_notice(store: str) -> Notice:
    """Word a notice that only shows that notices arrive."""
    lines = [f"Store: {store}", "", "Nothing is wrong: this shows that notices of the archive arrive."]
    return Notice(
        subject=f"Trial notice of {store}", lines=lines, told={"event": "trial", "well": True, "stores": [store]}
    )


def _in_short(summary: AuditSummary) -> str:
    parts = []
    if summary.failures:
        parts.append(f"{len(summary.failures):,} open failure{'s' if len(summary.failures) > 1 else ''}")
    if summary.outcomes[FixityOutcome.COULD_NOT_CHECK]:
        parts.append(f"{summary.outcomes[FixityOutcome.COULD_NOT_CHECK]:,} could not be checked")
    if summary.stores_not_checked:
        parts.append("a store could not be reached")
    return ", ".join(parts) or "something is wrong"


def _told(ended: EndedAudit) -> dict[str, Json]:
    summary = ended.summary
    return {
        "event": "audit",
        "well": not is_wrong(summary),
        "stores": [printable(place.location) for place in ended.places],
        "outcomes": {outcome.value: summary.outcomes[outcome] for outcome in FixityOutcome},
        "stores_not_checked": summary.stores_not_checked,
        "open_failures": len(summary.failures),
        "failures": [
            {"store": store, "identifier": printable(one.identifier), "outcome": one.outcome.value}
            for store, one in summary.failures[:_MOST_NAMED]
        ],
    }


def _stamps(places: Sequence[StorePlace], configuration: Configuration, timing: Timing, now: datetime) -> list[Finding]:
    findings: list[Finding] = []
    if configuration.evidence.authority is None:
        return findings
    for place in places:
        try:
            findings += stamp_log(place.records, configuration.evidence, timing, now=now).findings
        except ArchiverError as error:
            findings.append(_not_kept(str(error)))
    return findings


def _not_kept(words: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="time-stamp-not-made",
        file=None,
        message=f"there is no time stamp on this audit's entry in the log: {words}",
        fix="nothing is lost: the next time stamp covers this entry too; check [evidence] in archiver.toml",
    )
