"""Values written as DCMI Point, Box or Period: which they are, and the words for what is wrong with them."""

from __future__ import annotations

from typing import NamedTuple

from archiver.describe.value_words import place_file, place_words, value_words
from archiver.model import Finding, Severity, Statement
from archiver.standards.dcmi_schemes import is_meant_as_period, period_fault
from archiver.standards.dcmi_schemes import judge_place as place_verdict
from archiver.standards.names import printable


class Verdict(NamedTuple):
    """On one value: the scheme it meets, and a finding when it had to meet one and does not."""

    scheme: str | None
    finding: Finding | None = None


def judge_period(statement: Statement) -> Verdict:
    """Judge a value that is written as a DCMI Period."""
    fault = period_fault(statement.text)
    if fault is None:
        return Verdict("Period")
    finding = Finding(
        severity=Severity.ERROR,
        code="description-bad-date",
        file=place_file(statement),
        message=f"{place_words(statement)}: {value_words(statement.text)} is no DCMI Period: {printable(fault)}.",
        fix="Write it as 'name=The Thaw; start=1953; end=1964', with W3CDTF dates, or as an EDTF interval: 1953/1964.",
    )
    return Verdict(None, finding)


def judge_place(statement: Statement) -> Verdict:
    """Judge a value that may be a DCMI Point or Box; a place may also be named in words."""
    verdict = place_verdict(statement.text)
    if verdict is None:
        return Verdict(None)
    if verdict.fault is None:
        return Verdict(verdict.scheme)
    example = "name=Perth; east=115.86; north=-31.95"
    if verdict.scheme == "Box":
        example = "northlimit=-13.5; southlimit=-35.5; westlimit=112.5; eastlimit=129"
    finding = Finding(
        severity=Severity.ERROR,
        code="description-bad-place",
        file=place_file(statement),
        message=f"{place_words(statement)}: {value_words(statement.text)} is no DCMI {verdict.scheme}: "
        f"{printable(verdict.fault)}.",
        fix=f"Write it as '{example}', in decimal degrees, or name the place in words.",
    )
    return Verdict(None, finding)


def judge_place_or_period(statement: Statement) -> Verdict:
    """Judge a value of ``coverage``, which may be either."""
    return judge_period(statement) if is_meant_as_period(statement.text) else judge_place(statement)
