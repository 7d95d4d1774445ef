import time

import pytest

from archiver.describe import embedded

PAGE = """<!DOCTYPE html><html lang="ru"><head><meta charset="{charset}"><title> Хроника
 событий </title><meta name="author" content="А. Б."><meta name="keywords" content="a, b; c">
<meta name="description" content="D"><meta name="DC.date.issued" content="2022-01-21">
<meta property="dcterms:spatial" content="Kazakhstan" lang="en"><meta name="viewport" content="width=1">
<meta name="title" content="no"></head><body><svg><title>icon</title></svg></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "iso-8859-5"])
def test_properties(charset: str) -> None:
    found = embedded(PAGE.format(charset=charset).encode(charset), "text/html; charset=x")
    assert [(s.term, s.text, s.language, s.source.place) for s in found] == [
        ("title", "Хроника событий", None, "html title"),
        ("language", "ru", None, "html lang"),
        ("creator", "А. Б.", None, "html meta author"),
        ("subject", "a, b; c", None, "html meta keywords"),
        ("description", "D", None, "html meta description"),
        ("issued", "2022-01-21", None, "html meta DC.date.issued"),
        ("spatial", "Kazakhstan", "en", "html meta dcterms:spatial"),
    ]


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        (b"", []),
        (b"\x00\xff\xfe", []),
        (b"<title>A", ["A"]),
        (b"<title></title>", []),
        (b"<svg><title>icon</title></svg>", []),
        (b"<title>&amp;&lt;b&gt;</title>", ["&<b>"]),
        (b"<title>caf\xe9</title>", ["caf\u00e9"]),
        (b"<meta charset=punycode><title>a-b</title>", ["a-b"]),
        (b"<meta charset=idna><title>a</title>", ["a"]),
        ("\ufeff<title>Ж</title>".encode("utf-16"), ["Ж"]),
        (b'<?xml version="1.0" encoding="utf-16"?><html xmlns="http://www.w3.org/1999/xhtml"><title>A</title>', ["A"]),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><title>&x;</title>', ["&x;"]),
    ],
)
def test_malformed_pages(content: bytes, titles: list[str]) -> None:
    assert [s.text for s in embedded(content, "text/html") if s.term == "title"] == titles


def test_only_the_first_mebibyte_is_read() -> None:
    assert embedded(b" " * 1024 * 1024 + b"<title>A</title>", "text/html") == ()


@pytest.mark.parametrize(
    "content", [b"<div>" * 300_000, b"<" * 1_000_000, b"<meta " * 200_000, b"&" * 1_000_000, b"<!--" * 300_000]
)
def test_hostile_pages_take_little_time(content: bytes) -> None:
    begun = time.monotonic()
    embedded(content, "text/html")
    assert time.monotonic() - begun < 20


def test_other_formats_have_none() -> None:
    assert embedded(b"<title>A</title>", "text/plain") == ()
    assert embedded(None, "text/html") == ()
