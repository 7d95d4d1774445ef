from __future__ import annotations

import csv
import json
from io import StringIO

from archiver.steps.reporting.flat import COLUMNS, report_csv, report_json
from tests.standards.pages.reports import HOSTILE, a_report, an_empty_report


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_table_tells_what_the_report_tells() -> None:
    told = rows(report_csv(a_report()))
    sections = {row["section"] for row in told}
    assert sections == {
        *("store", "format", "year", "last-check", "failure", "checks", "repair", "time-stamp", "log", "duplicates")
    }
    (failure,) = [row for row in told if row["section"] == "failure"]
    assert failure["outcome"] == "damaged"
    assert failure["since"] == "2026-10-13T12:00:00Z"
    november = next(row for row in told if row["subject"] == "2026-11")
    assert (november["checks"], november["damaged"], november["could_not_check"]) == ("1200", "1", "2")
    assert {row["bytes"] for row in told if row["section"] == "store"} == {"123456789012", "99"}


def test_no_cell_is_a_formula() -> None:
    from dataclasses import replace  # noqa: PLC0415

    report = a_report()
    bad = replace(report.failures[0], identifier="=1+1", path="@x", detail="-2", store="+3")
    data = report_csv(replace(report, failures=(bad,)))
    (failure,) = [row for row in rows(data) if row["section"] == "failure"]
    assert [failure[key] for key in ("subject", "name", "detail", "store")] == ["'=1+1", "'@x", "'-2", "'+3"]


def test_an_empty_report_is_a_table_all_the_same() -> None:
    data = report_csv(an_empty_report())
    assert data.startswith(b"\xef\xbb\xbfsection,store,")
    assert data.count(b"\r\n") == len(rows(data)) + 1
    assert list(rows(data)[0]) == list(COLUMNS)


def test_the_object_for_programs_has_everything() -> None:
    value = json.loads(json.dumps(report_json(a_report())))
    assert (value["packages"], value["failures_total"], value["generated"]) == (1202, 3, "2026-11-22T12:00:00Z")
    assert value["failures"][0]["outcome"] == "damaged"
    assert value["stores"][0]["location"] == f"store {HOSTILE}"
    assert value["timeline"][2]["could_not_check"] == 2
    assert value["duplicates"] == {"digests": 12, "bytes": 10**8, "saved": 10**7}
    assert value["formats"][1]["risk"].startswith("few programs")
