import pytest
from lxml import etree

from archiver.crosswalks.contract import Reading, UnreadableRecordError
from archiver.crosswalks.mods import convert, crosswalk, read
from archiver.crosswalks.mods_fields import TABLE
from archiver.model import Description
from archiver.standards.dc_terms import TERMS
from tests.crosswalks.records import checked, description, statement

MODS = {"m": "http://www.loc.gov/mods/v3"}
# mods-3-8.xsd, modsGroup: in any order, any number.
TOP_LEVEL = {
    *("abstract", "accessCondition", "classification", "extension", "genre", "identifier", "language", "location"),
    *("name", "note", "originInfo", "part", "physicalDescription", "recordInfo", "relatedItem", "subject"),
    *("tableOfContents", "targetAudience", "titleInfo", "typeOfResource"),
}


def found(record: bytes, path: str) -> list[str]:
    texts = etree.fromstring(record).xpath(path, namespaces=MODS)
    assert isinstance(texts, list)
    return [str(text) for text in texts]


def stated(inner: str, attributes: str = "") -> Reading:
    return read(f'<mods xmlns="http://www.loc.gov/mods/v3" {attributes}>{inner}</mods>'.encode())


def values(inner: str) -> list[tuple[str, str]]:
    reading = stated(inner)
    assert reading.other == ()
    return [(value.term, value.text) for value in reading.values]


def others(inner: str) -> list[tuple[str, str]]:
    return [(value.name, value.text) for value in stated(inner).other]


def test_every_term_has_a_place_and_comes_back() -> None:
    samples = {"type": "Text", "language": "kk", "format": "text/plain"}
    whole = checked(*(statement(term.name, samples.get(term.name, "1923"), "ru") for term in TERMS))
    conversion = convert(whole)
    assert conversion.losses == ()
    assert {str(etree.QName(child).localname) for child in etree.fromstring(conversion.data)} <= TOP_LEVEL
    back = {(value.term, value.text, value.language) for value in read(conversion.data).values}
    assert back >= {(one.term, one.text, "ru") for one in whole.statements}
    assert set(TABLE) == {term.name for term in TERMS}


def test_a_name_is_taken_apart_only_where_it_says_so() -> None:
    record = crosswalk(
        description(("creator", "Curie, Marie https://orcid.org/0000-0002-1825-0097"), ("creator", "Abai Kunanbaiuly"))
    )
    assert found(record, "//m:namePart[@type='family']/text()") == ["Curie"]
    assert found(record, "//m:namePart[not(@type)]/text()") == ["Abai Kunanbaiuly"]
    assert found(record, "//m:nameIdentifier[@type='orcid']/text()") == ["https://orcid.org/0000-0002-1825-0097"]
    assert [value.text for value in read(record).values] == [
        "Curie, Marie (https://orcid.org/0000-0002-1825-0097)",
        "Abai Kunanbaiuly",
    ]


def test_dates_say_their_encoding() -> None:
    record = crosswalk(description(("issued", "1923-05"), ("created", "192X"), ("dateSubmitted", "1920")))
    assert found(record, "//m:dateIssued[@encoding='w3cdtf']/text()") == ["1923-05"]
    assert found(record, "//m:dateCreated[@encoding='edtf']/text()") == ["192X"]
    assert found(record, "//m:dateOther[@type='dateSubmitted']/text()") == ["1920"]


def test_versions_and_formats_keep_their_direction() -> None:
    terms = ("hasVersion", "isVersionOf", "hasFormat", "isFormatOf", "requires", "relation", "conformsTo")
    record = crosswalk(description(*((term, f"https://example.org/{term}") for term in terms)))
    assert {(value.term, value.text) for value in read(record).values} == {
        (term, f"https://example.org/{term}") for term in terms
    }


