"""Canonical JSON: one value, one text (RFC 8785)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.audit_log.canonical import Json, NotCanonicalError, canonical, read_canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def test_the_example_of_the_standard() -> None:
    # RFC 8785 section 3.2.3: sorted by UTF-16 code units, so that a surrogate pair comes before U+FB33
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(names, 1)))) == expected


def test_what_is_escaped_and_how() -> None:
    # RFC 8785 section 3.2.2.2
    text = '\x00\x08\t\n\x0b\x0c\r\x1f"\\/\x7f\u2028\u20ac'
    assert canonical(text) == '"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/\x7f\u2028\u20ac"'.encode()


@given(VALUES)
def test_what_is_written_is_read(value: Json) -> None:
    line = canonical(value)
    assert b"\n" not in line
    assert read_canonical(line) == value


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("\udc80", id="half a surrogate pair"),
        pytest.param({"\ud800": 1}, id="the same in a name"),
        pytest.param(2**53, id="a number too large"),
        pytest.param([1.5], id="a fraction"),
    ],
)
def test_what_has_no_canonical_form(value: Json) -> None:
    with pytest.raises(NotCanonicalError):
        canonical(value)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'{"a": 1}', id="a blank"),
        pytest.param(b'{"b":1,"a":1}', id="another order"),
        pytest.param(b'{"a":1,"a":1}', id="a name twice"),
        pytest.param(b'"\\u0041"', id="an escape too many"),
        pytest.param(b'"\\u000A"', id="a capital in an escape"),
        pytest.param(b"1.0", id="a fraction"),
        pytest.param(b"-0", id="minus nought"),
        pytest.param(b"1e3", id="an exponent"),
        pytest.param(b"NaN", id="no number"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"1" * 5000, id="digits without an end"),
        pytest.param(b"[" * 100_000, id="nested without an end"),
        pytest.param(b"[" * 50_000 + b"]" * 50_000, id="nested and closed"),
        pytest.param(b'"' + b"a" * (1 << 20) + b'"', id="a line too long"),
        pytest.param(b'"\\ud800"', id="half a surrogate pair"),
    ],
)
def test_what_is_not_canonical_is_refused(line: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        read_canonical(line)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(line: bytes) -> None:
    try:
        value = read_canonical(line)
    except NotCanonicalError:
        return
    assert canonical(value) == line
