"""People's own sheets given back with what is wrong in each row beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archiver.describe.finding_places import place_of, without_place
from archiver.describe.metadata_files import UnreadableError, list_files, open_regular
from archiver.describe.metadata_kinds import Kind, kind_of
from archiver.describe.sheets.lines import SheetError
from archiver.describe.sheets.own_parts import PROBLEMS_HEADING
from archiver.describe.sheets.reading import text_form
from archiver.errors import UsageError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.annotated_sheets import NotAnnotatedError, TextForm, annotate_text, annotate_workbook
from archiver.storage.durable import make_folders
from archiver.storage.new_files import write_new_file

MOST_ROWS = 100_000
"""Rows with problems that are noted, of all sheets together: they wait in memory."""

_LONGEST_NOTE = 2000
_BETWEEN = " // "
_WRITTEN = (".csv", ".tsv", ".xlsx")


@dataclass(slots=True, kw_only=True)
class SheetAnnotation:
    """Problems gathered by row, and the sheets of a metadata folder written with them."""

    metadata: Path
    place: Path
    """A new file where there is one sheet, else a new folder."""

    _sheets: tuple[str, ...] = ()
    _others: tuple[str, ...] = ()
    """Sheets in a form that is read but not written."""

    _notes: dict[tuple[str, str | None], dict[int, str]] = field(default_factory=dict)
    _rows: int = 0
    _left_out: int = 0

    @classmethod
    def begin(cls, metadata: Path, place: Path) -> SheetAnnotation:
        """Look which sheets there are.

        Raises:
            UsageError: there is none that can be written, or the place does not suit them.
        """
        found = [file for file in list_files(metadata).files if kind_of(file).kind is Kind.SHEET]
        sheets = tuple(file for file in found if file.lower().endswith(_WRITTEN))
        if not sheets:
            raise UsageError(f"there is no sheet in {metadata} that can be annotated: it has to be CSV, TSV or XLSX")
        extension = Path(sheets[0]).suffix.lower()
        if len(sheets) == 1 and place.suffix.lower() != extension:
            raise UsageError(f"the sheet is {printable(sheets[0])}, so name a {extension} file with --annotate")
        if place.exists():
            raise UsageError(f"{place} exists already, and nothing is overwritten: name another with --annotate")
        others = tuple(file for file in found if file not in sheets)
        return cls(metadata=metadata, place=place, _sheets=sheets, _others=others)

    def add(self, finding: Finding) -> None:
        """Take note of a finding, if it is about a row."""
        at = place_of(finding)
        if finding.file is None or at.row is None or finding.severity is Severity.INFO:
            return
        rows = self._notes.setdefault((finding.file, at.sheet), {})
        if at.row not in rows and self._rows >= MOST_ROWS:
            self._left_out += 1
            return
        self._rows += at.row not in rows
        before = f"{rows[at.row]}{_BETWEEN}" if at.row in rows else ""
        column = f" in {at.column}" if at.column else ""
        note = f"{finding.severity.value}{column}: {without_place(finding)} {finding.fix}"
        rows[at.row] = f"{before}{note}"[:_LONGEST_NOTE]

    def write(self) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
        """Write every sheet; return what was written, and what could not be.

        Raises:
            UsageError: the place came into being meanwhile, or its folder is not there.
            StorageError: the disk refused.
        """
        written: list[Path] = []
        findings = [_not_annotated(printable(sheet), "only CSV, TSV and XLSX are written") for sheet in self._others]
        if len(self._sheets) > 1:
            make_folders(self.place)
        for sheet in self._sheets:
            target = self.place / sheet if len(self._sheets) > 1 else self.place
            try:
                with open_regular(self.metadata / sheet) as stream:
                    self._write_one(stream, sheet, target)
                written.append(target)
            except (UnreadableError, SheetError, NotAnnotatedError) as error:
                findings.append(_not_annotated(printable(sheet), str(error)))
        if self._left_out:
            why = f"only the first {MOST_ROWS:,} rows with problems are noted"
            findings.append(_not_annotated(printable(self._sheets[0]), why))
        return tuple(written), tuple(findings)

    def _write_one(self, stream: BinaryIO, sheet: str, target: Path) -> None:
        shown = printable(sheet)
        if sheet.lower().endswith(".xlsx"):
            notes = {name: rows for (file, name), rows in self._notes.items() if file == shown}
            write_new_file(target, lambda path: annotate_workbook(stream, path, PROBLEMS_HEADING, notes))
            return
        encoding, delimiter = text_form(stream)
        form = TextForm(encoding=encoding, delimiter=delimiter)
        rows: Mapping[int, str] = self._notes.get((shown, None), {})
        write_new_file(target, lambda path: annotate_text(stream, path, form, PROBLEMS_HEADING, rows))


def _not_annotated(file: str, why: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="sheet-not-annotated",
        file=file,
        message=f"{file}: not every problem stands in an annotated copy: {printable(why)}.",
        fix="Save the sheet as 'CSV UTF-8' and check again; every problem is listed here too.",
    )
