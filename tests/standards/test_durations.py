"""Lengths of time and rates as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.standards.durations import in_days, parse_duration, parse_rate


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90d", timedelta(days=90)),
        (" 2 hours ", timedelta(hours=2)),
        ("1 Year", timedelta(days=365)),
        ("1.5h", timedelta(minutes=90)),
        ("3 quarters", timedelta(days=273)),
        ("45m", timedelta(minutes=45)),
        ("6 months", timedelta(days=180)),
        ("1000 years", timedelta(days=365_000)),
        ("1001 years", None),
        ("0.5 s", None),
        ("90", None),
        ("d", None),
        ("-1d", None),
        ("1 fortnight", None),
        ("\u0661d", None),
        ("", None),
    ],
)
def test_lengths_of_time(text: str, length: timedelta | None) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    ("text", "rate"), [("50MB/s", 50_000_000), ("1 KiB", 1024), ("10 /s", 10), ("fast", None), ("0/s", None)]
)
def test_rates(text: str, rate: int | None) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=90), "90 days"),
        (timedelta(days=1, hours=3), "1 day"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(seconds=70), "1 minute"),
        (timedelta(seconds=7), "less than a minute"),
    ],
)
def test_in_words(length: timedelta, words: str) -> None:
    assert in_days(length) == words
