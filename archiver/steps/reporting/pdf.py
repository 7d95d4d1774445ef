"""A report as PDF/A-2u, made and proven as every rendition is: in a locked worker, and kept only where the gate agrees.

The HTML holds the words of strangers, so it takes the way that strangers' HTML takes.
"""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from archiver.config import Configuration
from archiver.errors import FindingsError, MissingProgramError
from archiver.model import Description, RenderRequest, RenderResult, SourceKind, Statement, ValueSource
from archiver.model.reports import StoreReport
from archiver.standards.pages.store_report import TITLE, store_report_document
from archiver.standards.pages.words import day_words
from archiver.steps.building.settings import missing_for_pages, verapdf_program
from archiver.steps.rendering.workers import RenderPool
from archiver.steps.reporting.picture import chart_picture

FLAVOUR = "2u"

MOST_LISTED = 100
"""Of each kind of thing that is listed: a page of tables takes a second to lay out."""

_STYLE = """
table { width: 100% }
table thead th { overflow-wrap: normal }
table tbody th, table tbody td { overflow-wrap: break-word }
table bdi, table code { overflow-wrap: anywhere }
#ages td, #timeline td, #formats td:nth-last-child(-n+3), #stores h3 + table td { text-align: right }
#stores h2 + table td:nth-child(n+3):nth-child(-n+6), #evidence h2 + table td:nth-child(2) { text-align: right }
"""
"""The columns of numbers, told by their places: of strangers' HTML, which this passes for, no class is kept."""

ESCAPED = "No font on this machine has some of the characters in names: all that are not ASCII are shown as escapes."


def report_pdf(report: StoreReport, configuration: Configuration) -> bytes:
    """Return the report as PDF.

    Args:
        report: what is told.
        configuration: of the archive: its name is the author, its programs judge too.

    Raises:
        MissingProgramError: what lays out pages is not on this machine.
        FindingsError: the PDF did not pass; the findings say why.
    """
    missing = missing_for_pages()
    if missing:
        raise MissingProgramError(f"the report cannot be made a PDF here: {missing}, or ask for --html")
    configuration = replace(configuration, pdfa=FLAVOUR)
    report = _cut(report)
    result = _rendered(report, configuration)
    if result.pdf is None and any(finding.code == "rendition-missing-glyph" for finding in result.findings):
        # One name in a script that no font here has must not cost the whole report.
        result = _rendered(_in_ascii(report), configuration)
    if result.pdf is None:
        raise FindingsError(result.findings)
    return result.pdf


def _rendered(report: StoreReport, configuration: Configuration) -> RenderResult:
    picture = chart_picture(report.timeline) if report.timeline else None
    request = RenderRequest(
        name="report.html",
        content=store_report_document(report, picture),
        media_type="text/html",
        puid=None,
        description=_description(report),
        identifier=_identifier(report),
        flavour=FLAVOUR,
        page_style=_STYLE,
    )
    with tempfile.TemporaryDirectory(prefix="archiver-report-") as scratch:
        folder = Path(scratch).resolve() / "worker"
        with RenderPool(1, folder, verapdf=verapdf_program(configuration)) as pool:
            return pool.submit(request).result()


def _cut(report: StoreReport) -> StoreReport:
    """Leave out what lies beyond :data:`MOST_LISTED`; the report says how much that is."""
    most = MOST_LISTED
    at_risk = sorted(range(len(report.formats)), key=lambda place: (report.formats[place].risk is None, place))
    return replace(
        report,
        formats=tuple(report.formats[place] for place in sorted(at_risk[:most])),
        failures=report.failures[:most],
        repairs=report.repairs[:most],
        stamps=report.stamps[:most],
    )


def _in_ascii(report: StoreReport) -> StoreReport:
    plain: StoreReport = _plain(report)
    return replace(plain, notes=(*plain.notes, ESCAPED))


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a report
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        return value.encode("ascii", "backslashreplace").decode()
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _plain(getattr(value, field.name)) for field in fields(value)})
    return value


def _description(report: StoreReport) -> Description:
    source = ValueSource(kind=SourceKind.ASSIGNED, place="archiver report")
    values = [("title", f"{TITLE}, {day_words(report.generated)}"), ("language", "en"), ("type", "Text")]
    values.append(("created", report.generated.date().isoformat()))
    if report.archive:
        values.append(("creator", report.archive))
    return Description(statements=tuple(Statement(term=term, text=text, source=source) for term, text in values))


def _identifier(report: StoreReport) -> str:
    """Return an identifier of this report: the same for the same stores at the same time."""
    stores = "\n".join(store.location for store in report.stores)
    key = f"https://example.org/preservation-archiver/report/{report.generated.isoformat()}\n{stores}"
    return uuid.uuid5(uuid.NAMESPACE_URL, key.encode("utf-8", "backslashreplace").decode()).urn
