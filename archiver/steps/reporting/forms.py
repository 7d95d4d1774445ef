"""A report in the form that is asked for, as bytes: the one list of forms."""

from __future__ import annotations

import json
from collections.abc import Callable

from archiver.config import Configuration
from archiver.model.reports import StoreReport
from archiver.standards.pages.store_report import store_report_html
from archiver.steps.reporting.flat import report_csv, report_json
from archiver.steps.reporting.gathering import ReportOrder, gather


def report_as(form: str, order: ReportOrder, configuration: Configuration) -> bytes:
    """Return a report.

    Args:
        form: ``html``, ``pdf``, ``csv`` or ``json``.
        order: what is to be reported.
        configuration: of the archive, for a PDF.

    Raises:
        ArchiverError: it cannot be gathered, or not be made a PDF that passes its checks.
    """
    written: dict[str, Callable[[StoreReport], bytes]] = {
        "html": store_report_html,
        "csv": report_csv,
        "json": _json,
        "pdf": lambda report: _pdf(report, configuration),
    }
    return written[form](gather(order))


def _json(report: StoreReport) -> bytes:
    return json.dumps(report_json(report), ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _pdf(report: StoreReport, configuration: Configuration) -> bytes:
    from archiver.steps.reporting.pdf import report_pdf  # noqa: PLC0415 - the pictures and the workers are not for others

    return report_pdf(report, configuration)
