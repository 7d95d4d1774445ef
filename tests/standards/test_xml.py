from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archiver.standards.xml import XmlSyntaxError, parse_xml, xml_bytes, xml_text

if TYPE_CHECKING:
    from pathlib import Path

BOMB = b"""<!DOCTYPE a [<!ENTITY x0 "ha">%s]><a>&x20;</a>""" % b"".join(
    b'<!ENTITY x%d "&x%d;&x%d;">' % (n, n - 1, n - 1) for n in range(1, 21)
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plain\ttext\r\n", "plain\ttext\r\n"),
        ("a\x00b\x08c\x1bd", "a\ufffdb\ufffdc\ufffdd"),
        ("\ud800\udce9", "\ufffd\ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
        ("😀\U0010ffff\ud7ff\ue000", "😀\U0010ffff\ud7ff\ue000"),
    ],
)
def test_characters_that_xml_forbids_are_replaced(text: str, kept: str) -> None:
    assert xml_text(text) == kept


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"])))
def test_any_text_can_be_written_and_read_back(text: str) -> None:
    root = etree.Element("a")
    root.text = xml_text(text)
    read = parse_xml(xml_bytes(root)).text or ""
    # XML 1.0 section 2.11: a carriage return is written as a reference and comes back as it was.
    assert read == xml_text(text)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<a>", id="not closed"),
        pytest.param(b"<a/><b/>", id="two roots"),
        pytest.param(b"<a>&unknown;</a>", id="unknown entity"),
        pytest.param(b"<a>\xff</a>", id="not UTF-8"),
        pytest.param(b"<a>\x00</a>", id="NUL"),
        pytest.param(BOMB, id="entity bomb"),
        pytest.param(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', id="external DTD"),
        pytest.param(b"<!DOCTYPE a><a/>", id="bare DTD"),
        pytest.param(b"<a>" * 100_000, id="deep"),
        pytest.param(b'<?xml version="1.0" encoding="nonsense"?><a/>', id="unknown encoding"),
    ],
)
def test_what_is_not_well_formed_or_uses_a_dtd_is_refused(data: bytes) -> None:
    with pytest.raises(XmlSyntaxError) as caught:
        parse_xml(data)
    assert str(caught.value)


def test_no_file_and_no_host_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("UNHEARDOFWORD", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        host = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for place in (secret.as_uri(), f"{host}/a.dtd"):
            for data in (
                f'<!DOCTYPE a [<!ENTITY x SYSTEM "{place}">]><a>&x;</a>',
                f'<!DOCTYPE a SYSTEM "{place}"><a/>',
                f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{place}"> %x;]><a/>',
            ):
                with pytest.raises(XmlSyntaxError) as caught:
                    parse_xml(data.encode())
                assert "UNHEARDOFWORD" not in str(caught.value)
        root = parse_xml(f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret}"/></a>'.encode())
        assert "UNHEARDOFWORD" not in etree.tostring(root).decode()
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_the_same_tree_gives_the_same_bytes() -> None:
    def tree() -> etree._Element:
        root = etree.Element("{urn:x}a", nsmap={"x": "urn:x"})
        etree.SubElement(root, "b", {"k": "v"}).text = "Ж"
        return root

    assert xml_bytes(tree()) == xml_bytes(tree())
    assert xml_bytes(tree()).startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<x:a xmlns")
    assert xml_bytes(tree()).endswith(b">\n")
    assert "Ж".encode() in xml_bytes(tree())
