from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.describe.sheets import join_values, split_values


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("", []),
        (" | ", []),
        ("a", ["a"]),
        ("a|b | c", ["a", "b", "c"]),
        ("a, b; c", ["a, b; c"]),
        (r"a \| b", ["a | b"]),
        (r"a\|b|c", ["a|b", "c"]),
        (r"a\ | b", ["a\\", "b"]),
        (r"C:\docs", [r"C:\docs"]),
    ],
)
def test_only_a_bar_splits_and_a_backslash_keeps_it(cell: str, values: list[str]) -> None:
    assert split_values(cell) == values


@given(st.lists(st.text().map(str.strip).filter(bool)))
def test_what_is_joined_is_split_into_the_same_values(values: list[str]) -> None:
    assert split_values(join_values(values)) == values
