"""Profiles of records: DC Tabular Application Profiles (DCMI, DCTAP elements, 2022), a CSV with a row a rule.

It reads a profile and says what of it cannot be applied to Dublin Core records; it judges no record
(see ``describe/profile_checking``) and never fetches anything.

Beyond DCTAP's own columns one more is read: ``severity`` (``error``, ``warning`` or ``info``), how much a broken rule
matters; ``warning`` where it is not given.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from archiver.errors import UsageError
from archiver.model import Finding, Severity
from archiver.standards.data_types import DATA_TYPES, data_type
from archiver.standards.dc_terms import parse_key
from archiver.standards.names import printable
from archiver.standards.patterns import Pattern, PatternError, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ConstraintKind = Literal[
    "one", "picklist", "iristem", "pattern", "languagetag", "minlength", "maxlength", "mininclusive", "maxinclusive"
]

LARGEST = 1 << 20
"""Bytes that a profile may have."""

MOST_RULES = 2000
_PART = "part"
_COLUMNS = (
    *("shapeid", "shapelabel", "propertyid", "propertylabel", "mandatory", "repeatable", "valuenodetype"),
    *("valuedatatype", "valueconstraint", "valueconstrainttype", "valueshape", "note", "severity"),
)
_YES = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_KINDS: tuple[ConstraintKind, ...] = (
    *("picklist", "iristem", "pattern", "languagetag", "minlength", "maxlength", "mininclusive", "maxinclusive"),
)
_NODE_TYPES = frozenset({"iri", "literal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """What a value must be, beyond its data type."""

    kind: ConstraintKind
    """``one``: the very text given; the others as DCTAP names them, in lower case."""

    values: tuple[str, ...] = ()
    """Of ``one``, ``picklist``, ``iristem`` and ``languagetag``."""

    number: float = 0
    """Of the lengths, in characters, and of the bounds."""

    pattern: Pattern | None = None
    """Of ``pattern``: the whole value must match."""

    text: str = ""
    """As written, printable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: a statement template."""

    row: int
    """Of the CSV, from 1, the header included."""

    term: str
    """Local name of a DCMI term."""

    label: str
    note: str
    mandatory: bool
    repeatable: bool
    node_types: frozenset[str]
    """Of ``iri`` and ``literal``; empty: either."""

    data_type: str | None
    """Key of :data:`archiver.standards.data_types.DATA_TYPES`."""

    constraint: Constraint | None
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The rules for one kind of record, in the order written."""

    identifier: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProfile:
    """Which terms a record has, how often, and what their values are."""

    name: str
    """For messages: ``strict``, or the file's name."""

    items: Shape
    """For each item: a document by itself, or a folder as a whole."""

    parts: Shape | None
    """For each document inside a folder that is an item; None: nothing is asked of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProfileReading:
    """A profile, and which of its rules cannot be applied."""

    profile: RecordProfile
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Notes:
    file: str
    findings: list[Finding] = field(default_factory=list)

    def add(self, row: int, column: str, cause: str, fix: str) -> None:
        self.findings.append(
            Finding(
                severity=Severity.WARNING,
                code="record-rule-not-applied",
                file=self.file,
                message=f"{self.file}, row {row}, column {column}: {cause}; this part of the rule is not applied.",
                fix=fix,
            )
        )


def parse_dctap(data: bytes, name: str) -> RecordProfileReading:
    """Read a profile.

    Args:
        data: the whole file: CSV in UTF-8, separated by commas, semicolons or tabs, headed by DCTAP's elements.
        name: of the profile, for messages.

    Returns:
        The first shape as the rules for items, the shape called ``part`` as those for documents inside an item; other
        shapes describe other things than documents. A property that is no DCMI term and a constraint of another type
        are left out, with a warning.

    Raises:
        UsageError: it is no CSV, has no column ``propertyID``, or no row that says anything of a DCMI term.
    """
    shown = printable(name)
    notes = _Notes(shown)
    shapes: dict[str, list[Rule]] = {}
    identifier = ""
    for row, cells in _rows(data, shown):
        identifier = cells["shapeid"] or identifier
        rule = _rule(row, cells, notes)
        if rule is not None:
            shapes.setdefault(identifier, []).append(rule)
    read = [Shape(identifier=key, rules=tuple(rules)) for key, rules in shapes.items()]
    items = next((shape for shape in read if shape.identifier.lower() != _PART), None)
    if items is None:
        raise UsageError(f"the profile {shown} has no rule for a DCMI term: give rows a propertyID such as dct:title")
    parts = next((shape for shape in read if shape.identifier.lower() == _PART), None)
    return RecordProfileReading(
        profile=RecordProfile(name=shown, items=items, parts=parts), findings=tuple(notes.findings)
    )


def _rows(data: bytes, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield row number and cells by folded heading, every known heading among them."""
    if len(data) > LARGEST:
        raise UsageError(f"the profile {name} is longer than {LARGEST:,} bytes: no profile is")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"the profile {name} is not UTF-8: save it as 'CSV UTF-8'") from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if "propertyid" not in header:
            raise UsageError(f"the profile {name} has no column propertyID: is it a DCTAP profile, saved as CSV?")
        for row, cells in enumerate(reader, start=2):
            if row > MOST_RULES:
                raise UsageError(f"the profile {name} has more than {MOST_RULES:,} rows: no profile has")
            if any(cell.strip() for cell in cells):
                found = dict(zip(header, (cell.strip() for cell in cells), strict=False))
                yield row, {column: found.get(column, "") for column in _COLUMNS}
    except csv.Error as error:
        raise UsageError(f"the profile {name} is no CSV: {error}") from error


