"""A sheet read for a test, with everything that was understood of it."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

from archiver.describe.sheets import Row, RowStore, read_sheet
from archiver.describe.sheets.rows import duplicate_row
from archiver.model import Finding


class Sheet(NamedTuple):
    """What came of one sheet."""

    rows: dict[str, Row]
    findings: list[Finding]
    """About the sheet as a whole, rows that repeat a file's name included."""

    @property
    def codes(self) -> list[tuple[str, str]]:
        """Return severity and code of each finding."""
        return [(finding.severity.value, finding.code) for finding in self.findings]

    def row_codes(self, name: str) -> list[tuple[str, str]]:
        """Return severity and code of each finding about one row."""
        return [(finding.severity.value, finding.code) for finding in self.rows[name].findings]

    def values(self, name: str) -> list[tuple[str, str]]:
        """Return the terms, with their language, and texts of one row."""
        return [
            (f"{one.term}@{one.language}" if one.language else one.term, one.text)
            for one in self.rows[name].statements()
        ]

    def kept(self, name: str) -> list[tuple[str, str]]:
        """Return what one row states that no term understands."""
        return [(one.name, one.text) for one in self.rows[name].kept()]


def read(content: bytes | str, file: str = "letters.csv") -> Sheet:
    """Read one sheet."""
    store = RowStore()
    findings = list(read_sheet(BytesIO(content.encode() if isinstance(content, str) else content), file, store))
    store.close_input()
    findings += [duplicate_row(first, second) for first, second in store.repeated()]
    rows = {name: row for name, _ in store.names() if (row := store.find(name))}
    return Sheet(rows=rows, findings=findings)
