"""What ``archiver metadata check`` says: problems by file, the same ones a few times and then their number."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, print_findings, print_json
from archiver.describe.finding_places import FindingPlace, place_of, without_file
from archiver.model import Finding, Severity

if TYPE_CHECKING:
    from archiver.steps.metadata.checking import MetadataCheck

_SHOWN = 5
"""Problems of one kind in one column of one file that are told each, before the rest is counted."""

_UNDESCRIBED = "\uffff"  # sorts behind every file

_Kind = tuple[str, str | None]


class _FileReport:
    """The problems of one file."""

    def __init__(self) -> None:
        self.severities: Counter[Severity] = Counter()
        self.kinds: Counter[_Kind] = Counter()
        self.told: list[tuple[FindingPlace, Finding]] = []

    def add(self, finding: Finding, *, limited: bool) -> None:
        place = place_of(finding)
        kind = (finding.code, place.column)
        self.severities[finding.severity] += 1
        self.kinds[kind] += 1
        if not limited or self.kinds[kind] <= _SHOWN:
            self.told.append((place, finding))

    def untold(self) -> list[tuple[_Kind, int]]:
        told = Counter((finding.code, place.column) for place, finding in self.told)
        return [(kind, number - told[kind]) for kind, number in self.kinds.items() if number > told[kind]]


class MetadataReport:
    """Prints problems on stdout: they are what was asked for."""

    def __init__(self, *, as_json: bool, show_all: bool) -> None:
        self._as_json = as_json
        self._limited = not show_all
        self._severities: Counter[Severity] = Counter()
        self._files: dict[str, _FileReport] = {}

    @property
    def has_errors(self) -> bool:
        """Whether there was an error among the problems."""
        return self._severities[Severity.ERROR] > 0

    def finding(self, finding: Finding) -> None:
        """Take one problem; it is printed at once only as JSON."""
        self._severities[finding.severity] += 1
        if self._as_json:
            from archiver.steps.metadata.checking import placed_json  # noqa: PLC0415 - --help must not wait for it

            print_json(placed_json(finding))
            return
        self._files.setdefault(_group(finding), _FileReport()).add(finding, limited=self._limited)

    def end(self, check: MetadataCheck) -> None:
        """Print what was found, file by file, and the counts."""
        if self._as_json:
            counts = {f"{severity.value}s": self._severities[severity] for severity in Severity}
            print_json({"documents": check.documents, "folders": check.folders, "described": check.described, **counts})
            return
        for name in sorted(self._files):
            self._print_file(name, self._files[name])
        folders = f" and {counted(check.folders, 'folder')}" if check.folders else ""
        click.echo(
            f"{counted(check.documents, 'document')}{folders}, {check.described:,} described: "
            f"{_severity_words(self._severities) or 'no problem found'}."
        )

    def _print_file(self, name: str, report: _FileReport) -> None:
        heading = "Documents without a row or sidecar of their own" if name == _UNDESCRIBED else name
        click.echo(f"{click.style(heading or 'The collection', bold=True)}: {_severity_words(report.severities)}")
        for _, finding in sorted(report.told, key=_order):
            print_findings([finding if name == _UNDESCRIBED else _shortened(finding)], err=False)
        for (code, column), number in report.untold():
            where = f" in column {column}" if column else ""
            click.echo(f"  and {number:,} more [{code}]{where}; --all shows each")
        click.echo()


def _group(finding: Finding) -> str:
    """Return under which heading a finding is told: its file, or one for all documents that nothing speaks of."""
    if finding.code == "record-value-missing" and finding.message.startswith(f"{finding.file}: "):
        return _UNDESCRIBED
    return finding.file or ""


def _order(told: tuple[FindingPlace, Finding]) -> tuple[str, int, int]:
    place = told[0]
    return place.sheet or "", place.row or 0, place.line or 0


def _shortened(finding: Finding) -> Finding:
    return replace(finding, message=without_file(finding))


def _severity_words(severities: Counter[Severity]) -> str:
    return ", ".join(counted(severities[one], one.value) for one in Severity if severities[one])
