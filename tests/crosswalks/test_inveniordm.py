from __future__ import annotations

import json
from typing import Any

import pytest

from archiver.crosswalks.inveniordm import convert, demands
from archiver.model import Description
from tests.crosswalks.records import LETTER, description


def metadata(record: Description) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(convert(record).data)["metadata"]
    return found


def test_a_record_becomes_the_metadata_of_a_draft() -> None:
    found = metadata(LETTER)
    assert (found["resource_type"], found["title"], found["publication_date"]) == (
        {"id": "publication"},
        "A letter",
        "1923-05-07",
    )
    assert found["additional_titles"] == [
        {"title": "Письмо", "type": {"id": "other"}, "lang": {"id": "rus"}},
        {"title": "Letter 3", "type": {"id": "alternative-title"}},
    ]
    assert found["dates"] == [
        {"date": "1921", "type": {"id": "created"}, "description": "1921~"},
        {"date": "1914/1918", "type": {"id": "coverage"}},
    ]
    assert found["languages"] == [{"id": "rus"}, {"id": "eng"}]
    assert found["rights"] == [{"id": "cc-by-4.0"}, {"title": {"en": "Ask the family"}}]
    assert found["related_identifiers"][0] == {
        "identifier": "10.5555/cd",
        "scheme": "doi",
        "relation_type": {"id": "isreferencedby"},
    }
    assert found["locations"]["features"][0]["geometry"] == {"type": "Point", "coordinates": [115.85717, -31.95301]}


def test_a_plain_text_does_not_become_markup() -> None:
    assert metadata(LETTER)["description"] == "Two pages &amp; a &lt;map&gt;"


def test_a_name_whose_kind_is_not_stated_is_asked_for() -> None:
    person, unknown = (one["person_or_org"] for one in metadata(LETTER)["creators"])
    assert (person["type"], person["family_name"]) == ("personal", "Curie")
    assert unknown == {"type": "organizational", "name": "Abai Kunanbaiuly"}
    assert [demand.field for demand in demands(LETTER)] == ["person_or_org.type"]


def test_what_a_draft_needs_to_be_published_is_told() -> None:
    assert [demand.field for demand in demands(Description())] == [
        *("resource_type", "title", "publication_date", "creators"),
    ]
    assert metadata(Description()) == {}


@pytest.mark.parametrize(
    ("text", "date"), [("1923/..", "1923"), ("1923-05-07T10:20:30Z", "1923-05-07"), ("192X", "1920/1929")]
)
def test_dates_are_of_level_0(text: str, date: str) -> None:
    assert metadata(description(("issued", text)))["publication_date"] == date


def test_what_is_lost_is_told() -> None:
    lost = [(loss.statement.term, loss.statement.text, loss.part) for loss in convert(LETTER).losses]
    assert lost == [
        ("title", "A letter", "language"),
        ("language", "en-GB", "detail"),
        ("identifier", "Box 3", "value"),
        ("description", "Two pages & a <map>", "language"),
        ("isPartOf", "Fonds 3", "value"),
        ("provenance", "Bought 1990", "value"),
    ]
