"""CSV and TSV: delimiter and charset found and said, the first row as header, every cell shown as the text it is.

Never computes a formula, never reads a cell as a number or a date, never mends a row.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING, Literal

from archiver.model import Finding, Severity
from archiver.render.contract import PreparedDocument
from archiver.render.tables import Table, TableTooLongError, table_view
from archiver.render.texts.decoding import decode
from archiver.render.texts.source_view import TAB_WIDTH, source_view

if TYPE_CHECKING:
    from archiver.model import RenderRequest

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE = 100_000
"""Characters that the delimiter is told from."""

_END = "\ue000"
"""A row that is put behind the last one: inside a quotation it is no row."""

_TAB_PUID = "x-fmt/13"
_NAMED = 5

MOST_COLUMNS = 2000
"""A row of more is no row of a table but text with many commas."""

MOST_CELLS = 2_000_000
"""Read before it is known how many lines they take; an empty line counts as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What a document's rows are, or why it has none."""

    rows: list[list[str]]
    delimiter: str
    fault: str | None = None


class Delimited:
    """The renderer of ``text/csv`` and ``text/tab-separated-values``."""

    name = "delimited"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        decoded = decode(request.content, request.name)
        # A form feed is no character of a table's.
        text = decoded.text.replace("\f", "\n")
        tabs = request.puid == _TAB_PUID or request.name.lower().endswith((".tsv", ".tab"))
        read = _read(text, "\t" if tabs else _delimiter(text))
        if read.fault is None:
            columns = max(map(len, read.rows), default=0)
            try:
                return _table(request.name, decoded.notes, decoded.findings, read, columns)
            except TableTooLongError as error:
                read = _Rows(rows=[], delimiter="", fault=f"it is too long for a table: {error}")
        return PreparedDocument(
            body=source_view(text.expandtabs(TAB_WIDTH)),
            text=decoded.text,
            notes=(*decoded.notes, f"shown as plain text: {read.fault}"),
            findings=(*decoded.findings, _no_table(request.name, read.fault or "")),
        )


def _table(
    name: str, notes: tuple[str, ...], findings: tuple[Finding, ...], read: _Rows, columns: int
) -> PreparedDocument:
    header = tuple(read.rows[0]) + ("",) * (columns - len(read.rows[0])) if read.rows else ()
    rows = read.rows[1:]
    view = table_view(Table(header=header, rows=rows)) if header else None
    delimiter = _NAMES[read.delimiter]
    found = f"{columns} columns delimited by {delimiter}" if columns > 1 else "one column"
    said = f"read as a table: {found}, {len(rows):,} rows below the first"
    return PreparedDocument(
        body=view.body if view else "",
        text=view.text if view else "",
        notes=(*notes, said),
        findings=findings + _ragged(name, read.rows),
    )


def _delimiter(text: str) -> str:
    """Return the delimiter that most rows agree on, by how many cells they have."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    return max(_NAMES, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[float, int]:
    """Return the share of rows that have the most usual number of cells, and that number; nothing for one column."""
    lengths = Counter(map(len, _read(sample, delimiter).rows))
    lengths.pop(0, None)
    if not lengths:
        return 0.0, 0
    cells, rows = max(lengths.items(), key=lambda one: (one[1], one[0]))
    return (rows / lengths.total(), cells) if cells > 1 else (0.0, 0)


def _read(text: str, delimiter: str) -> _Rows:
    """Read the rows; in tab-separated values a quotation mark may be one like any other character."""
    read = _rows(text, delimiter)
    return _rows(text, delimiter, quoting=csv.QUOTE_NONE) if read.fault and delimiter == "\t" else read


def _rows(text: str, delimiter: str, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL) -> _Rows:
    """Read the rows, quotation marks as in RFC 4180; only one that is never closed is a fault."""
    rows: list[list[str]] = []
    cells = 0
    lines = chain(StringIO(text if text.endswith("\n") else f"{text}\n", newline=""), (f"{_END}\n",))
    try:
        for row in csv.reader(lines, delimiter=delimiter, quoting=quoting):
            if len(row) > MOST_COLUMNS:
                return _Rows(rows=[], delimiter=delimiter, fault=f"row {len(rows) + 1} has {len(row):,} cells")
            rows.append(row)
            cells += len(row) or 1
            if cells > MOST_CELLS:
                return _Rows(rows=[], delimiter=delimiter, fault=f"it has more than {MOST_CELLS:,} cells")
    except csv.Error as error:
        return _Rows(rows=[], delimiter=delimiter, fault=f"row {len(rows) + 1}: {error}")
    if rows.pop() != [_END]:
        fault = f"a quotation mark in row {len(rows) + 1} is never closed"
        return _Rows(rows=[], delimiter=delimiter, fault=fault)
    while rows and not rows[-1]:
        rows.pop()
    return _Rows(rows=rows, delimiter=delimiter)


def _ragged(name: str, rows: list[list[str]]) -> tuple[Finding, ...]:
    """Say which rows have other than the usual number of cells; empty lines are no rows to speak of."""
    lengths = Counter(len(row) for row in rows if row)
    if len(lengths) < 2:
        return ()
    usual = max(lengths.items(), key=lambda one: (one[1], one[0]))[0]
    odd = [number for number, row in enumerate(rows, 1) if row and len(row) != usual]
    shown = ", ".join(f"{number} ({len(rows[number - 1])})" for number in odd[:_NAMED])
    more = f" and {len(odd) - _NAMED:,} more" if len(odd) > _NAMED else ""
    return (
        Finding(
            severity=Severity.WARNING,
            code="table-ragged-rows",
            file=name,
            message=f"{name}: {len(odd):,} of {len(rows):,} rows have other than {usual} cells: row {shown}{more}. "
            "The PDF shows them as they are, and shades what is not there.",
            fix="See whether a delimiter stands unquoted in a cell, or a line break was lost; the original is kept.",
        ),
    )


def _no_table(name: str, fault: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="table-not-read",
        file=name,
        message=f"{name} could not be shown as a table ({fault}); its PDF shows it as plain text.",
        fix="See whether a quotation mark is left open; the PDF shows every character of the document.",
    )


RENDERER = Delimited()
