from __future__ import annotations

import json
from typing import Any

import pytest

from archiver.crosswalks.contract import UnreadableRecordError
from archiver.crosswalks.csl_json import convert, demands, read
from archiver.model import Description
from tests.crosswalks.records import LETTER, description


def item(record: Description) -> dict[str, Any]:
    (found,) = json.loads(convert(record).data)
    return dict(found)


def test_a_record_becomes_one_item() -> None:
    found = item(LETTER)
    assert found["type"] == "document"
    assert found["author"] == [{"family": "Curie", "given": "Marie"}, {"literal": "Abai Kunanbaiuly"}]
    assert found["issued"] == {"date-parts": [[1923, 5, 7]]}
    assert (found["DOI"], found["container-title"], found["note"]) == (
        *("10.5555/12345678", "Fonds 3"),
        "Two pages & a <map>",
    )


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1923~", {"date-parts": [[1923]], "circa": True, "raw": "1923~"}),
        ("1923/1925", {"date-parts": [[1923], [1925]], "raw": "1923/1925"}),
        ("192X", {"date-parts": [[1920], [1929]], "raw": "192X"}),
    ],
)
def test_a_date_that_is_not_plain_keeps_what_was_written(text: str, date: dict[str, Any]) -> None:
    assert item(description(("issued", text)))["issued"] == date


def test_a_date_of_creation_dates_what_was_never_issued() -> None:
    assert item(description(("created", "1923")))["issued"] == {"date-parts": [[1923]]}


def test_title_and_date_are_demanded() -> None:
    assert [demand.field for demand in demands(Description())] == ["title", "issued"]


def test_an_item_of_a_reference_manager_is_read() -> None:
    record = {
        "id": "x1",
        "type": "article-journal",
        "title": "T",
        "author": [{"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"}, {"literal": "WHO"}],
        "editor": [{"family": "E"}],
        "issued": {"date-parts": [["1923", 5]]},
        "DOI": "10.5555/ab",
        "URL": "https://doi.org/10.5555/ab",
        "volume": 3,
    }
    reading = read(json.dumps([record]).encode())
    assert [(value.term, value.text) for value in reading.values] == [
        ("title", "T"),
        ("creator", "van Beethoven, Ludwig"),
        ("creator", "WHO"),
        ("issued", "1923-05"),
        ("identifier", "https://doi.org/10.5555/ab"),
    ]
    assert ("volume", "3") in [(value.name, value.text) for value in reading.other]
    assert ("editor.family", "E") in [(value.name, value.text) for value in reading.other]


@pytest.mark.parametrize("data", [b"[]", b'[{"type": "book"}, {"type": "book"}]', b'{"title": "T"}'])
def test_what_is_not_one_item_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableRecordError):
        read(data)
