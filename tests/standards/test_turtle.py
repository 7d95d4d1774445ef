"""Turtle that says what a package is."""

from __future__ import annotations

import pytest

from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.turtle import described_turtle

SOURCE = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")


def written(text: str, language: str | None = None) -> str:
    description = Description(statements=(Statement(term="title", text=text, language=language, source=SOURCE),))
    lines = described_turtle(description, title="unused", key="k").decode()
    start, end = "<> <http://purl.org/dc/terms/title> ", ' .\n<> <http://purl.org/dc/terms/identifier> "k" .\n'
    assert lines.startswith(start)
    assert lines.endswith(end)
    return lines.removeprefix(start).removesuffix(end)


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        pytest.param("Briefe", '"Briefe"', id="plain"),
        pytest.param('a "b" \\c', '"a \\"b\\" \\\\c"', id="quotes and backslashes"),
        pytest.param("a\r\n\tb", '"a\\r\\n\\tb"', id="lines"),
        pytest.param("Ä\u2028\U0001f4dc", '"Ä\u2028\U0001f4dc"', id="beyond ASCII"),
        pytest.param("\x7f", '"\\u007F"', id="control"),
        pytest.param('" . <> <a:b> "', '"\\" . <> <a:b> \\""', id="no way out of the literal"),
    ],
)
def test_literals(text: str, literal: str) -> None:
    assert written(text) == literal


@pytest.mark.parametrize(
    ("language", "tag"),
    [("de", "@de"), ("zh-Hant-TW", "@zh-Hant-TW"), ("de ", ""), ('de . <> <a:b> "', ""), (None, "")],
)
def test_languages(language: str | None, tag: str) -> None:
    assert written("Briefe", language) == f'"Briefe"{tag}'


def test_without_a_title_the_name_stands_in() -> None:
    assert described_turtle(Description(), title="box-1", key="k").decode().splitlines() == [
        '<> <http://purl.org/dc/terms/title> "box-1" .',
        '<> <http://purl.org/dc/terms/identifier> "k" .',
    ]
