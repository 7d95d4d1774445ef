"""Are the values what their terms ask for? Dates, languages, types, media types, URIs and characters.

A value that fails stays as its author wrote it, as plain text, with a finding; only an embedded or inferred one is
dropped. Nothing is corrected here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from archiver.describe.identifier_checking import identifier_findings
from archiver.describe.structured_values import Verdict, judge_period, judge_place, judge_place_or_period
from archiver.describe.value_words import place_file, place_words, value_words
from archiver.model import Finding, Severity, SourceKind, Statement
from archiver.standards.dates import date_scheme, suggest_date
from archiver.standards.dc_terms import DATE_TERMS, TERM_BY_NAME
from archiver.standards.dcmi_schemes import is_meant_as_period
from archiver.standards.names import printable
from archiver.standards.vocabularies import (
    is_dcmi_type,
    is_meant_as_uri,
    is_media_type,
    is_uri,
    language_scheme,
    suggest_language,
    suggest_type,
)
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_HUMAN = frozenset({SourceKind.SIDECAR, SourceKind.SHEET, SourceKind.FOLDER, SourceKind.COLLECTION})
_LIKE_A_DATE = re.compile(r"-?[0-9]{4}[-/.][0-9X?~%/.-]+")
_CONTROLS = re.compile("[\x7f-\x84\x86-\x9f]")  # XML 1.0 section 2.2 discourages them; no description needs them


class Checked(NamedTuple):
    """Statements after their check, and what it noticed."""

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]


def check_statements(statements: Iterable[Statement]) -> Checked:
    """Check statements, best before they are merged, so that a dropped value leaves its place to a weaker source.

    Args:
        statements: from any sources; schemes already stated are judged anew.

    Returns:
        The statements in their order with ``scheme`` set where the text meets one; empty ones are gone, characters that
        XML 1.0 forbids are U+FFFD, a language tag that is none is taken off. A person's bad value is an error and stays
        as plain text; an embedded or inferred one is dropped, with an info.
    """
    kept: list[Statement] = []
    findings: list[Finding] = []
    asked = tuple(statements)
    typed = {s.source.kind for s in asked if s.term == "type" and is_dcmi_type(s.text.strip())}
    for statement in asked:
        cleaned = _clean(statement, findings)
        if not cleaned.text:
            continue
        tagged = _check_tag(cleaned, findings)
        verdict = _judge(tagged, typed)
        if tagged.source.kind in _HUMAN:
            findings += identifier_findings(tagged)
        if verdict.finding is None:
            kept.append(replace(tagged, scheme=verdict.scheme))
        elif tagged.source.kind in _HUMAN:
            kept.append(replace(tagged, scheme=verdict.scheme))
            findings.append(verdict.finding)
        else:
            findings.append(_dropped(tagged))
    return Checked(statements=tuple(kept), findings=tuple(findings))


def _judge(statement: Statement, typed: set[SourceKind]) -> Verdict:
    if statement.term == "type":
        return _judge_type(statement, typed)
    if judge := _JUDGES.get(statement.term):
        return judge(statement)
    schemes = TERM_BY_NAME[statement.term].schemes if statement.term in TERM_BY_NAME else ()
    if "IMT" in schemes:
        return Verdict("IMT" if is_media_type(statement.text) else None)
    if "URI" in schemes:
        return _judge_uri(statement)
    return Verdict(None)


def _judge_date(statement: Statement) -> Verdict:
    text = statement.text
    scheme = date_scheme(text)
    if scheme:
        return Verdict(scheme)
    if is_meant_as_period(text):
        return judge_period(statement)
    if statement.term == "temporal" and not _LIKE_A_DATE.fullmatch(text):
        return Verdict(None)  # a period may be named in words
    suggestion = suggest_date(text)
    finding = Finding(
        severity=Severity.ERROR,
        code="description-bad-date",
        file=place_file(statement),
        message=f"{place_words(statement)}: {value_words(text)} is no date that W3CDTF or EDTF (ISO 8601-2) knows.",
        fix=f"Write {suggestion}."
        if suggestion
        else "Write 2022, 2022-01, 2022-01-21, or in EDTF 1950~, 195X, 1950/1955.",
    )
    return Verdict(None, finding)


def _judge_language(statement: Statement) -> Verdict:
    scheme = language_scheme(statement.text)
    if scheme == "RFC5646":
        return Verdict(scheme)
    suggestion = suggest_language(statement.text)
    if scheme == "ISO639-2":
        severity, rule = Severity.WARNING, "is an ISO 639-2 code; BCP 47 has a shorter one"
    else:
        severity, rule = Severity.ERROR, "is no language tag (BCP 47)"
    finding = Finding(
        severity=severity,
        code="description-bad-language",
        file=place_file(statement),
        message=f"{place_words(statement)}: {value_words(statement.text)} {rule}.",
        fix=f"Write {suggestion}."
        if suggestion
        else "Write a tag such as en, ru, kk or zh-Hant; one value a language.",
    )
    return Verdict(scheme, finding)


def _judge_type(statement: Statement, typed: set[SourceKind]) -> Verdict:
    if is_dcmi_type(statement.text):
        return Verdict("DCMIType")
    suggestion = suggest_type(statement.text)
    if statement.source.kind in typed and suggestion is None:
        return Verdict(None)  # DCMI's own advice: a more specific type may stand beside one of the twelve
    finding = Finding(
        severity=Severity.ERROR,
        code="description-bad-type",
        file=place_file(statement),
        message=f"{place_words(statement)}: {value_words(statement.text)} is none of the twelve DCMI types.",
        fix=f"Write {suggestion}."
        if suggestion
        else "Write one of the twelve, such as Text, StillImage or Dataset; a type of your own may stand beside it.",
    )
    return Verdict(None, finding)


def _judge_uri(statement: Statement) -> Verdict:
    if is_uri(statement.text):
        return Verdict("URI")
    if not is_meant_as_uri(statement.text):
        return Verdict(None)
    finding = Finding(
        severity=Severity.WARNING,
        code="description-bad-uri",
        file=place_file(statement),
        message=f"{place_words(statement)}: {value_words(statement.text)} begins like a URI and is none (RFC 3986).",
        fix="Write the whole URI without blanks; other characters than letters, digits and -._~ are percent-encoded.",
    )
    return Verdict(None, finding)


_JUDGES: Mapping[str, Callable[[Statement], Verdict]] = {
    "coverage": judge_place_or_period,
    "language": _judge_language,
    "spatial": judge_place,
    **dict.fromkeys((*sorted(DATE_TERMS), "temporal"), _judge_date),
}
"""Term -> who judges its values; what is not named here is judged by the schemes of its term."""


def _check_tag(statement: Statement, findings: list[Finding]) -> Statement:
    """Check the language tag of the value itself."""
    tag = statement.language
    if tag is None or language_scheme(tag) == "RFC5646":
        return statement
    suggestion = suggest_language(tag)
    # "eng" is understood beyond doubt; what nobody registered cannot be written as xml:lang.
    understood = suggestion if language_scheme(tag) == "ISO639-2" else None
    if statement.source.kind in _HUMAN:
        finding = Finding(
            severity=Severity.WARNING if understood else Severity.ERROR,
            code="description-bad-language",
            file=place_file(statement),
            message=f"{place_words(statement)}: the value is marked with the language {value_words(tag)}, no tag of "
            "BCP 47; " + (f"it is kept as {understood}." if understood else "the value is kept without it."),
            fix=f"Mark it with {suggestion}." if suggestion else "Mark it with a tag such as en, ru or kk.",
        )
        findings.append(finding)
    return replace(statement, language=understood)


def _clean(statement: Statement, findings: list[Finding]) -> Statement:
    text = unicodedata.normalize("NFC", statement.text)
    good = _CONTROLS.sub("\ufffd", xml_text(text))
    if good != text and statement.source.kind in _HUMAN:
        bad = sorted({f"U+{ord(old):04X}" for old, new in zip(text, good, strict=True) if old != new})[:5]
        finding = Finding(
            severity=Severity.WARNING,
            code="description-bad-character",
            file=place_file(statement),
            message=f"{place_words(statement)}: the value of {statement.term} holds {', '.join(bad)}, which no XML "
            "record can hold; U+FFFD stands in place of each.",
            fix="Type the value anew without control characters.",
        )
        findings.append(finding)
    return replace(statement, text=good.strip())


def _dropped(statement: Statement) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="description-value-dropped",
        file=None,
        message=f"{printable(statement.source.place)}: the document states {statement.term} "
        f"{value_words(statement.text)}, which does not follow its standard; it is not used.",
        fix="Nothing has to be done; state the term in a sidecar or a sheet if it matters.",
    )
