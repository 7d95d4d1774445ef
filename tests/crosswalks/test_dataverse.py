from __future__ import annotations

import json
from typing import Any

from archiver.crosswalks.dataverse import convert, demands
from archiver.model import Description
from tests.crosswalks.records import LETTER


def version(record: Description) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(convert(record).data)["datasetVersion"]
    return found


def plain(value: Any) -> Any:  # noqa: ANN401 - as deep as it is
    """Return the values of fields without what the form says of each."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one["value"]) for name, one in value.items()}
    return value


def fields(record: Description, block: str = "citation") -> dict[str, Any]:
    return {one["typeName"]: plain(one["value"]) for one in version(record)["metadataBlocks"][block]["fields"]}


def test_a_record_becomes_the_blocks_of_a_data_set() -> None:
    found = fields(LETTER)
    assert (found["title"], found["alternativeTitle"]) == ("A letter", ["Письмо", "Letter 3"])
    assert found["author"] == [
        {"authorName": "Curie, Marie", "authorIdentifierScheme": "ORCID", "authorIdentifier": "0000-0002-1825-0097"},
        {"authorName": "Abai Kunanbaiuly"},
    ]
    assert (found["subject"], found["keyword"]) == (["Chemistry"], [{"keywordValue": "Letters, private"}])
    assert found["language"] == ["Russian", "English"]
    assert found["timePeriodCovered"] == [{"timePeriodCoveredStart": "1914", "timePeriodCoveredEnd": "1918"}]
    assert found["dsDescription"] == [{"dsDescriptionValue": "Two pages &amp; a &lt;map&gt;"}]
    assert found["publication"][0]["publicationURL"] == "https://doi.org/10.5555/cd"
    places = fields(LETTER, "geospatial")["geographicCoverage"]
    assert places[1] == {"otherGeographicCoverage": "Almaty"}
    assert version(LETTER)["termsOfUse"] == "https://creativecommons.org/licenses/by/4.0/\nAsk the family"


def test_each_field_says_what_it_is() -> None:
    for block in version(LETTER)["metadataBlocks"].values():
        for field in block["fields"]:
            assert set(field) == {"typeName", "multiple", "typeClass", "value"}
            assert isinstance(field["value"], list) is field["multiple"]


def test_what_dataverse_demands_is_told() -> None:
    assert [demand.field for demand in demands(LETTER)] == ["datasetContactEmail"]
    assert [demand.field for demand in demands(Description())] == [
        *("subject", "datasetContactEmail", "title", "author", "dsDescription"),
    ]
