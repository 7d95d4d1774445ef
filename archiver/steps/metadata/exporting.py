"""Packages back into a sheet: what people stated of each document, so that it can be corrected and built from again.

Two passes over the records, the first for the columns, so that nothing is held but one record at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archiver.errors import UsageError
from archiver.model import Finding, Severity
from archiver.standards import bagit
from archiver.standards.dctap import RecordProfile
from archiver.standards.names import is_utf8, printable
from archiver.steps.metadata.export_columns import FILENAME, ColumnsSeen, ExportLayout
from archiver.steps.metadata.package_values import PackageUnreadableError, StatedRecord, has_sources, stated_records
from archiver.steps.metadata.template import check_sheet_name
from archiver.storage.existing_packages import ExistingPackage, existing_package, existing_packages
from archiver.storage.new_files import write_new_file
from archiver.storage.scan import Bundle
from archiver.storage.workbooks import LONGEST_CELL, Table, TableColumn, write_csv, write_workbook

_LONGEST_IN_TEXT = 131_072
"""Characters of a cell that are read back from CSV."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """What is to be exported."""

    packages: Sequence[Path]
    """Packages, or folders of packages."""

    out: Path
    profile: RecordProfile
    """Its terms stand first."""

    now: datetime
    bundle: Bundle = "item"
    """As the packages were built: of a collection the documents' paths begin below the source."""


@dataclass(slots=True)
class Exported:
    """What was written."""

    packages: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)


def export_sheet(order: ExportOrder) -> Exported:
    """Write what the newest version of each package states into one sheet.

    Raises:
        UsageError: a path is no package and holds none, or the file exists or has another extension.
        StorageError: the disk refused.
    """
    check_sheet_name(order.out)
    exported = Exported()
    sources = sorted(
        (_Source.of(package, order.bundle) for package in _packages(order.packages)), key=lambda one: one.item
    )
    seen = ColumnsSeen()
    good = [source for source in sources if _gather(source, seen, exported.findings)]
    layout = seen.layout(rule.term for rule in order.profile.items.rules)
    exported.packages = len(good)
    is_text = order.out.suffix.lower() == ".csv"
    longest = _LONGEST_IN_TEXT if is_text else LONGEST_CELL
    headings = layout.headings()
    table = Table(
        name="Descriptions",
        columns=tuple(TableColumn(heading=heading, width=36 if heading == FILENAME else 28) for heading in headings),
        rows=_rows(good, layout, exported, longest),
    )
    if is_text:
        write_new_file(order.out, lambda path: write_csv(path, table))
    else:
        write_new_file(order.out, lambda path: write_workbook(path, [table], order.now))
    return exported


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """One package that is exported."""

    package: ExistingPackage
    item: str
    """What its documents' paths begin with, and its own row's path; empty for a single document."""

    whole: str
    """Path of the row of a compound item."""

    @classmethod
    def of(cls, package: ExistingPackage, bundle: Bundle) -> _Source:
        if bundle == "collection":
            return cls(package=package, item="", whole=".")
        item = _item_path(package)
        return cls(package=package, item=item, whole=item)

    def path(self, record: StatedRecord, *, compound: bool) -> str:
        if not record.path:
            return self.whole
        return f"{self.item}/{record.path}" if compound and self.item else record.path


def _packages(paths: Sequence[Path]) -> Iterator[ExistingPackage]:
    """Yield the newest version of each package, in no order."""
    found: dict[str, ExistingPackage] = {}
    for path in paths:
        one = existing_package(path)
        below = {one.identifier: [one]} if one else existing_packages(path)
        if not below:
            raise UsageError(
                f"{printable(str(path))} is no package of this program and holds none: name a package, or the folder "
                "that packages lie in; an archive has to be unpacked first"
            )
        for versions in below.values():
            newest = versions[-1]
            known = found.get(newest.identifier)
            if known is None or known.version < newest.version:
                found[newest.identifier] = newest
    yield from found.values()


def _item_path(package: ExistingPackage) -> str:
    """Return the item's path in the source, as the package states it."""
    fields = dict(bagit.parse_bag_info((package.folder / "bag-info.txt").read_bytes().decode()).fields)
    return fields.get("Internal-Sender-Identifier", package.slug)


def _gather(source: _Source, seen: ColumnsSeen, findings: list[Finding]) -> bool:
    """Take note of a package's columns; tell whether all its records can be read."""
    try:
        seen.gather(stated_records(source.package))
    except PackageUnreadableError as error:
        findings.append(_unreadable(source.package, error))
        return False
    if not has_sources(source.package):
        findings.append(_sources_unknown(source.package))
    return True


def _rows(
    sources: Sequence[_Source], layout: ExportLayout, exported: Exported, longest: int
) -> Iterator[Sequence[str]]:
    headings = layout.headings()
    for source in sources:
        compound = False
        for record in stated_records(source.package):
            compound = compound or not record.path
            path = source.path(record, compound=compound)
            cells = list(layout.row(path, record))
            for heading, cell in zip(headings, cells, strict=True):
                if len(cell) >= longest or not is_utf8(cell):
                    exported.findings.append(_altered(path, heading, longest))
            exported.rows += 1
            yield cells


def _unreadable(package: ExistingPackage, error: PackageUnreadableError) -> Finding:
    shown = printable(str(package.folder))
    return Finding(
        severity=Severity.ERROR,
        code="export-package-unreadable",
        file=shown,
        message=f"{shown}: {printable(str(error))}; nothing of this package is in the sheet.",
        fix="Look at what is wrong with it: archiver verify",
    )


def _sources_unknown(package: ExistingPackage) -> Finding:
    shown = printable(str(package.folder))
    return Finding(
        severity=Severity.INFO,
        code="export-sources-unknown",
        file=shown,
        message=f"{shown}: it does not say where its values came from, so that what was inferred or embedded is in the "
        "sheet as well.",
        fix="Look through its rows before you build from the sheet, and empty the cells that nobody stated.",
    )


def _altered(path: str, heading: str, longest: int) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="export-value-altered",
        file=printable(path),
        message=f"{printable(path)}: what it states as {printable(heading)} has {longest:,} characters or more, or "
        "characters that no sheet holds; the cell does not hold it whole.",
        fix="Export as .csv, or keep it in a sidecar (YAML).",
    )
