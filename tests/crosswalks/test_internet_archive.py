import json

from archiver.crosswalks.internet_archive import convert, demands
from archiver.model import Description
from tests.crosswalks.records import LETTER, description


def test_a_record_becomes_the_metadata_of_an_item() -> None:
    found = json.loads(convert(LETTER).data)
    assert (found["mediatype"], found["date"], found["language"]) == ("texts", "1923-05-07", ["rus", "eng"])
    assert found["licenseurl"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["external-identifier"] == ["https://doi.org/10.5555/12345678", "Box 3"]
    assert found["description"] == "Two pages &amp; a &lt;map&gt;"
    assert (found["dcterms-created"], found["dcterms-is-part-of"]) == ("1921~", "Fonds 3")


def test_no_value_is_lost() -> None:
    assert {loss.part for loss in convert(LETTER).losses} == {"language", "detail"}


def test_marc_codes_are_the_bibliographic_ones() -> None:
    assert json.loads(convert(description(("language", "de"))).data)["language"] == "ger"


def test_the_name_of_the_item_is_left_to_whoever_uploads_it() -> None:
    assert [demand.field for demand in demands(LETTER)] == ["identifier"]
    assert [demand.field for demand in demands(Description())] == ["date", "identifier", "mediatype", "title"]
