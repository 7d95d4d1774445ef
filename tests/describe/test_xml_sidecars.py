from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from archiver.describe import merge, read_metadata
from archiver.describe.sidecars import Sidecar, parse_sidecar
from archiver.model import SourceKind, Statement, ValueSource
from archiver.standards.dublin_core import dcterms_xml

if TYPE_CHECKING:
    from pathlib import Path

OAI_DC = """<?xml version="1.0" encoding="UTF-8"?>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
           xmlns:dc="http://purl.org/dc/elements/1.1/">
  <dc:title xml:lang="ru">Письмо</dc:title>
  <!-- <dc:title>no</dc:title> -->
  <dc:date>2022-01-05</dc:date>
  <dc:title xml:lang="en">A letter &amp; a list</dc:title>
</oai_dc:dc>
"""
QUALIFIED = """<record xmlns="http://example.org/ours" xmlns:dcterms="http://purl.org/dc/terms/"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xml:lang="kk">
  <dcterms:title>Хат</dcterms:title>
  <dcterms:issued xsi:type="dcterms:W3CDTF" xml:lang="">2022-01</dcterms:issued>
  <shelf>B 12</shelf>
  <shelf>B 13</shelf>
</record>
"""
DSPACE = """<dublin_core schema="dc">
  <dcvalue element="title" qualifier="none" language="en_US">A letter</dcvalue>
  <dcvalue element="contributor" qualifier="author">Ibraeva, Dana</dcvalue>
  <dcvalue element="description" qualifier="sponsorship">A foundation</dcvalue>
</dublin_core>
"""
MODS = """<mods xmlns="http://www.loc.gov/mods/v3" version="3.8">
  <titleInfo lang="en"><nonSort>A</nonSort><title>letter</title></titleInfo>
  <name type="personal"><namePart>Ibraeva, Dana</namePart><role><roleTerm type="code">cre</roleTerm></role></name>
  <originInfo><dateIssued>2022-01-05</dateIssued><place><placeTerm>Almaty</placeTerm></place></originInfo>
  <subject><topic>Protests</topic></subject>
</mods>
"""


def parse(text: str | bytes, file: str = "a.xml") -> Sidecar:
    return parse_sidecar(text.encode() if isinstance(text, str) else text, file, SourceKind.SIDECAR)


def values(sidecar: Sidecar) -> list[tuple[str, str, str | None]]:
    return [(one.term, one.text, one.language) for one in sidecar.statements]


def test_oai_dc() -> None:
    sidecar = parse(OAI_DC)
    assert values(sidecar) == [
        ("title", "Письмо", "ru"),
        ("date", "2022-01-05", None),
        ("title", "A letter & a list", "en"),
    ]
    assert sidecar.statements[2].source == ValueSource(kind=SourceKind.SIDECAR, place="a.xml, line 7")
    assert (sidecar.kept, sidecar.findings) == ((), ())


def test_terms_below_any_root_and_what_is_none_is_kept_and_said() -> None:
    sidecar = parse(QUALIFIED)
    assert values(sidecar) == [("title", "Хат", "kk"), ("issued", "2022-01", None)]
    assert [(kept.name, kept.text, kept.source.place) for kept in sidecar.kept] == [
        ("{http://example.org/ours}shelf", "B 12", "a.xml, line 5"),
        ("{http://example.org/ours}shelf", "B 13", "a.xml, line 6"),
    ]
    (finding,) = sidecar.findings
    assert (finding.code, finding.severity.value) == ("description-unknown-key", "warning")
    assert finding.message.startswith(
        "a.xml, line 5: '{http://example.org/ours}shelf' stands for no DCMI term, 2 times,"
    )


def test_dspace() -> None:
    sidecar = parse(DSPACE)
    assert values(sidecar) == [("title", "A letter", "en-US"), ("creator", "Ibraeva, Dana", None)]
    assert [(kept.name, kept.text) for kept in sidecar.kept] == [("dc.description.sponsorship", "A foundation")]
    assert [finding.message.partition(" stands")[0] for finding in sidecar.findings] == [
        "a.xml, line 4: 'dc.description.sponsorship'"
    ]


@pytest.mark.parametrize("wrap", ["{}", '<modsCollection xmlns="http://www.loc.gov/mods/v3">{}</modsCollection>'])
def test_mods(wrap: str) -> None:
    sidecar = parse(wrap.format(MODS))
    assert set(values(sidecar)) == {
        ("title", "A letter", "en"),
        ("creator", "Ibraeva, Dana", None),
        ("issued", "2022-01-05", None),
        ("subject", "Protests", None),
    }
    assert [(kept.name, kept.text) for kept in sidecar.kept] == [("mods:originInfo/place", "Almaty")]


def test_our_own_records_are_read_again() -> None:
    source = ValueSource(kind=SourceKind.SHEET, place="s.csv, row 2, column title")
    stated = (
        Statement(term="title", text="Письмо", language="ru", source=source),
        Statement(term="issued", text="2022-01", scheme="W3CDTF", source=source),
        Statement(term="spatial", text="Almaty <here>", source=source),
    )
    written = dcterms_xml(merge([stated]))
    assert sorted(values(parse(written))) == sorted((one.term, one.text, one.language) for one in stated)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-5", "windows-1251"], ids=lambda encoding: encoding
)
def test_the_declaration_tells_the_encoding(encoding: str) -> None:
    declared = OAI_DC.replace("UTF-8", encoding.removesuffix("-sig"))
    assert values(parse(declared.encode(encoding)))[0] == ("title", "Письмо", "ru")


