"""What the ends of a deposit mean, in words: why it failed, why nobody knows, and what a person can do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.model.deposits import DepositState, Evidence, EvidenceLevel, Parcel
from archiver.standards.durations import in_days
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.deposits.contract import NotYetError
    from archiver.deposits.journal import Deposit
    from archiver.deposits.running.rules import Rules

_NAMED = 3
"""Files that a message names."""


def is_final(deposit: Deposit, rules: Rules) -> bool:
    """Tell whether nothing is to be done: proven as well as is asked for, or a person must look."""
    if deposit.state is DepositState.UNKNOWN:
        return not deposit.askable
    evidence = deposit.evidence
    return (
        deposit.state is DepositState.VERIFIED and evidence is not None and evidence.level.reaches(rules.min_evidence)
    )


def was_completed(deposit: Deposit) -> bool:
    """Tell whether the target ever said, in this try, that it has it."""
    return DepositState.COMPLETED in deposit.times


def lasting(deposit: Deposit) -> tuple[Finding, ...]:
    """Return what was found at the target and is so until it is asked again: that it holds something else."""
    return tuple(finding for finding in deposit.findings if finding.code == "deposit-bytes-differ")


def holds_other_bytes(evidence: Evidence, parcel: Parcel) -> bool:
    """Tell whether what the target holds is known to be something else; not: whether nothing is known."""
    return bool(_differing(evidence, parcel))


def against(evidence: Evidence, parcel: Parcel, wanted: EvidenceLevel) -> Finding | None:
    """Return why evidence does not prove a deposit; None when it does."""
    differing = _differing(evidence, parcel)
    if differing:
        return Finding(
            severity=Severity.ERROR,
            code="deposit-bytes-differ",
            file=printable(parcel.name),
            message=f"what the target holds at {printable(evidence.location)} is not what was sent: {_some(differing)}",
            fix="remove it at the target, or have it removed, and deposit the package again",
        )
    sent, seen = {file.path for file in parcel.files}, {file.path for file in evidence.files}
    unseen = sorted(sent - seen) if sent & seen else []
    if not evidence.files or unseen:
        return Finding(
            severity=Severity.ERROR,
            code="deposit-not-shown",
            file=printable(parcel.name),
            message=f"the target does not show what it holds of {_some(unseen) if unseen else 'the package'}",
            fix="look at the target whether all of it is there; `archiver deposit resume` compares it again",
        )
    if not evidence.level.reaches(wanted):
        return Finding(
            severity=Severity.ERROR,
            code="deposit-evidence-too-weak",
            file=printable(parcel.name),
            message=f"the target gives evidence of level {evidence.level.value}, and min_evidence asks for "
            f"{wanted.value}: the deposit is there, and is not proven",
            fix=f'if that is enough, set min_evidence = "{evidence.level.value}" for this target, or give '
            f"`--min-evidence {evidence.level.value}`, and run `archiver deposit resume`",
        )
    return None


def given_up(parcel: Parcel, attempts: int, reason: str, after: float | None) -> Finding:
    """Return that it was tried often enough."""
    asked = f"; it asks to be left alone for {after:.0f} seconds" if after is not None else ""
    tried = "once" if attempts == 1 else f"{attempts} times in a row without getting any further"
    return Finding(
        severity=Severity.ERROR,
        code="deposit-given-up",
        file=printable(parcel.name),
        message=f"tried {tried}: {printable(reason)}{asked}",
        fix="check the connection and the target, then deposit the package again: what is there already is found",
    )


def broken_off(parcel: Parcel, error: Exception) -> Finding:
    """Return that something went wrong on this side, or in a target's own code."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-broken-off",
        file=printable(parcel.name),
        message=f"{type(error).__name__}: {printable(str(error)) or 'no more is known'}",
        fix="put right what it says and deposit the package again; if it says nothing that helps, please report it",
    )


def unclear(parcel: Parcel, words: str) -> Finding:
    """Return what a person must look at, as the target words it."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-unclear",
        file=printable(parcel.name),
        message=printable(words),
        fix="look at the target, then say what is there: `archiver deposit resume ID --present`, or `--absent`; "
        "`archiver deposit status` shows the ID",
    )


def cannot_be_found(parcel: Parcel) -> Finding:
    """Return that a request may have been done, at a target that cannot be asked for it."""
    return unclear(
        parcel,
        "the reply to a request that may have made the deposit was lost, and this target cannot be asked whether it "
        "has it",
    )


def forgotten(parcel: Parcel, *, in_part: bool = False) -> Finding:
    """Return that the target said once that it had it, and knows nothing of it now, or has a part alone."""
    now = "has only a part of it now" if in_part else "now knows nothing of it"
    return Finding(
        severity=Severity.ERROR,
        code="deposit-gone",
        file=printable(parcel.name),
        message=f"the target said that it took the package, and {now}: it was removed there, or lost",
        fix="ask the repository what became of it; deposit the package again if it is to be there",
    )


def under_way(deposit: Deposit, parcel: Parcel) -> Deposit:
    """Return a deposit as far as it is, with the reason why it is not gone on with: it began under another name."""
    finding = Finding(
        severity=Severity.ERROR,
        code="deposit-under-another-name",
        file=printable(parcel.name),
        message=f"the deposit of this package began when it was called {printable(deposit.parcel.name)}, and is not at "
        "an end; nothing was sent under its new name",
        fix=f"call it {printable(deposit.parcel.name)} again and run the same command; once it is verified, it may be "
        "called anything",
    )
    return replace(deposit, reason=finding.message, findings=(finding,))


def still_open(finding: Finding, parcel: Parcel) -> Finding:
    """Return that the target could not be asked what became of a deposit that it may have."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-in-doubt",
        file=printable(parcel.name),
        message=f"the target may have the package, and could not be asked: {finding.message}",
        fix="put that right, then run `archiver deposit resume`: it asks before it sends anything",
    )


def not_yet(parcel: Parcel, error: NotYetError) -> Finding:
    """Return that the target needs time."""
    after = f"; it may take {in_days(error.wait)}" if error.wait is not None else ""
    return Finding(
        severity=Severity.INFO,
        code="deposit-not-yet",
        file=printable(parcel.name),
        message=f"{printable(str(error))}{after}",
        fix="run `archiver deposit resume` later: it compares what the target holds",
    )


def _differing(evidence: Evidence, parcel: Parcel) -> list[str]:
    sizes = {file.path: file.size for file in parcel.files}
    return [
        file.path
        for file in evidence.files
        if file.level is not EvidenceLevel.NONE
        and (not file.agrees or (file.size is not None and sizes.get(file.path, file.size) != file.size))
    ]


def _some(paths: list[str]) -> str:
    named = ", ".join(printable(path) for path in paths[:_NAMED])
    return f"{named} and {len(paths) - _NAMED} more" if len(paths) > _NAMED else named
