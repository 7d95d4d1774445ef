"""Formats as PREMIS records state them."""

from __future__ import annotations

import pytest

from archiver.standards.premis.formats import read_stated_formats
from archiver.standards.xml import XmlSyntaxError

V3 = "http://www.loc.gov/premis/v3"
V2 = "info:lc/xmlns/premis-v2"


def record(*objects: str, namespace: str = V3) -> bytes:
    return f'<?xml version="1.0"?><premis xmlns="{namespace}">{"".join(objects)}</premis>'.encode()


def thing(name: str, described: str) -> str:
    identifier = f"<objectIdentifier><objectIdentifierValue>{name}</objectIdentifierValue></objectIdentifier>"
    return f"<object>{identifier}<objectCharacteristics><format>{described}</format></objectCharacteristics></object>"


PDFA = (
    "<formatDesignation><formatName>Acrobat PDF/A</formatName><formatVersion>2u</formatVersion></formatDesignation>"
    "<formatRegistry><formatRegistryName>PRONOM</formatRegistryName><formatRegistryKey>fmt/477</formatRegistryKey>"
    "</formatRegistry><formatNote>Media type: application/pdf; identified by a signature</formatNote>"
)


@pytest.mark.parametrize("namespace", [V3, V2])
@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_a_format_is_read_in_pieces(namespace: str, piece: int) -> None:
    data = record(thing("data/a.pdf", PDFA), namespace=namespace)
    (found,) = read_stated_formats(data[start : start + piece] for start in range(0, len(data), piece))
    assert found.names == ("data/a.pdf",)
    assert (found.name, found.puid, found.media_type) == ("Acrobat PDF/A 2u", "fmt/477", "application/pdf")


@pytest.mark.parametrize(
    ("described", "told"),
    [
        pytest.param(
            "<formatDesignation><formatName>unknown</formatName></formatDesignation>", ("", "", ""), id="none"
        ),
        pytest.param(
            "<formatDesignation><formatName>image/png</formatName></formatDesignation>",
            ("image/png", "", "image/png"),
            id="a media type for a name",
        ),
        pytest.param(
            "<formatRegistry><formatRegistryName>LOC</formatRegistryName><formatRegistryKey>fdd1</formatRegistryKey>"
            "</formatRegistry>",
            ("", "", ""),
            id="another registry",
        ),
    ],
)
def test_what_a_format_is_called(described: str, told: tuple[str, str, str]) -> None:
    (found,) = read_stated_formats([record(thing("a", described))])
    assert (found.name, found.puid, found.media_type) == told


def test_an_object_without_a_format_is_passed_over() -> None:
    assert list(read_stated_formats([record("<object><originalName>a</originalName></object>")])) == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(record(thing("a", PDFA))[:-3], id="cut off"),
        pytest.param(b"no XML", id="no XML"),
        pytest.param(b"", id="empty"),
        pytest.param(
            b'<!DOCTYPE premis [<!ENTITY e "x">]>' + record(thing("&e;", PDFA)).partition(b"?>")[2], id="a DTD"
        ),
    ],
)
def test_what_is_no_record_is_said(data: bytes) -> None:
    with pytest.raises(XmlSyntaxError):
        list(read_stated_formats([data]))


def test_what_was_read_is_let_go() -> None:
    """Elements that were read are dropped: the tree of a long record is never whole in memory."""
    seen = 0
    for found in read_stated_formats([b'<premis xmlns="%s">' % V3.encode(), *_many(20_000), b"</premis>"]):
        seen += 1
        assert found.puid == "fmt/477"
    assert seen == 20_000


def _many(count: int) -> list[bytes]:
    return [thing(f"data/{number}", PDFA).encode() for number in range(count)]
