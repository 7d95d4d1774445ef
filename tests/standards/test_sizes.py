from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.sizes import parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("500MB", 500_000_000),
        ("500 MiB", 500 << 20),
        ("10GB", 10**10),
        ("10g", 10**10),
        ("1.5GiB", 3 << 29),
        ("4.7 GB", 4_700_000_000),
        ("2kb", 2000),
        ("2KiB", 2048),
        ("1 pib", 1 << 50),
        ("12B", 12),
        ("0.0015 kB", 1),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "0", "0GB", "0.1B", "-1", "1iB", "1 XB", "GB", "1,5GB", "1e9", "1  GB", "\u0661GB", "1GB\n", "9" * 16]
)
def test_what_is_no_size(text: str) -> None:
    assert parse_size(text) is None


@given(st.text())
def test_any_text_is_a_size_or_not(text: str) -> None:
    assert (parse_size(text) or 1) >= 1
