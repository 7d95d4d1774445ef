from __future__ import annotations

import importlib.resources
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft201909Validator
from lxml import etree

from archiver.crosswalks import datacite, datacite_json
from archiver.crosswalks.contract import Loss, UnreadableRecordError
from archiver.model import Description
from tests.crosswalks.records import RECORDS, description, samples

SCHEMAS = Path(__file__).resolve().parents[2].parent / "shared" / "schemas"
SCHEMA = etree.XMLSchema(etree.parse(SCHEMAS / "datacite-4.6" / "metadata.xsd"))


def json_schema() -> Draft201909Validator:
    """Return DataCite's own JSON schema of 4.5, with the words that 4.6 adds and this crosswalk uses."""
    text = (importlib.resources.files("datacite") / "schemas" / "datacite-v4.5.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    schema["definitions"]["dateType"]["enum"].append("Coverage")
    return Draft201909Validator(schema)


JSON_SCHEMA = json_schema()


def record(*values: tuple[str, str] | tuple[str, str, str | None]) -> dict[str, Any]:
    """Return the JSON of a description of these values."""
    found: dict[str, Any] = json.loads(datacite_json.crosswalk(description(*values)))
    return found


def losses(*values: tuple[str, str]) -> list[tuple[str, str]]:
    found: tuple[Loss, ...] = datacite.convert(description(*values)).losses
    return [(loss.statement.term, loss.statement.text) for loss in found]


@settings(max_examples=80, deadline=None)
@given(whole=RECORDS)
def test_any_record_is_valid_in_both_forms(whole: Description) -> None:
    SCHEMA.assertValid(etree.fromstring(datacite.crosswalk(whole)))
    JSON_SCHEMA.validate(json.loads(datacite_json.crosswalk(whole)))


def test_every_sample_of_every_term_is_valid_in_both_forms() -> None:
    for whole in samples():
        SCHEMA.assertValid(etree.fromstring(datacite.crosswalk(whole)))
        JSON_SCHEMA.validate(json.loads(datacite_json.crosswalk(whole)))


def test_what_is_demanded_and_lacking_is_said_and_never_made_up() -> None:
    demands = datacite.demands(Description())
    assert [demand.field for demand in demands] == [
        *("identifier", "resourceTypeGeneral", "creators", "titles", "publisher", "publicationYear"),
    ]
    found = json.loads(datacite_json.crosswalk(Description()))
    assert found.pop("schemaVersion") == "http://datacite.org/schema/kernel-4"
    assert found == {
        "types": {"resourceTypeGeneral": "Other"},
        "creators": [{"name": ":unav"}],
        "titles": [{"title": ":unav"}],
        "publisher": {"name": ":unav"},
        "publicationYear": "0000",
    }
    identifier = etree.fromstring(datacite.crosswalk(Description()))[0]
    assert (identifier.text, identifier.get("identifierType")) == (":tba", "DOI")
    assert datacite.read(datacite.crosswalk(Description())).values == ()


def test_a_whole_record_demands_nothing() -> None:
    whole = description(
        ("identifier", "https://doi.org/10.5555/12345678"),
        ("title", "T"),
        ("creator", "C"),
        ("publisher", "P"),
        ("issued", "1923-05"),
        ("type", "Text"),
    )
    assert datacite.demands(whole) == ()
    assert datacite.convert(whole).losses == ()


def test_the_doi_is_the_identifier_and_the_rest_stand_beside_it() -> None:
    found = record(
        ("identifier", "Box 3"),
        ("identifier", "doi:10.5555/ab"),
        ("identifier", "urn:isbn:9780306406157"),
        ("identifier", "https://example.org/a"),
    )
    assert found["doi"] == "10.5555/ab"
    assert [(one["alternateIdentifierType"], one["alternateIdentifier"]) for one in found["alternateIdentifiers"]] == [
        ("Local", "Box 3"),
        ("ISBN", "urn:isbn:9780306406157"),
        ("URL", "https://example.org/a"),
    ]


def test_a_name_is_taken_apart_only_where_it_says_so() -> None:
    found = record(
        ("creator", "Curie, Marie https://orcid.org/0000-0002-1825-0097"),
        ("creator", "CERN (https://ror.org/01ggx4157)"),
        ("creator", "Abai Kunanbaiuly"),
        ("contributor", "Smith, John, 1900-1980"),
    )
    person, organization, plain = found["creators"]
    assert (person["name"], person["familyName"], person["givenName"], person["nameType"]) == (
        *("Curie, Marie", "Curie", "Marie"),
        "Personal",
    )
    assert person["nameIdentifiers"] == [
        {
            "nameIdentifier": "https://orcid.org/0000-0002-1825-0097",
            "nameIdentifierScheme": "ORCID",
            "schemeUri": "https://orcid.org",
        }
    ]
    assert (organization["name"], organization["nameType"]) == ("CERN", "Organizational")
    assert plain == {"name": "Abai Kunanbaiuly"}
    assert found["contributors"] == [{"contributorType": "Other", "name": "Smith, John, 1900-1980"}]


@pytest.mark.parametrize(
    ("text", "date", "information"),
    [
        ("1923-05-07", "1923-05-07", None),
        ("1923~", "1923", "1923~"),
        ("192X", "1920/1929", "192X"),
        ("1923/1925", "1923/1925", None),
        ("1923/..", "1923/", "1923/.."),
        ("1923-21", "1923", "1923-21"),
        ("name=Thaw; start=1953; end=1964", "1953/1964", "name=Thaw; start=1953; end=1964"),
    ],
)
def test_dates_are_plain_and_keep_what_was_written_beside_them(text: str, date: str, information: str | None) -> None:
    (found,) = record(("created", text))["dates"]
    assert (found["date"], found.get("dateInformation")) == (date, information)


def test_the_year_is_that_of_issue_before_any_other() -> None:
    assert record(("created", "1923"), ("issued", "1930-05"))["publicationYear"] == "1930"
    assert record(("created", "1923"))["publicationYear"] == "1923"


def test_a_year_that_is_not_stated_as_that_of_issue_is_told() -> None:
    def said(*values: tuple[str, str]) -> list[str]:
        return [one.message for one in datacite.demands(description(*values)) if one.field == "publicationYear"]

    assert said(("created", "192X")) == [
        "DataCite demands the year of publication; 1920, from created '192X', stands for it."
    ]
    assert said(("issued", "1923/1925")) != []
    assert said(("issued", "1923~"), ("created", "1920")) == []


def test_relations_have_their_types() -> None:
    found = record(("isPartOf", "https://example.org/a"), ("replaces", "doi:10.5555/ab"), ("isPartOf", "Fonds 3", "en"))
    assert found["relatedIdentifiers"] == [
        {"relatedIdentifier": "https://example.org/a", "relatedIdentifierType": "URL", "relationType": "IsPartOf"},
        {"relatedIdentifier": "10.5555/ab", "relatedIdentifierType": "DOI", "relationType": "Obsoletes"},
    ]
    assert found["relatedItems"] == [
        {"relationType": "IsPartOf", "relatedItemType": "Other", "titles": [{"title": "Fonds 3", "lang": "en"}]}
    ]


def test_licences_are_named_as_spdx_names_them() -> None:
    (found,) = record(("license", "https://creativecommons.org/licenses/by/4.0/"))["rightsList"]
    assert (found["rightsIdentifier"], found["rightsIdentifierScheme"]) == ("CC-BY-4.0", "SPDX")


def test_places_have_coordinates_where_they_say_so() -> None:
    found = record(("spatial", "Almaty"), ("spatial", "name=Perth, W.A.; east=115.85717; north=-31.95301"))
    assert found["geoLocations"] == [
        {"geoLocationPlace": "Almaty"},
        {
            "geoLocationPlace": "Perth, W.A.",
            "geoLocationPoint": {"pointLongitude": 115.85717, "pointLatitude": -31.95301},
        },
    ]


def test_types_keep_the_narrower_one() -> None:
    assert record(("type", "StillImage"))["types"] == {"resourceTypeGeneral": "Image", "resourceType": "StillImage"}
    assert record(("type", "Text"), ("type", "Letter"))["types"] == {
        "resourceTypeGeneral": "Text",
        "resourceType": "Letter",
    }


def test_what_datacite_holds_once_is_lost_the_second_time_and_said() -> None:
    twice = (("publisher", "A"), ("publisher", "B"), ("language", "en"), ("language", "ru"))
    assert losses(*twice) == [("publisher", "B"), ("language", "ru")]
    assert losses(("temporal", "Bronze Age"), ("audience", "Children")) == [
        ("temporal", "Bronze Age"),
        ("audience", "Children"),
    ]


def test_a_registered_record_is_read() -> None:
    data = b"""<resource xmlns="http://datacite.org/schema/kernel-4">
      <identifier identifierType="DOI">10.5555/AB</identifier>
      <creators><creator><creatorName nameType="Personal">Curie, Marie</creatorName>
        <nameIdentifier nameIdentifierScheme="ORCID">0000-0002-1825-0097</nameIdentifier>
        <affiliation>Sorbonne</affiliation></creator></creators>
      <titles><title xml:lang="fr">T</title><title titleType="Subtitle">S</title></titles>
      <publisher>P</publisher><publicationYear>1923</publicationYear>
      <resourceType resourceTypeGeneral="JournalArticle"/>
      <contributors><contributor contributorType="Editor"><contributorName>E</contributorName></contributor>
      </contributors>
      <dates><date dateType="Collected">1920/1921</date></dates>
      <relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsSupplementTo">10.5555/cd
      </relatedIdentifier></relatedIdentifiers>
      <fundingReferences><fundingReference><funderName>F</funderName></fundingReference></fundingReferences>
      <version>1.2</version></resource>"""
    reading = datacite.read(data)
    assert [(value.term, value.text, value.language) for value in reading.values] == [
        ("identifier", "https://doi.org/10.5555/AB", None),
        ("creator", "Curie, Marie (https://orcid.org/0000-0002-1825-0097)", None),
        ("title", "T", "fr"),
        ("alternative", "S", None),
        ("publisher", "P", None),
        ("type", "JournalArticle", None),
        ("contributor", "E", None),
        ("relation", "https://doi.org/10.5555/cd", None),
        ("issued", "1923", None),
    ]
    assert [(value.name, value.text) for value in reading.other] == [
        ("affiliation", "Sorbonne"),
        ("contributors.contributorType", "Editor: E"),
        ("dates.Collected", "1920/1921"),
        ("relatedIdentifiers.relationType", "IsSupplementTo: https://doi.org/10.5555/cd"),
        ("fundingReferences.fundingReference.funderName", "F"),
        ("version", "1.2"),
    ]


def test_an_answer_of_the_api_is_read() -> None:
    attributes = {"doi": "10.5555/ab", "titles": [{"title": "T"}], "publisher": "P", "state": "findable"}
    reading = datacite_json.read(json.dumps({"data": {"id": "x", "attributes": attributes}}).encode())
    assert [(value.term, value.text) for value in reading.values] == [
        ("identifier", "https://doi.org/10.5555/ab"),
        ("title", "T"),
        ("publisher", "P"),
    ]
    assert reading.other == ()


@pytest.mark.parametrize("data", [b"<resource/>", b'<a xmlns="http://datacite.org/schema/kernel-4"/>'])
def test_another_root_is_no_record(data: bytes) -> None:
    with pytest.raises(UnreadableRecordError, match="no record of DataCite"):
        datacite.read(data)
