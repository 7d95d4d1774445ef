"""Slips in identifiers and statements of rights: check digits that do not fit, addresses that name no statement.

These are warnings, because books do bear wrong ISBNs; the value is always kept as its author wrote it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.describe.value_words import place_file, place_words, value_words
from archiver.model import Finding, Severity, Statement
from archiver.standards.check_digits import identifier_faults
from archiver.standards.dc_terms import TERM_BY_NAME
from archiver.standards.names import printable
from archiver.standards.rights import RightsFault, licence_name_fault, rights_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

_RIGHTS = frozenset(name for name, term in TERM_BY_NAME.items() if term.element == "rights")
_NAMES = frozenset({"bibliographicCitation", "contributor", "creator", "mediator", "publisher", "rightsHolder"})
_WITH_IDENTIFIERS = _NAMES | {name for name, term in TERM_BY_NAME.items() if "URI" in term.schemes} - _RIGHTS


def identifier_findings(statement: Statement) -> Iterator[Finding]:
    """Yield what is wrong with the identifiers, or the statement of rights, in one value."""
    if statement.term in _RIGHTS:
        fault = rights_fault(statement.text)
        if fault is None and statement.term == "license":
            fault = licence_name_fault(statement.text)
        if fault is not None:
            yield _bad_rights(statement, fault)
    elif statement.term in _WITH_IDENTIFIERS:
        for wrong in identifier_faults(statement.text):
            yield Finding(
                severity=Severity.WARNING,
                code="description-bad-identifier",
                file=place_file(statement),
                message=f"{place_words(statement)}: the {wrong.kind} {printable(wrong.text[:80])} {wrong.cause}.",
                fix="Compare it with where it was taken from; if it stands there like that, nothing has to be done.",
            )


def _bad_rights(statement: Statement, fault: RightsFault) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="description-bad-rights",
        file=place_file(statement),
        message=f"{place_words(statement)}: {value_words(statement.text)} {fault.cause}, so no program will know it.",
        fix=f"If it is meant, write {fault.suggestion}."
        if fault.suggestion
        else "Copy the address from the page of the licence or the statement, or say it in words.",
    )