@pytest.mark.parametrize("text", ["", "\n", '<metadata xmlns:dcterms="http://purl.org/dc/terms/"/>'])
def test_an_empty_record_states_nothing(text: str) -> None:
    assert parse(text) == Sidecar()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        pytest.param("<a>\n <b>\n</a>", "a.xml, line 3, column", "trusted: Opening and ending tag", id="not closed"),
        pytest.param("title: A\n", "a.xml, line 1", "trusted: Start tag expected", id="YAML"),
        pytest.param(b"\x00\x01\x02", "a.xml, line 1", "is not XML", id="bytes"),
        pytest.param(OAI_DC.replace("UTF-8", "nonsense"), "a.xml, line 1", "is not XML", id="an unknown encoding"),
        pytest.param(OAI_DC.encode("cp1251"), "a.xml, line 4", "is not XML", id="another encoding than it says"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><metadata>&b;</metadata>',
            "a.xml",
            "a document type declaration (DTD) is not accepted",
            id="an external entity",
        ),
        pytest.param("<a>" * 5000, "a.xml, line 1", "is not XML", id="deep"),
        pytest.param("<metadata>" + "<b/>" * 20_001 + "</metadata>", "a.xml", "holds more than 20000", id="wide"),
        pytest.param(
            f'<modsCollection xmlns="http://www.loc.gov/mods/v3">{MODS}{MODS}</modsCollection>',
            "a.xml",
            "holds 2 MODS records",
            id="two records",
        ),
        pytest.param("<metadata><b>x</b></metadata>", "a.xml", "is no Dublin Core record", id="not one term"),
        pytest.param(b"<a>" + b" " * (1 << 20) + b"</a>", "a.xml", "is larger than 1 MiB", id="large"),
    ],
)
def test_what_cannot_be_trusted_is_refused_as_a_whole(text: str | bytes, place: str, words: str) -> None:
    sidecar = parse(text)
    (finding,) = sidecar.findings
    assert (sidecar.statements, sidecar.kept) == ((), ())
    assert (finding.severity.value, finding.code, finding.file) == ("error", "sidecar-unreadable", "a.xml")
    assert finding.message.startswith(place)
    assert words in finding.message


def test_an_unknown_form_is_named() -> None:
    (finding,) = parse('\n<METS:mets xmlns:METS="http://www.loc.gov/METS/"/>').findings
    assert finding.code == "sidecar-xml-unknown"
    assert finding.message.startswith(
        "a.xml, line 2: the sidecar is XML with the root '{http://www.loc.gov/METS/}mets'"
    )


def bomb(*, in_attribute: bool) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    place = '<metadata b="&a11;"/>' if in_attribute else "<metadata>&a11;</metadata>"
    return f'<!DOCTYPE a [<!ENTITY a0 "bang">{entities}]>{place}'.encode()


@pytest.mark.parametrize("in_attribute", [False, True])
def test_an_entity_bomb_does_not_go_off(*, in_attribute: bool) -> None:
    tracemalloc.start()
    began = time.monotonic()
    (finding,) = parse(bomb(in_attribute=in_attribute)).findings
    assert finding.code == "sidecar-unreadable"
    assert time.monotonic() - began < 5
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_xml_files_describe_folders_and_the_collection_too(tmp_path: Path) -> None:
    def record(**stated: str) -> str:
        inner = "".join(f"<dcterms:{term}>{text}</dcterms:{term}>" for term, text in stated.items())
        return f'<metadata xmlns:dcterms="http://purl.org/dc/terms/">{inner}</metadata>'

    files = {
        "_collection.xml": record(publisher="The archive", title="Everything"),
        "box/_folder.xml": record(title="A box", spatial="Almaty"),
        "box/a.xml": record(title="A letter"),
        "box/b.txt.xml": record(title="Another"),
        "premis.xml": "<premis/>",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    metadata = read_metadata(tmp_path, ["box", "box/a.txt", "box/b.txt"])
    told = {
        path: [(one.text, one.source.kind.value) for one in metadata.supplied(path).statements]
        for path in ("box", "box/a.txt", "box/b.txt")
    }
    shared = [("Almaty", "folder"), ("The archive", "collection")]
    assert told == {
        "box": [("A box", "folder"), *shared],
        "box/a.txt": [("A letter", "sidecar"), *shared],
        "box/b.txt": [("Another", "sidecar"), *shared],
    }
    assert metadata.reserved == ("premis.xml",)
    assert (metadata.findings, metadata.unmatched(["box", "box/a.txt", "box/b.txt"])) == ((), ())


def test_two_forms_of_one_sidecar_are_ambiguous(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(OAI_DC, encoding="utf-8")
    (tmp_path / "a.yaml").write_text("title: A\n", encoding="utf-8")
    (finding,) = read_metadata(tmp_path, ["a.txt"]).supplied("a.txt").findings
    assert finding.code == "sidecar-ambiguous"
