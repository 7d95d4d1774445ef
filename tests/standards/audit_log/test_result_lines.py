"""Results of fixity checks as lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.standards.audit_log.canonical import LONGEST_LINE, NotCanonicalError
from archiver.standards.audit_log.result_lines import read_result_line, result_line

make = Finding
RESULT = FixityResult(
    identifier="urn:uuid:1",
    path="ab/cd/urn",
    version="v2",
    inventory_digest="ab" * 64,
    outcome=FixityOutcome.DAMAGED,
    files=3,
    bytes=12345,
    started=datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    ended=datetime(2026, 11, 22, 12, 0, 1, 500, tzinfo=UTC),
    findings=(make(severity=Severity.ERROR, code="object-file-damaged", file="v1/\u00e4", message="m", fix="f"),),
)


@pytest.mark.parametrize(
    "result",
    [
        RESULT,
        replace(RESULT, version=None, inventory_digest=None, findings=(), outcome=FixityOutcome.COULD_NOT_CHECK),
    ],
)
def test_a_result_is_read_as_it_was_written(result: FixityResult) -> None:
    line = result_line(result)
    assert line.endswith(b"}\n")
    assert read_result_line(line) == result


def test_every_byte_of_a_line_says_something() -> None:
    line = result_line(RESULT)
    for place in range(len(line)):
        changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        try:
            assert read_result_line(changed) != RESULT
        except NotCanonicalError:
            continue


def test_no_result_is_too_long_to_be_read() -> None:
    worst = "\x01" * 1_000_000
    finding = make(severity=Severity.ERROR, code="object-file-damaged", file=worst, message=worst, fix=worst)
    result = replace(RESULT, identifier=worst, path=worst, findings=(finding,) * 500)
    line = result_line(result)
    assert len(line) < LONGEST_LINE
    assert len(read_result_line(line).findings) == 50
    assert b'"findings_in_all":500' in line


def test_names_that_are_no_unicode_are_shown_by_their_bytes() -> None:
    assert read_result_line(result_line(replace(RESULT, path="a\udcff"))).path == "a\\xff"
