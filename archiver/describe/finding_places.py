"""Where in a sheet or a sidecar a finding points: row, column and line, read back from how messages begin.

Every message about the metadata folder begins with its file and then the place: ``a.csv, row 4, column date: ...``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.model import Finding

_PLACE = re.compile(
    r"(?:, sheet (?P<sheet>.{1,200}?))?"
    r"(?:, row (?P<row>[0-9]{1,9}))?"
    r"(?:, column (?P<column>[^\n]{1,300}?))?"
    r"(?:, line (?P<line>[0-9]{1,9}))?"
    r"(?=: |, | \(|\Z)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPlace:
    """A place in one file of the metadata folder; None where the finding names none."""

    sheet: str | None = None
    """Of a workbook: the name of the sheet in it."""

    row: int | None = None
    """As a spreadsheet counts: from 1, the header included."""

    column: str | None = None
    """Its heading, or its letters where the finding is about the heading itself."""

    line: int | None = None
    """Of a sidecar, from 1."""


def place_of(finding: Finding) -> FindingPlace:
    """Say which row, column and line a finding is about."""
    if finding.file is None or not finding.message.startswith(finding.file):
        return FindingPlace()
    found = _PLACE.match(finding.message, len(finding.file))
    if found is None:
        return FindingPlace()
    row, line = found["row"], found["line"]
    return FindingPlace(
        sheet=found["sheet"],
        row=int(row) if row else None,
        column=found["column"],
        line=int(line) if line else None,
    )


def without_file(finding: Finding) -> str:
    """Return a finding's message without the file's name at its beginning, for a list under that name."""
    message = finding.message
    if finding.file is None or not message.startswith(finding.file):
        return message
    rest = message[len(finding.file) :]
    return rest[2:] if rest.startswith((", ", ": ")) else message


def without_place(finding: Finding) -> str:
    """Return a finding's message without the place at its beginning, for a note that stands at that place."""
    message = finding.message
    if finding.file is None or not message.startswith(finding.file):
        return message
    found = _PLACE.match(message, len(finding.file))
    rest = message[found.end() :] if found else message
    if rest.startswith(" (") and "): " in rest:
        return rest.partition("): ")[2]  # what the row or sidecar describes: it stands beside the note
    return rest[2:] if rest.startswith((": ", ", ")) else rest.strip()
