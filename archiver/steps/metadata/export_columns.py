"""Which columns a sheet has that holds what packages state, and what stands in each cell of a row.

Pure; what is written so is read back by ``describe/sheets`` as it was stated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from archiver.describe.sheets.exports import PLAIN_FILES, recognise
from archiver.describe.sheets.own_parts import is_own_heading
from archiver.describe.sheets.splitting import join_values
from archiver.standards.dc_terms import TERM_ORDER, parse_key
from archiver.steps.metadata.package_values import StatedRecord

FILENAME = "filename"
_KEPT = " (kept)"


class TermColumn(NamedTuple):
    """A column of one term in one language."""

    term: str
    language: str | None

    @property
    def heading(self) -> str:
        """Return ``title`` or ``title@ru``."""
        return f"{self.term}@{self.language}" if self.language else self.term


class OtherColumn(NamedTuple):
    """A column of values that fit no term; of several of one name each value has one."""

    name: str
    place: int
    """From 0."""


@dataclass(slots=True)
class ColumnsSeen:
    """What columns a sheet needs, gathered from every record that goes into it."""

    _terms: set[TermColumn] = field(default_factory=set)
    _others: Counter[str] = field(default_factory=Counter)

    def gather(self, records: Iterable[StatedRecord]) -> None:
        """Take note of what records need."""
        for record in records:
            self._terms.update(TermColumn(one.term, one.language) for one in record.statements)
            self._others |= Counter(_name(one.name) for one in record.other)

    def layout(self, order: Iterable[str]) -> ExportLayout:
        """Return the columns in their order: terms, always a title among them, and then the others by name.

        Args:
            order: terms that stand first; the rest follows in the order of DCMI's list.
        """
        places = {term: place for place, term in enumerate(dict.fromkeys([*order, *TERM_ORDER]))}
        needed = self._terms | {TermColumn("title", None)}
        return ExportLayout(
            terms=tuple(sorted(needed, key=lambda one: (places.get(one.term, len(places)), one.language or ""))),
            others=tuple(OtherColumn(name, at) for name in sorted(self._others) for at in range(self._others[name])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLayout:
    """The columns of a sheet."""

    terms: tuple[TermColumn, ...]
    others: tuple[OtherColumn, ...]

    def headings(self) -> tuple[str, ...]:
        """Return every heading, the file's name first."""
        terms = [column.heading for column in self.terms]
        others = [column.name for column in self.others]
        export = recognise([name.strip().lower() for name in (FILENAME, *terms, *others)])
        marks = export.marks if export else frozenset()
        return (FILENAME, *terms, *(_safe(name, marks) for name in others))

    def row(self, filename: str, record: StatedRecord) -> Iterator[str]:
        """Yield the cells of one row."""
        yield filename
        stated: dict[tuple[str, str | None], list[str]] = {}
        for one in record.statements:
            stated.setdefault((one.term, one.language), []).append(one.text.strip())
        for column in self.terms:
            yield join_values(stated.get((column.term, column.language), ()))
        kept: dict[str, list[str]] = {}
        for value in record.other:
            kept.setdefault(_name(value.name), []).append(value.text)
        for other in self.others:
            values = kept.get(other.name, [])
            yield values[other.place] if other.place < len(values) else ""


def _name(name: str) -> str:
    """Return a name as a heading keeps it."""
    return " ".join(name.split())


def _safe(name: str, marks: frozenset[str]) -> str:
    """Return a heading that is not taken for more than the name of kept values."""
    folded = name.lower()
    taken = folded in PLAIN_FILES or folded in marks or is_own_heading(name) or parse_key(name) is not None
    return f"{name}{_KEPT}" if taken or not name else name
