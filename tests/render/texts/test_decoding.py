from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.render.contract import UnreadableTextError
from archiver.render.texts.decoding import decode


@pytest.mark.parametrize(
    ("content", "text", "charset"),
    [
        pytest.param("é ё".encode(), "é ё", "utf-8", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfa", "a", "utf-8", id="UTF-8 with mark"),
        pytest.param("\ufeffhé".encode("utf-16-le"), "hé", "utf-16-le", id="UTF-16 LE"),
        pytest.param("\ufeffhé".encode("utf-32-be"), "hé", "utf-32-be", id="UTF-32 BE"),
        pytest.param("a\r\nb\rc\u2028d\u2029e".encode(), "a\nb\nc\nd\ne", "utf-8", id="line ends"),
        pytest.param(b"", "", "utf-8", id="empty"),
        pytest.param("e\u0301".encode(), "é", "utf-8", id="NFC"),
    ],
)
def test_decoded(content: bytes, text: str, charset: str) -> None:
    decoded = decode(content, "a.txt")
    assert (decoded.text, decoded.charset, decoded.findings) == (text, charset, ())


def test_normalising_is_noted() -> None:
    assert any("NFC" in note for note in decode("e\u0301".encode(), "a.txt").notes)


def test_a_legacy_charset_is_guessed_and_said() -> None:
    russian = "Протокол заседания комиссии по вопросам архивного дела и хранения документов. " * 5
    decoded = decode(russian.encode("cp1251"), "a.txt")
    assert decoded.text == russian
    assert [finding.code for finding in decoded.findings] == ["charset-guessed"]


def test_a_declared_charset_wins_over_a_guess() -> None:
    assert decode("Жүз".encode("koi8-t", "ignore") + b"\xc1", "a", declared="koi8-r").charset == "koi8-r"


@pytest.mark.parametrize("declared", ["rot13", "zlib", "no-such", "undefined", "idna", "\x00"])
def test_a_silly_declaration_is_passed_over(declared: str) -> None:
    assert decode("ё".encode(), "a.html", declared=declared).text == "ё"


def test_removed_characters_are_counted_by_code_point() -> None:
    content = "a\x01b\x01\x9f\ufffe\U0001ffffc\ufeff" + "text " * 20
    decoded = decode(content.encode(), "a.txt")
    assert decoded.text.startswith("abctext")
    (finding,) = decoded.findings
    assert finding.code == "characters-removed"
    assert "6 characters" in finding.message
    assert "U+0001 (2)" in finding.message


@pytest.mark.parametrize("content", [b"ab\0cd", bytes(range(1, 32)) * 9, b"\x89PNG\r\n\x1a\n\0\0"])
def test_binaries_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableTextError) as refused:
        decode(content, "a.txt")
    assert refused.value.finding.code == "not-text"


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    try:
        text = decode(content, "a.txt").text
    except UnreadableTextError:
        return
    text.encode("utf-8")
    assert not set(text) & set("\0\r\x01\ufeff\ufffe\u2028")
