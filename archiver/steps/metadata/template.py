"""A sheet to describe a folder in: a row for each document and item, and what a scan can suggest, to be read only.

Documents are opened for their first mebibyte, to suggest title, language and type; nothing is taken as stated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.describe import embedded, infer, infer_item, merge
from archiver.describe.metadata_files import UnreadableError, read_bounded
from archiver.describe.sheets.own_parts import suggestion_heading
from archiver.errors import UsageError
from archiver.model import Finding, FormatIdentity, Severity, SourceItem, Statement
from archiver.standards.dctap import RecordProfile
from archiver.standards.names import has_hidden_characters, is_utf8, printable
from archiver.steps.metadata.template_words import FILENAME, choices, explanations, prompt
from archiver.storage.formats import identify
from archiver.storage.new_files import write_new_file
from archiver.storage.scan import Bundle, scan_source
from archiver.storage.workbooks import Table, TableColumn, write_csv, write_workbook

_READ = 1 << 20
_BATCH = 500
_SUGGESTED = ("title", "type", "language", "date", "creator")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateOrder:
    """What template is wanted."""

    source: Path
    out: Path
    """A new file; ``.csv`` or ``.xlsx``."""

    profile: RecordProfile
    """Its terms are the columns."""

    now: datetime
    bundle: Bundle = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What was written."""

    rows: int
    columns: int
    findings: tuple[Finding, ...]


def make_template(order: TemplateOrder) -> Template:
    """Write the template.

    Raises:
        UsageError: the source is not there, the file exists or has another extension, or lies in the source.
        StorageError: the disk refused.
    """
    check_sheet_name(order.out)
    if order.source.resolve() in order.out.resolve().parents:
        raise UsageError(f"{order.out} lies inside the source {order.source}, which is never written to")
    scan = scan_source(order.source, order.bundle)
    paths, left_out = _paths(scan.items)
    terms = list(dict.fromkeys(rule.term for rule in order.profile.items.rules))
    suggested = _suggestions(order.source, scan.items, paths)
    offered = [term for term in terms if any(term in one for one in suggested.values())]
    columns = tuple(_columns(order.profile, terms, offered))
    rows = [_row(path, columns, suggested.get(path, {})) for path in paths]
    table = Table(name="Descriptions", columns=columns, rows=rows, rows_offered=len(rows))
    if order.out.suffix.lower() == ".csv":
        write_new_file(order.out, lambda path: write_csv(path, table))
    else:
        tables = (table, explanations(order.profile))
        write_new_file(order.out, lambda path: write_workbook(path, tables, order.now))
    return Template(rows=len(rows), columns=len(terms), findings=tuple(left_out))


def check_sheet_name(out: Path) -> None:
    """Refuse a name whose extension says no format that is written.

    Raises:
        UsageError: neither ``.csv`` nor ``.xlsx``.
    """
    if out.suffix.lower() not in {".csv", ".xlsx"}:
        raise UsageError(f"{out} must end in .xlsx or .csv, so that programs know what it is")


def _paths(items: Sequence[SourceItem]) -> tuple[list[str], list[Finding]]:
    """Return the path of every item and document that can stand in a cell, and a finding for each that cannot."""
    paths, findings = [], []
    for item in items:
        for path in dict.fromkeys([item.path or ".", *(document.path for document in item.documents)]):
            if is_utf8(path) and not has_hidden_characters(path) and path == path.strip():
                paths.append(path)
            else:
                findings.append(_left_out(path))
    return paths, findings


def _suggestions(source: Path, items: Sequence[SourceItem], paths: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return path -> term -> what may be written there."""
    folders = {item.path or ".": item.name for item in items if item.compound}
    found = {path: _first(merge([infer_item(name)]).statements) for path, name in folders.items()}
    documents = [path for path in paths if path not in folders]
    for start in range(0, len(documents), _BATCH):
        batch = documents[start : start + _BATCH]
        identities = identify(source, batch)
        found.update({path: _about(source, path, identities[path]) for path in batch})
    return found


def _about(source: Path, path: str, identity: FormatIdentity) -> dict[str, str]:
    try:
        content: bytes | None = read_bounded(source / path, _READ)[:_READ]
    except UnreadableError:
        content = None
    said = embedded(content, identity.media_type)
    return _first(merge([said, infer(path, content, identity.media_type)]).statements)


def _first(statements: Sequence[Statement]) -> dict[str, str]:
    found: dict[str, str] = {}
    for statement in statements:
        if statement.term in _SUGGESTED:
            found.setdefault(statement.term, statement.text)
    return found


def _columns(profile: RecordProfile, terms: Sequence[str], offered: Sequence[str]) -> Iterator[TableColumn]:
    yield TableColumn(heading=FILENAME, width=36)
    for term in terms:
        rules = [rule for rule in profile.items.rules if rule.term == term]
        yield TableColumn(heading=term, width=28, choices=choices(term, rules), prompt=prompt(rules))
        if term in offered:
            yield TableColumn(heading=suggestion_heading(term), width=28, grey=True)


def _row(path: str, columns: Sequence[TableColumn], suggested: Mapping[str, str]) -> list[str]:
    by_heading = {FILENAME: path, **{suggestion_heading(term): text for term, text in suggested.items()}}
    return [by_heading.get(column.heading, "") for column in columns]


def _left_out(path: str) -> Finding:
    shown = printable(path)
    return Finding(
        severity=Severity.WARNING,
        code="template-name-left-out",
        file=shown,
        message=f"{shown}: the name holds characters that no sheet keeps, so it has no row.",
        fix="Rename it, or describe it in a sidecar (YAML).",
    )
