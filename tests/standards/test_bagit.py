from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.bagit import BAGIT_TXT, parse_bagit_txt


def test_our_own_declaration() -> None:
    declaration = parse_bagit_txt(BAGIT_TXT)
    assert (declaration.version, declaration.number, declaration.encoding) == ("1.0", (1, 0), "utf-8")
    assert not declaration.findings


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        pytest.param(b"", ["bag-declaration-invalid"] * 2, id="empty"),
        pytest.param(b"\xef\xbb\xbf" + BAGIT_TXT, ["bag-declaration-invalid"], id="BOM"),
        pytest.param(BAGIT_TXT.replace(b": 1", b" : 1"), ["bag-declaration-invalid"], id="space before colon"),
        pytest.param(BAGIT_TXT.replace(b"1.0", b"1.0 "), ["bag-declaration-invalid"], id="space at the end"),
        pytest.param(BAGIT_TXT + b"X: y\n", ["bag-declaration-invalid"], id="third line"),
        pytest.param(BAGIT_TXT.replace(b"1.0", b".97"), ["bag-declaration-invalid"], id="version without major"),
        pytest.param(BAGIT_TXT.replace(b"1.0", b"1.1"), ["bag-version-unknown"], id="version of the future"),
        pytest.param(BAGIT_TXT.replace(b"UTF-8", b"zip"), ["bag-declaration-invalid"], id="codec that is no encoding"),
        pytest.param(BAGIT_TXT.replace(b"UTF-8", b"rot13"), ["bag-declaration-invalid"], id="text transform"),
        pytest.param(BAGIT_TXT.replace(b"UTF-8", b"../x"), ["bag-declaration-invalid"], id="path for an encoding"),
        pytest.param(BAGIT_TXT[:-1], ["bag-declaration-inexact"], id="no last line ending"),
        pytest.param(BAGIT_TXT.replace(b"\n", b"\r\n"), [], id="CRLF"),
        pytest.param(BAGIT_TXT.replace(b"1.0", b"0.97")[:-1], [], id="0.97 without last line ending"),
        pytest.param(b"bagit-version :0.96\n\n" + BAGIT_TXT[19:], ["bag-declaration-inexact"], id="0.96 loosely"),
        pytest.param(BAGIT_TXT.replace(b"1.0", b"0.92"), ["bag-version-unknown"], id="version before the first"),
    ],
)
def test_declaration_findings(data: bytes, codes: list[str]) -> None:
    assert [finding.code for finding in parse_bagit_txt(data).findings] == codes


@pytest.mark.parametrize(
    ("name", "encoding"),
    [(b"ISO-8859-1", "iso8859-1"), (b"UTF-16", "utf-16"), (b"utf8", "utf-8"), (b"windows-1251", "cp1251")],
)
def test_encodings(name: bytes, encoding: str) -> None:
    assert parse_bagit_txt(BAGIT_TXT.replace(b"UTF-8", name)).encoding == encoding


@given(st.binary())
def test_any_bytes_parse(data: bytes) -> None:
    parse_bagit_txt(data)
    parse_bagit_txt(BAGIT_TXT[:44] + data)
