import json

from archiver.crosswalks.schema_org import convert, demands
from archiver.model import Description
from tests.crosswalks.records import LETTER, description


def test_a_record_becomes_a_work() -> None:
    found = json.loads(convert(LETTER).data)
    assert (found["@type"], found["@id"]) == ("DigitalDocument", "https://doi.org/10.5555/12345678")
    assert found["name"] == [{"@value": "A letter", "@language": "en"}, {"@value": "Письмо", "@language": "ru"}]
    assert found["creator"] == [
        {
            "@type": "Person",
            "@id": "https://orcid.org/0000-0002-1825-0097",
            "name": "Curie, Marie",
            "familyName": "Curie",
            "givenName": "Marie",
        },
        "Abai Kunanbaiuly",
    ]
    assert found["isPartOf"] == {"@type": "CreativeWork", "name": "Fonds 3"}
    assert found["citation"] == {"@type": "CreativeWork", "@id": "https://doi.org/10.5555/ab"}
    assert found["spatialCoverage"][0]["geo"] == {
        "@type": "GeoCoordinates",
        "latitude": -31.95301,
        "longitude": 115.85717,
    }


def test_what_is_lost_is_told() -> None:
    assert [(loss.statement.term, loss.part) for loss in convert(LETTER).losses] == [
        ("created", "detail"),
        ("isReferencedBy", "value"),
        ("provenance", "value"),
    ]


def test_a_box_is_written_as_schema_org_writes_it() -> None:
    box = "northlimit=5; southlimit=-5; westlimit=110; eastlimit=120; name=Somewhere"
    found = json.loads(convert(description(("spatial", box))).data)
    assert found["spatialCoverage"]["geo"]["box"] == "-5.0 110.0 5.0 120.0"


def test_name_and_description_are_asked_for() -> None:
    assert [demand.field for demand in demands(Description())] == ["name", "description"]
