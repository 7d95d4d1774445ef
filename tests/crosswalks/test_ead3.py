from __future__ import annotations

from lxml import etree

from archiver.crosswalks.ead3 import NAMESPACE, convert, demands
from archiver.model import Description
from archiver.standards.dc_terms import TERMS
from tests.crosswalks.records import LETTER, checked, description, statement

EAD = {"e": NAMESPACE}
# ead3.xsd 1.1.1: m.did and m.desc.base, both in any order.
IN_DID = {"abstract", "langmaterial", "origination", "physdesc", "unitdate", "unitid", "unittitle"}
SECTIONS = {
    *("accessrestrict", "accruals", "altformavail", "controlaccess", "custodhist", "did", "odd", "prefercite"),
    *("relatedmaterial", "scopecontent", "userestrict"),
}


def found(record: Description, path: str) -> list[str]:
    texts = etree.fromstring(convert(record).data).xpath(path, namespaces=EAD)
    assert isinstance(texts, list)
    return [str(text) for text in texts]


def names(record: Description, path: str) -> list[str]:
    return [str(etree.QName(one).localname) for one in etree.fromstring(convert(record).data).iterfind(path, EAD)]


def test_a_record_becomes_a_component() -> None:
    assert found(LETTER, "/e:c/e:did/e:unittitle[not(@localtype)]/text()") == ["A letter", "Письмо"]
    assert found(LETTER, "//e:unitdate[@datechar='creation'][@normal='1921']/text()") == ["1921~"]
    assert found(LETTER, "//e:origination/e:persname/e:part/text()") == ["Curie, Marie"]
    assert found(LETTER, "//e:origination/e:name/e:part/text()") == ["Abai Kunanbaiuly"]
    assert found(LETTER, "//e:controlaccess/e:subject[@encodinganalog='dcterms:subject']/e:part/text()") == [
        "Chemistry",
        "Letters, private",
    ]
    assert found(LETTER, "/e:c/e:custodhist/e:p/text()") == ["Bought 1990"]


def test_every_term_has_a_place_and_names_itself() -> None:
    whole = checked(*(statement(term.name, "1923") for term in TERMS))
    assert convert(whole).losses == ()
    assert set(found(whole, "//@encodinganalog")) == {f"dcterms:{term.name}" for term in TERMS}
    assert set(names(whole, "*")) <= SECTIONS
    assert set(names(whole, "e:did/*")) <= IN_DID


def test_each_value_stands_once() -> None:
    assert len(found(description(("abstract", "A")), "//text()[.='A']")) == 1


def test_the_language_of_a_value_is_written_as_ead_writes_it() -> None:
    assert found(description(("title", "T", "ru")), "//e:unittitle/@lang") == ["rus"]
    (loss,) = convert(description(("title", "T", "zh-Hant"))).losses
    assert (loss.part, loss.reason) == ("language", "it holds the language alone, as chi")


def test_what_every_description_has_is_asked_for() -> None:
    assert [demand.field for demand in demands(Description())] == ["unitid", "unittitle", "unitdate", "physdesc"]
    assert demands(LETTER) == ()
