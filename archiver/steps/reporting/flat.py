"""A report as one table, a row for each thing it tells, for spreadsheets; and as one JSON object, for programs.

The words of strangers in a table are never a formula. Writes no file.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from archiver.model.reports import StoreReport
from archiver.standards.formula_cells import guarded
from archiver.standards.xml import xml_text

COLUMNS = (
    *("section", "store", "subject", "name", "packages", "versions", "files", "bytes"),
    *("checks", "damaged", "missing", "could_not_check", "outcome", "since", "when", "detail"),
)
"""Of the table. ``section`` says what a row is of: store, format, year, last-check, failure, checks, repair,
time-stamp, log or duplicates."""

_Row = dict[str, object]


def report_json(report: StoreReport) -> dict[str, Any]:
    """Return the report as JSON: snake_case keys, times in RFC 3339."""
    value = dataclasses.asdict(report)
    value |= {"packages": report.packages, "files": report.files, "bytes": report.bytes}
    return {key: _plain(one) for key, one in value.items()}


def report_csv(report: StoreReport) -> bytes:
    """Return the report as CSV, which every spreadsheet program opens: UTF-8 with a mark, commas, CR LF (RFC 4180)."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for section, row in _rows(report):
        writer.writerow([section, *(_cell(row.get(column)) for column in COLUMNS[1:])])
    return out.getvalue().encode("utf-8-sig", "backslashreplace")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _cell(value: object) -> str:
    plain = _plain(value)
    return "" if plain is None else guarded(xml_text(str(plain)), "text")


def _rows(report: StoreReport) -> Iterator[tuple[str, _Row]]:
    yield from _holdings(report)
    yield from _history(report)


def _holdings(report: StoreReport) -> Iterator[tuple[str, _Row]]:
    for store in report.stores:
        yield "store", _fields(store) | {"store": store.location, "name": store.kind, "when": store.last_checked}
    for one in report.formats:
        name = one.name or one.media_type
        yield "format", _fields(one) | {"subject": one.puid, "name": name, "detail": one.risk}
    for year in report.years:
        yield "year", _fields(year) | {"subject": year.year}
    if report.duplicates:
        held = report.duplicates
        yield "duplicates", {"subject": "held more than once", "files": held.digests, "bytes": held.bytes}
        yield "duplicates", {"subject": "held once for several files", "bytes": held.saved}


def _history(report: StoreReport) -> Iterator[tuple[str, _Row]]:
    for band in report.ages:
        yield "last-check", _fields(band) | {"subject": band.key}
    for failure in report.failures:
        told = {"subject": failure.identifier, "name": failure.path, "when": failure.checked}
        yield "failure", _fields(failure) | told
    for period in report.timeline:
        yield "checks", _fields(period) | {"subject": period.period, "checks": period.checks}
    for section, acts in (("repair", report.repairs), ("time-stamp", report.stamps)):
        for act in acts:
            yield section, _fields(act)
    for log in report.logs:
        yield "log", _fields(log) | {"subject": log.head, "detail": f"{log.entries} entries"}


def _fields(value: Any) -> _Row:  # noqa: ANN401 - any value of a report
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.name in COLUMNS}
