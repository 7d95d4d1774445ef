"""Does a whole record keep to a profile: are the terms there, as often as they may be, with the values asked for?

It judges by what people, documents and the build itself state. It judges no single value by its standard
(see ``checking``) and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.describe.value_words import place_file, place_words, value_words
from archiver.model import Description, Finding, Severity, SourceKind, Statement
from archiver.standards.data_types import DATA_TYPES
from archiver.standards.dc_terms import FIFTEEN, TERMS
from archiver.standards.names import printable
from archiver.standards.patterns import matches
from archiver.standards.vocabularies import is_uri

if TYPE_CHECKING:
    from archiver.standards.dctap import Constraint, ConstraintKind, Rule, Shape

_LISTED = 12
"""Values of a list that a message names."""

_UNSAID = frozenset({SourceKind.INFERRED, SourceKind.ASSIGNED})
"""What nobody stated."""


def check_record(description: Description, shape: Shape, *, name: str, profile: str) -> tuple[Finding, ...]:
    """Judge one record.

    Several rules for one term are alternatives: a value has to keep to one of them. A term of the fifteen is there when
    one that refines it is (``created`` for ``date``), as DCMI's dumb-down principle has it, unless the rule says what
    its value must be. Where a rule's severity is ``error``, what was inferred or assigned does not count as stated.

    Args:
        description: merged, its values checked.
        shape: of the profile, for this kind of record.
        name: of the document or folder, for messages; empty for a whole collection.
        profile: its name, for messages.

    Returns:
        Every finding: what is missing, what is stated too often, what has another value than asked for.
    """
    about = _Record(description=description, name=printable(name) or "the collection", profile=profile)
    rules: dict[str, list[Rule]] = {}
    for rule in shape.rules:
        rules.setdefault(rule.term, []).append(rule)
    absent = [rule for rule in shape.rules if rule.mandatory and not about.has(rule)]
    alike = [[rule for rule in absent if rule.severity is severity] for severity in Severity]
    findings = [about.missing(rules_alike) for rules_alike in alike if rules_alike]
    for term, alternatives in rules.items():
        stated = [one for one in description.all(term) if one.source.kind not in _UNSAID]
        findings += [
            about.not_allowed(one, alternatives) for one in stated if not any(_fits(one, rule) for rule in alternatives)
        ]
        for rule in alternatives:
            if not rule.repeatable:
                findings += [about.repeated(one, rule) for one in _surplus(one for one in stated if _fits(one, rule))]
    return tuple(findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One record, and the words for what is wrong with it."""

    description: Description
    name: str
    profile: str

    def has(self, rule: Rule) -> bool:
        """Tell whether the record has what a rule demands."""
        free = not (rule.constraint or rule.data_type or rule.node_types)
        terms = {rule.term, *(_REFINEMENTS.get(rule.term, ()) if free else ())}
        return any(
            one.term in terms and _fits(one, rule)
            for one in self.description.statements
            if rule.severity is not Severity.ERROR or one.source.kind not in _UNSAID
        )

    def missing(self, rules: list[Rule]) -> Finding:
        """Word what is not there: one finding for all that matters alike, so that a bare record is told in a line."""
        place, file = self._place()
        asked = [f"{rule.term} ({_asked(rule)})" if _asked(rule) else rule.term for rule in rules]
        terms = [rule.term for rule in rules]
        one = len(rules) == 1
        return Finding(
            severity=rules[0].severity,
            code="record-value-missing",
            file=file,
            message=f"{place}: {_joined(asked)} {'is' if one else 'are'} not stated; the profile {self.profile} asks "
            f"for {'it' if one else 'them'}.",
            fix=f"State {_joined(terms)} in {'a column' if one else 'columns'} of the sheet, or in a sidecar."
            + (_note(rules) if one else ""),
        )

    def repeated(self, statement: Statement, rule: Rule) -> Finding:
        return Finding(
            severity=rule.severity,
            code="record-value-repeated",
            file=place_file(statement),
            message=f"{place_words(statement)}: {value_words(statement.text)} is one more value of {rule.term}; the "
            f"profile {self.profile} allows one in each language.",
            fix="Keep one, or put the other into a term that may be repeated.",
        )

    def not_allowed(self, statement: Statement, rules: list[Rule]) -> Finding:
        return Finding(
            severity=min((rule.severity for rule in rules), key=list(Severity).index),
            code="record-value-not-allowed",
            file=place_file(statement),
            message=f"{place_words(statement)}: {value_words(statement.text)} is not what the profile {self.profile} "
            f"asks for: {' or '.join(_asked(rule) for rule in rules)}.",
            fix=f"Write such a value.{_note(rules)}",
        )

    def _place(self) -> tuple[str, str]:
        """Say where a missing value would belong: the row or the sidecar that describes it, else the document."""
        for statement in self.description.statements:
            kind, place = statement.source.kind, statement.source.place
            if kind is SourceKind.SHEET:
                return f"{printable(place.rpartition(', column ')[0])} ({self.name})", place_file(statement)
            if kind is SourceKind.SIDECAR:
                return f"{place_file(statement)} ({self.name})", place_file(statement)
        return self.name, self.name


