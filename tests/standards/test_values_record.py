from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model import KeptValue, SourceKind, Statement, ValueSource
from archiver.standards.values_record import (
    LONGEST_RECORD,
    ValuesRecord,
    ValuesSyntaxError,
    read_values,
    values_chunks,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW = ValueSource(kind=SourceKind.SHEET, place="letters.csv, row 4, column title")
RECORDS = (
    ValuesRecord(path="", values=()),
    ValuesRecord(
        path='box 3/"letter"\n.txt',
        values=(
            Statement(term="title", text="Письмо\u2028о погоде", language="ru", source=ROW),
            Statement(term="issued", text="2022-01", scheme="W3CDTF", source=ROW),
        ),
        other=(KeptValue(name="shelf mark", text="B 12", source=ROW),),
    ),
)


def written(*records: ValuesRecord) -> bytes:
    return b"".join(values_chunks(records))


def read(data: bytes) -> list[ValuesRecord]:
    return list(read_values(io.BytesIO(data)))


def test_the_form_is_the_one_that_the_decision_gives() -> None:
    document = json.loads(written(*RECORDS))
    source = {"kind": "sheet", "place": "letters.csv, row 4, column title"}
    assert document["version"] == 1
    assert list(document["records"]) == ["", 'box 3/"letter"\n.txt']
    assert document["records"][""] == {"values": [], "other": []}
    record = document["records"]['box 3/"letter"\n.txt']
    assert record["values"][0] == {
        "term": "title", "text": "Письмо\u2028о погоде", "language": "ru", "scheme": None, "source": source,
    }  # fmt: skip
    assert record["other"] == [{"name": "shelf mark", "text": "B 12", "source": source}]


@pytest.mark.parametrize("records", [(), RECORDS[:1], RECORDS], ids=["none", "one", "two"])
def test_what_is_written_is_read_again(records: tuple[ValuesRecord, ...]) -> None:
    assert read(written(*records)) == list(records)
    assert isinstance(json.loads(written(*records)), dict)
    assert len(written(*records).splitlines()) == len(records) + 2  # one record a line


TEXTS = st.text(st.characters(), max_size=30)
SOURCES = st.builds(ValueSource, kind=st.sampled_from(SourceKind), place=TEXTS)
STATEMENTS = st.builds(
    Statement, term=TEXTS, text=TEXTS, language=st.none() | TEXTS, scheme=st.none() | TEXTS, source=SOURCES
)
KEPT = st.builds(KeptValue, name=TEXTS, text=TEXTS, source=SOURCES)


@given(
    st.lists(
        st.builds(
            ValuesRecord,
            path=TEXTS,
            values=st.lists(STATEMENTS, max_size=3).map(tuple),
            other=st.lists(KEPT, max_size=3).map(tuple),
        ),
        unique_by=lambda record: record.path,
        max_size=4,
    )
)
def test_any_values_come_back_as_they_went(records: list[ValuesRecord]) -> None:
    data = written(*records)
    assert data == written(*records)
    data.decode("utf-8")  # lone surrogates too
    assert read(data) == records


def test_records_are_written_as_they_come() -> None:
    def endless() -> Iterator[ValuesRecord]:
        number = 0
        while True:
            yield ValuesRecord(path=str(number))
            number += 1

    chunks = values_chunks(endless())
    assert [next(chunks) for _ in range(3)][2].startswith(b',\n"1": ')


GOOD = written(*RECORDS)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "line 0: the end is missing", id="empty"),
        pytest.param(b"\xff\xfe", "line 1: it does not begin", id="no text"),
        pytest.param(b"[" * 100_000, "line 1: it does not begin", id="deep"),
        pytest.param(GOOD.replace(b": 1,", b": 2,"), "line 1: it is of another form than version 1", id="newer"),
        pytest.param(GOOD[: len(GOOD) // 2], "line 3: it is no record", id="cut in a record"),
        pytest.param(GOOD.removesuffix(b"}}\n"), "line 3: the end is missing", id="cut before the end"),
        pytest.param(GOOD + b"{}\n", "line 5: something follows the end", id="more"),
        pytest.param(GOOD.replace(b"sheet", b"dream"), "line 3: it is no record", id="an unknown kind"),
        pytest.param(GOOD.replace(b'"B 12"', b"12"), "line 3: it is no record", id="a number"),
        pytest.param(GOOD.replace(b'"values": [], ', b""), "line 2: it is no record", id="nothing of values"),
        pytest.param(GOOD.replace(b'"": {"values"', b'"a": 1, "": {"values"'), "line 2: it is no", id="two on a line"),
        pytest.param(GOOD[:32] + b'"x": ' + b"[" * 100_000, "line 2: it is no record", id="deep record"),
        pytest.param(GOOD[:32] + b" " * (LONGEST_RECORD + 1), "line 2: it is longer than", id="a line without end"),
    ],
)
def test_another_form_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ValuesSyntaxError) as caught:
        read(data)
    assert str(caught.value).startswith(words)
