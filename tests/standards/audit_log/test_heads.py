"""Heads of logs as people and programs keep them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.audit_log.entries import LogHead
from archiver.standards.audit_log.heads import HeadSyntaxError, WitnessedHead, head_json, head_text, read_head

DIGEST = "0123456789abcdef" * 4
HEAD = LogHead(seq=42, time=datetime(2026, 11, 22, 12, 0, tzinfo=UTC), digest=DIGEST)
KEPT = WitnessedHead(seq=42, digest=DIGEST)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(head_text(HEAD, "store"), id="as text"),
        pytest.param(head_text(HEAD, "7:" + "0" * 63 + "\nEntry: 9"), id="a name that looks like a head"),
        pytest.param(head_text(HEAD, "store").replace("\n", "\r\n"), id="as a mail"),
        pytest.param("> " + head_text(HEAD, "store").replace("\n", "\n> ").replace("> " + " " * 9, " "), id="quoted"),
        pytest.param(head_text(HEAD, "store").upper(), id="in capitals"),
        pytest.param("entry 42\nsha256:" + " ".join(DIGEST), id="typed with blanks"),
        pytest.param(json.dumps(head_json(HEAD, "store")), id="JSON"),
        pytest.param(f"42:{DIGEST}", id="a word"),
        pytest.param(f"The head was 42:{DIGEST}.", id="a word in a sentence"),
    ],
)
def test_a_head_is_read_in_every_form(text: str) -> None:
    assert read_head(text) == KEPT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "[]",
        "null",
        "{}",
        '{"seq": 42, "digest": 1}',
        f"42:{DIGEST[:-1]}",
        f"42:{DIGEST}0",
        f"0:{DIGEST}",
        "entry 42\nsha-256: " + DIGEST + "0",
        "entry 42",
        "[" * 100_000,
    ],
)
def test_what_names_no_head(text: str) -> None:
    with pytest.raises(HeadSyntaxError):
        read_head(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_head(text)
    except HeadSyntaxError:
        return
