"""What every crosswalk of the family keeps, whatever its vocabulary."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from archiver.crosswalks import CROSSWALKS
from archiver.crosswalks.contract import Crosswalk, ReadableCrosswalk, Reading, UnreadableRecordError
from archiver.model import Description
from archiver.standards.dc_terms import TERM_ORDER, TERMS
from tests.crosswalks.records import RECORDS, checked, samples, statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.crosswalks.contract import Conversion

READERS = [name for name, module in CROSSWALKS.items() if hasattr(import_module(module), "read")]
EVERY_MEMBER = pytest.mark.parametrize("name", list(CROSSWALKS))
EVERY_READER = pytest.mark.parametrize("name", READERS)


def member(name: str) -> Crosswalk:
    """Return a member by its name."""
    return cast("Crosswalk", import_module(CROSSWALKS[name]))


def reader(name: str) -> ReadableCrosswalk:
    """Return a member that reads."""
    return cast("ReadableCrosswalk", import_module(CROSSWALKS[name]))


def strings(conversion: Conversion) -> list[str]:
    """Return every text and attribute of XML, every key and text of JSON, or else the record as one text."""
    found: list[str] = []
    for data in (conversion.data, *(content for _, content in conversion.further)):
        if data.startswith(b"<?xml"):
            for element in etree.fromstring(data).iter(etree.Element):
                found += [element.text or "", *map(str, element.attrib.values())]
        elif data.startswith((b"{", b"[")):
            found += _of_json(json.loads(data))
        else:
            found.append(data.decode())
    return found


def _of_json(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _of_json(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_json(inner)
    else:
        yield str(value)


def unaccounted(conversion: Conversion, description: Description) -> list[str]:
    """Return every value that is neither in the record, as it is or as it says to have rewritten it, nor lost."""
    lost = {loss.statement for loss in conversion.losses if loss.part == "value"}
    untagged = {loss.statement for loss in conversion.losses if loss.part == "language"}
    forms = {(rewriting.statement, rewriting.part): rewriting.text for rewriting in conversion.rewritten}
    held = strings(conversion)
    faults: list[str] = []
    for one in description.statements:
        if one in lost:
            continue
        form = forms.get((one, "value"), one.text)
        if not any(form in string for string in held):
            faults.append(f"{one.term} {one.text!r} as {form!r}")
        tag = forms.get((one, "language"), one.language)
        if tag and one not in untagged and not any(tag in string for string in held):
            faults.append(f"{one.term} {one.text!r} without its language {one.language}")
    return faults


@EVERY_MEMBER
def test_a_member_keeps_the_contract(name: str) -> None:
    found = member(name)
    assert found.TITLE
    assert found.SUFFIX.startswith(".")
    assert found.TABLE
    assert set(found.TABLE) <= set(TERM_ORDER)
    assert list(found.TABLE) == sorted(found.TABLE, key=TERM_ORDER.__getitem__)
    empty = Description()
    assert isinstance(found.crosswalk(empty), bytes)
    assert found.lost_terms(empty) == ()
    assert all(demand.field and demand.message.endswith(".") for demand in found.demands(empty))
    assert all(set(demand.terms) <= set(TERM_ORDER) for demand in found.demands(empty))


@EVERY_MEMBER
def test_the_table_says_what_is_carried(name: str) -> None:
    found = member(name)
    samples = ("x", "1923", "https://example.org/a", "Text", "en", "text/plain")
    for term in TERMS:
        carried = any(not found.convert(checked(statement(term.name, text))).lost_terms for text in samples)
        assert carried == (term.name in found.TABLE), term.name


@EVERY_MEMBER
@settings(max_examples=100, deadline=None)
@given(description=RECORDS)
def test_loses_nothing_silently(name: str, description: Description) -> None:
    conversion = member(name).convert(description)
    assert unaccounted(conversion, description) == []


@EVERY_MEMBER
@settings(max_examples=30, deadline=None)
@given(description=RECORDS)
def test_the_same_record_gives_the_same_bytes(name: str, description: Description) -> None:
    found = member(name)
    conversion = found.convert(description)
    assert conversion == found.convert(Description(statements=tuple(description.statements)))
    assert found.crosswalk(description) == conversion.data
    assert found.lost_terms(description) == conversion.lost_terms
    assert found.demands(description) == conversion.demands


@EVERY_MEMBER
def test_every_sample_of_every_term_is_carried_or_lost(name: str) -> None:
    for description in samples():
        assert unaccounted(member(name).convert(description), description) == []


@EVERY_MEMBER
@settings(max_examples=30, deadline=None)
@given(values=st.lists(st.tuples(st.sampled_from([t.name for t in TERMS]), st.text(max_size=20), st.text(max_size=9))))
def test_even_what_no_check_has_seen_is_written(name: str, values: list[tuple[str, str, str]]) -> None:
    unchecked = Description(statements=tuple(statement(*value) for value in values))
    conversion = member(name).convert(unchecked)
    conversion.data.decode("utf-8")


@EVERY_READER
@settings(max_examples=60, deadline=None)
@given(description=RECORDS)
@example(description=checked(*(statement("available", year, None) for year in ("1923", "192X", "1923"))))
def test_what_was_written_is_read_and_written_alike(name: str, description: Description) -> None:
    found = reader(name)
    first = found.read(found.crosswalk(description))
    again = checked(*(statement(value.term, value.text, value.language) for value in first.values))
    second = found.read(found.crosswalk(again))
    assert _values(second) == _values(first)


def _values(reading: Reading) -> list[tuple[str, str, str | None]]:
    return sorted((value.term, value.text, value.language or "") for value in reading.values)


@EVERY_READER
@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"x", b"{", b"[]", b"{}", b"null", b"1", b"<a/>", b"<a", b"\xff\xfe\x00", b"<!DOCTYPE a []><a/>"),
        *(b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', b"[" * 100_000, b"<a>" * 5000, b'{"a": ' * 100_000),
    ],
)
def test_what_is_no_record_is_refused_in_words(name: str, data: bytes) -> None:
    try:
        assert isinstance(reader(name).read(data), Reading)
    except UnreadableRecordError as refused:
        assert str(refused)  # noqa: PT017 - refusing is one of two good ends


@EVERY_READER
@settings(max_examples=60, deadline=None)
@given(description=RECORDS, cut=st.integers(0, 400), inserted=st.binary(max_size=6))
def test_a_damaged_record_is_read_or_refused(name: str, description: Description, cut: int, inserted: bytes) -> None:
    found = reader(name)
    data = found.crosswalk(description)
    damaged = data[: cut % len(data)] + inserted + data[cut % len(data) :]
    try:
        found.read(damaged)
    except UnreadableRecordError as refused:
        assert str(refused)  # noqa: PT017 - as above
