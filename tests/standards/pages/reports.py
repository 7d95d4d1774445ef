"""A report as an archive of some years has it, with names from strangers in every place that takes one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from archiver.model.reports import (
    AgeBand,
    DuplicateTotals,
    FormatHoldings,
    LoggedAct,
    LogState,
    PeriodChecks,
    ReportedFailure,
    StoreHoldings,
    StoreReport,
    YearHoldings,
)
from archiver.model.stores import FixityOutcome

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOSTILE = "a\u202eb <script>alert(1)</script> & \"c\" 'd' \x07"
"""Turns the direction of the text around it, and would run."""


def a_report() -> StoreReport:
    """Return it."""
    return StoreReport(
        generated=NOON,
        archive=f"Archive {HOSTILE}",
        stores=(
            StoreHoldings(
                location=f"store {HOSTILE}",
                kind="disk",
                packages=1200,
                versions=1300,
                files=20_000,
                bytes=123_456_789_012,
                last_checked=NOON - timedelta(days=3),
            ),
            StoreHoldings(
                location="s3://bucket/copies", kind="", packages=2, versions=2, files=9, bytes=99, last_checked=None
            ),
        ),
        formats=(
            FormatHoldings(
                puid="fmt/95", name="Acrobat PDF/A", media_type="application/pdf", packages=9, files=30, bytes=10**9
            ),
            FormatHoldings(
                puid="x-fmt/394",
                name=f"WordPerfect {HOSTILE}",
                media_type="",
                packages=3,
                files=17,
                bytes=10**6,
                risk=f"few programs read it {HOSTILE}",
            ),
            FormatHoldings(puid=None, name="", media_type="", packages=4, files=9, bytes=12_345),
        ),
        formats_total=7,
        years=(
            YearHoldings(year=2025, packages=700, files=9000, bytes=10**10),
            YearHoldings(year=None, packages=2, files=1, bytes=1),
        ),
        ages=tuple(
            AgeBand(key=key, packages=number, bytes=number * 1000)
            for key, number in (("30", 1000), ("90", 193), ("365", 1), ("older", 5), ("never", 3))
        ),
        failures=(
            ReportedFailure(
                store=f"store {HOSTILE}",
                identifier=f"urn:uuid:5c8b {HOSTILE}",
                path=f"5c8/{HOSTILE}",
                outcome=FixityOutcome.DAMAGED,
                since=NOON - timedelta(days=40),
                checked=NOON,
                detail=f"v1/content/data/{HOSTILE}: other bytes",
            ),
        ),
        failures_total=3,
        timeline=(
            PeriodChecks(period="2026-09", ok=1200, bytes=10**9),
            PeriodChecks(period="2026-10"),
            PeriodChecks(period="2026-11", ok=1196, damaged=1, missing=1, could_not_check=2, bytes=10**9),
        ),
        repairs=(LoggedAct(store="store", when=NOON, subject=f"urn:{HOSTILE}", detail=HOSTILE, outcome=""),),
        repairs_total=1,
        stamps=(LoggedAct(store="store", when=NOON, subject="ab" * 32, detail=f"authority {HOSTILE}"),),
        stamps_total=1,
        logs=(LogState(store=f"store {HOSTILE}", entries=120, head="cd" * 32, when=NOON),),
        duplicates=DuplicateTotals(digests=12, bytes=10**8, saved=10**7),
        risk_source=f"said by {HOSTILE}",
        notes=(f"The store {HOSTILE} could not be read.",),
    )


def an_empty_report() -> StoreReport:
    """Return what is reported of a store that nothing was put into yet."""
    empty = StoreHoldings(location="store", kind="", packages=0, versions=0, files=0, bytes=0, last_checked=None)
    bands = tuple(AgeBand(key=key, packages=0, bytes=0) for key in ("30", "90", "365", "older", "never"))
    return StoreReport(generated=NOON, archive=None, stores=(empty,), ages=bands)
