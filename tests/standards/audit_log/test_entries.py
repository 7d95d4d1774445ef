"""Entries of a log: written, read, chained, and changed in no byte unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from archiver.standards.audit_log.canonical import NotCanonicalError
from archiver.standards.audit_log.entries import (
    entry_line,
    follows,
    head_of,
    make_entry,
    read_entry,
    read_time,
    write_time,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_an_entry_is_read_as_it_was_written() -> None:
    first = make_entry(None, "added", {"identifier": "urn:x", "bytes": 12, "none": None}, NOW)
    second = make_entry(head_of(first), "time-stamp", {}, NOW.astimezone(timezone(timedelta(hours=9))))
    assert (first.seq, first.previous, second.seq, second.previous) == (1, None, 2, first.digest)
    for entry in (first, second):
        assert read_entry(entry_line(entry).removesuffix(b"\n")) == entry
    assert follows(first, None)
    assert follows(second, head_of(first))
    assert not follows(second, None)
    assert not follows(first, head_of(first))


def test_every_byte_that_is_changed_is_seen() -> None:
    line = entry_line(make_entry(None, "audit", {"name": "\u00e4\u20ac", "n": 1}, NOW)).removesuffix(b"\n")
    for place in range(len(line)):
        for value in (line[place] ^ 1, line[place] ^ 0x20, 0, 0x20, 0xFF):
            if value != line[place]:
                with pytest.raises(NotCanonicalError):
                    read_entry(line[:place] + bytes([value]) + line[place + 1 :])
        with pytest.raises(NotCanonicalError):
            read_entry(line[:place] + line[place + 1 :])


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b"null",
        b'{"body":{},"digest":null,"kind":"a","previous":null,"seq":1,"time":"2026-01-01T00:00:00Z"}',
        b'{"body":{},"digest":"' + b"0" * 64 + b'","kind":"a","previous":null,"seq":true,"time":"x"}',
        b'{"body":1,"digest":"' + b"0" * 64 + b'","kind":"a","previous":null,"seq":1,"time":"x"}',
    ],
)
def test_other_json_is_no_entry(line: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        read_entry(line)


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        make_entry(None, "Not Kebab", {}, NOW)
    with pytest.raises(ValueError, match="zone"):
        make_entry(None, "audit", {}, NOW.replace(tzinfo=None))


@pytest.mark.parametrize("time", [NOW, NOW.replace(microsecond=5), NOW.astimezone(timezone(timedelta(hours=-5)))])
def test_times(time: datetime) -> None:
    assert write_time(time).endswith("Z")
    assert read_time(write_time(time)) == time


@pytest.mark.parametrize("text", ["2026-11-22T12:00:00+00:00", "2026-11-22", "soon", "2026-11-22T12:00:00.000000Z"])
def test_times_written_otherwise_are_refused(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        read_time(text)