def _surplus(statements: Iterable[Statement]) -> list[Statement]:
    seen: set[str | None] = set()
    surplus = []
    for statement in statements:
        if statement.language in seen:
            surplus.append(statement)
        seen.add(statement.language)
    return surplus


def _fits(statement: Statement, rule: Rule) -> bool:
    if rule.node_types and ("iri" if is_uri(statement.text) else "literal") not in rule.node_types:
        return False
    if rule.data_type and not DATA_TYPES[rule.data_type](statement.text):
        return False
    if rule.data_type == "langString" and statement.language is None:
        return False
    return rule.constraint is None or _KEEPS[rule.constraint.kind](statement, rule.constraint)


def _is_bounded(statement: Statement, constraint: Constraint, *, least: bool) -> bool:
    try:
        number = float(statement.text)
    except ValueError:
        return False
    return number >= constraint.number if least else number <= constraint.number


def _is_in_languages(statement: Statement, constraint: Constraint) -> bool:
    """Compare as RFC 4647 section 3.3.1 (basic filtering) does: ``en`` stands for ``en-GB`` too."""
    tag = (statement.language or "").lower()
    return any(f"{tag}-".startswith(f"{one.lower()}-") for one in constraint.values)


_KEEPS: Mapping[ConstraintKind, Callable[[Statement, Constraint], bool]] = {
    "one": lambda one, constraint: one.text in constraint.values,
    "picklist": lambda one, constraint: one.text in constraint.values,
    "iristem": lambda one, constraint: one.text.startswith(constraint.values),
    "pattern": lambda one, constraint: constraint.pattern is not None and matches(constraint.pattern, one.text),
    "languagetag": _is_in_languages,
    "minlength": lambda one, constraint: len(one.text) >= constraint.number,
    "maxlength": lambda one, constraint: len(one.text) <= constraint.number,
    "mininclusive": lambda one, constraint: _is_bounded(one, constraint, least=True),
    "maxinclusive": lambda one, constraint: _is_bounded(one, constraint, least=False),
}

_REFINEMENTS: dict[str, tuple[str, ...]] = {
    name: tuple(one.name for one in TERMS if one.refines == name) for name in FIFTEEN
}


def _asked(rule: Rule) -> str:
    """Say what a rule asks of a value; empty where it asks nothing."""
    words = []
    if rule.node_types == {"iri"}:
        words.append("a URI")
    elif rule.node_types == {"literal"}:
        words.append("a text that is no URI")
    if rule.data_type and rule.data_type != "string":
        words.append(_TYPE_WORDS.get(rule.data_type, f"a value of type {rule.data_type}"))
    if rule.constraint is not None:
        words.append(_constraint_words(rule.constraint))
    return ", ".join(words)


_TYPE_WORDS = {
    "DCMIType": "one of the twelve DCMI types",
    "EDTF": "a date (W3CDTF or EDTF)",
    "W3CDTF": "a date (W3CDTF)",
    "RFC5646": "a language tag (BCP 47)",
    "anyURI": "a URI",
    "langString": "a text marked with its language",
}


def _constraint_words(constraint: Constraint) -> str:
    if constraint.kind in {"one", "picklist"}:
        listed = ", ".join(printable(one[:80]) for one in constraint.values[:_LISTED])
        more = len(constraint.values) - _LISTED
        beginning = "one of " if len(constraint.values) > 1 else ""
        return f"{beginning}{listed}" + (f" and {more} more" if more > 0 else "")
    words = {
        "iristem": "a URI that begins with",
        "pattern": "a text of the pattern",
        "languagetag": "a text marked with the language",
        "minlength": "a text of a length, in characters, of at least",
        "maxlength": "a text of a length, in characters, of at most",
        "mininclusive": "a number not below",
        "maxinclusive": "a number not above",
    }
    return f"{words[constraint.kind]} {constraint.text[:200]}"


def _joined(words: list[str]) -> str:
    return ", ".join(words[:-1]) + f" and {words[-1]}" if len(words) > 1 else words[0]


def _note(rules: list[Rule]) -> str:
    return "".join(f" {rule.note}" for rule in rules if rule.note)