def test_an_empty_description_is_still_a_record() -> None:
    assert found(crosswalk(Description()), "/m:mods/m:note/text()") == ["The description states nothing."]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (
            (
                "<titleInfo><nonSort>The</nonSort><title>Sea</title><subTitle>a tale</subTitle>"
                "<partNumber>2</partNumber></titleInfo>"
            ),
            [("title", "The Sea: a tale. 2")],
        ),
        ('<titleInfo type="uniform"><title>U</title></titleInfo>', [("alternative", "U")]),
        (
            (
                '<name type="personal"><namePart type="given">Marie</namePart><namePart type="family">Curie</namePart>'
                '<namePart type="date">1867-1934</namePart>'
                '<role><roleTerm type="code" authority="marcrelator">aut</roleTerm></role></name>'
            ),
            [("creator", "Curie, Marie, 1867-1934")],
        ),
        ("<name><namePart>A</namePart></name>", [("contributor", "A")]),
        (
            (
                '<originInfo><dateIssued encoding="w3cdtf" point="start">1923</dateIssued>'
                '<dateIssued encoding="w3cdtf" point="end">1925</dateIssued></originInfo>'
            ),
            [("issued", "1923/1925")],
        ),
        ('<originInfo><dateIssued point="start">1923</dateIssued></originInfo>', [("issued", "1923/..")]),
        (
            (
                '<language><languageTerm type="code" authority="iso639-2b">ger</languageTerm>'
                '<languageTerm type="text">German</languageTerm></language>'
            ),
            [("language", "de")],
        ),
        (
            "<subject><topic>Fishing</topic><geographic>Norway</geographic></subject>",
            [("subject", "Fishing--Norway")],
        ),
        (
            (
                "<subject><hierarchicalGeographic><country>Canada</country><city>Vancouver</city>"
                "</hierarchicalGeographic></subject>"
            ),
            [("spatial", "Canada, Vancouver")],
        ),
        ("<typeOfResource>still image</typeOfResource>", [("type", "StillImage")]),
        ("<location><url>https://example.org/a</url></location>", [("identifier", "https://example.org/a")]),
        ('<relatedItem type="series"><titleInfo><title>S</title></titleInfo></relatedItem>', [("isPartOf", "S")]),
        ('<accessCondition type="use and reproduction">R</accessCondition>', [("rights", "R")]),
        (
            (
                '<accessCondition xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://example.org/l">'
                "L</accessCondition>"
            ),
            [("license", "https://example.org/l"), ("rights", "L")],
        ),
    ],
)
def test_records_of_libraries_are_read(inner: str, expected: list[tuple[str, str]]) -> None:
    assert values(inner) == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (
            "<originInfo><place><placeTerm>Paris</placeTerm></place></originInfo>",
            [("mods:originInfo/place", "Paris")],
        ),
        ("<location><shelfLocator>A 3</shelfLocator></location>", [("mods:location/shelfLocator", "A 3")]),
        ('<identifier type="isbn" invalid="yes">1</identifier>', [("mods:identifier[invalid]", "1")]),
        ('<note type="performers">P</note>', [("mods:note[performers]", "P")]),
        (
            "<name><namePart>A</namePart><role><roleTerm>illustrator</roleTerm></role></name>",
            [("mods:name/role", "illustrator: A")],
        ),
        ("<part><detail><number>4</number></detail></part>", [("mods:part", "4")]),
    ],
)
def test_what_has_no_term_is_kept_by_name(inner: str, expected: list[tuple[str, str]]) -> None:
    assert others(inner) == expected


@pytest.mark.parametrize(
    "data",
    [
        b'<mods xmlns="urn:x"/>',
        b'<modsCollection xmlns="http://www.loc.gov/mods/v3"/>',
        b'<modsCollection xmlns="http://www.loc.gov/mods/v3"><mods/><mods/></modsCollection>',
    ],
)
def test_what_is_not_one_record_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableRecordError):
        read(data)


def test_a_collection_of_one_is_read() -> None:
    inner = "<mods><titleInfo xml:lang='ru'><title>T</title></titleInfo></mods>"
    reading = read(f'<modsCollection xmlns="http://www.loc.gov/mods/v3">{inner}</modsCollection>'.encode())
    assert [(value.term, value.text, value.language) for value in reading.values] == [("title", "T", "ru")]
