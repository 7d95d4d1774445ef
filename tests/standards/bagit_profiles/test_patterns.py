from __future__ import annotations

import fnmatch
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.bagit_profiles.patterns import PathPatterns

TEXT = st.text("ab/*?[]!^-", max_size=8)


@given(st.lists(TEXT, max_size=3), TEXT)
def test_patterns_mean_what_they_mean_to_fnmatch(entries: list[str], path: str) -> None:
    expected = any(path == entry or fnmatch.fnmatchcase(path, entry) for entry in entries)
    assert PathPatterns(entries).match(path) is expected


@pytest.mark.parametrize("entry", ["*a" * 2000 + "b", "*" * 4096, "*?" * 2000 + "b", "*[a-z]" * 600 + "0", "a*" * 2000])
def test_a_hostile_pattern_costs_next_to_nothing(entry: str) -> None:
    patterns = PathPatterns([entry, "z" + entry])
    begun = time.process_time()
    for _ in range(20):
        patterns.match("a" * 4000)
    assert time.process_time() - begun < 2