def _rule(row: int, cells: Mapping[str, str], notes: _Notes) -> Rule | None:
    if not cells["propertyid"]:
        return None  # a row may do no more than name a shape
    key = parse_key(cells["propertyid"])
    if key is None or key.language is not None:
        asked = printable(cells["propertyid"][:80])
        notes.add(row, "propertyID", f"{asked!r} is no DCMI term", "Name one of the 55, such as dct:title.")
        return None
    if cells["valueshape"]:
        fix = "Nothing has to be done: values of a Dublin Core record are texts, with no properties of their own."
        notes.add(row, "valueShape", "a record's values have no shape", fix)
    return Rule(
        row=row,
        term=key.term,
        label=printable(cells["propertylabel"]) or key.term,
        note=printable(cells["note"]),
        mandatory=_yes(row, "mandatory", cells, notes, default=False),
        repeatable=_yes(row, "repeatable", cells, notes, default=True),
        node_types=_node_types(row, cells["valuenodetype"], notes),
        data_type=_data_type(row, cells["valuedatatype"], notes),
        constraint=_constraint(row, cells, notes),
        severity=_severity(row, cells["severity"], notes),
    )


def _yes(row: int, column: str, cells: Mapping[str, str], notes: _Notes, *, default: bool) -> bool:
    said = cells[column].lower()
    if said and said not in _YES:
        notes.add(row, column, f"{printable(said[:80])!r} is neither true nor false", "Write true or false.")
    return _YES.get(said, default)


def _node_types(row: int, text: str, notes: _Notes) -> frozenset[str]:
    asked = frozenset(text.lower().replace(",", " ").replace("|", " ").split())
    if asked - _NODE_TYPES:
        notes.add(row, "valueNodeType", f"{printable(text[:80])!r} is not looked for", "Write IRI or literal.")
    return asked & _NODE_TYPES


def _data_type(row: int, text: str, notes: _Notes) -> str | None:
    known = data_type(text)
    if text and known is None:
        fix = f"Use one of {', '.join(DATA_TYPES)}; a prefix such as xsd: may stand before it."
        notes.add(row, "valueDataType", f"{printable(text[:80])!r} is not known here", fix)
    return known


def _severity(row: int, text: str, notes: _Notes) -> Severity:
    try:
        return Severity(text.lower() or "warning")
    except ValueError:
        notes.add(row, "severity", f"{printable(text[:80])!r} is none", "Write error, warning or info.")
        return Severity.WARNING


def _constraint(row: int, cells: Mapping[str, str], notes: _Notes) -> Constraint | None:
    text, said = cells["valueconstraint"], cells["valueconstrainttype"].lower()
    if not text:
        return None
    if not said:
        return Constraint(kind="one", values=(text.strip('"'),), text=printable(text))
    kind = next((kind for kind in _KINDS if kind == said), None)
    if kind is None:
        fix = f"Use one of {', '.join(_KINDS)}."
        notes.add(row, "valueConstraintType", f"{printable(said[:80])!r} is not known here", fix)
        return None
    try:
        return _typed_constraint(kind, text)
    except PatternError as error:
        notes.add(row, "valueConstraint", f"the pattern cannot be used ({error})", "Write it in the syntax of RE2.")
    except ValueError:
        notes.add(row, "valueConstraint", f"{printable(text[:80])!r} is no number", "Write a number.")
    return None


def _typed_constraint(kind: ConstraintKind, text: str) -> Constraint:
    shown = printable(text)
    if kind == "pattern":
        return Constraint(kind=kind, pattern=compile_pattern(text), text=shown)
    if kind in {"minlength", "maxlength", "mininclusive", "maxinclusive"}:
        return Constraint(kind=kind, number=float(text), text=shown)
    return Constraint(kind=kind, values=_listed(text), text=shown)


def _listed(text: str) -> tuple[str, ...]:
    """Split a list as profiles in use write it: by bars, else commas (as the primer does), else blanks."""
    separator = next((mark for mark in "|," if mark in text), None)
    return tuple(part.strip() for part in text.split(separator) if part.strip())
