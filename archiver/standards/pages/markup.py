"""HTML pieces for the preview page, each escaping what it is given: strangers wrote nearly all of it.

Markup is :class:`Html`, text is ``str``, and only these functions turn the one into the other.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NewType

from archiver.standards.crate_paths import path_uri
from archiver.standards.names import printable
from archiver.standards.pages.words import moment_words, origin, outcome_words
from archiver.standards.rights import rights_name
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import datetime

    from archiver.model import Statement

Html = NewType("Html", str)
"""Text that is markup already."""

# BCP 47, RFC 5646 section 2.1, as far as an attribute needs it; anything else gets no lang.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,8}")
_URL = re.compile(r"https?://[A-Za-z0-9\[][^\s<>\"{}|\\^`]*", re.ASCII)
_BETWEEN_WORDS = re.compile(r"([\s()<>]+)")
_RIGHTS = frozenset({"accessRights", "license", "rights"})
# Marks that ordinary Arabic and Hebrew text carries; an isolated element keeps their effect inside.
_MARKS = re.compile("([\u200e\u200f\u061c])")


def text(value: str) -> Html:
    """Return a value as text: line feeds and direction marks stay, hidden characters show as escapes."""
    lines = xml_text(value).replace("\r\n", "\n").split("\n")
    return Html("\n".join(_line(line) for line in lines))


def _line(line: str) -> str:
    pieces = _MARKS.split(line.replace("\t", " "))
    return "".join(piece if _MARKS.fullmatch(piece) else escape(printable(piece)) for piece in pieces)


def name(value: str) -> Html:
    """Return a file's name or path, isolated, every hidden character shown."""
    return Html(f"<bdi>{escape(xml_text(printable(value)))}</bdi>")


def isolated(value: str) -> Html:
    """Return a value isolated from the direction of the text around it."""
    return Html(f"<bdi>{text(value)}</bdi>")


def tag(element: str, *parts: Html, **attributes: str) -> Html:
    """Return an element; attributes are escaped, ``_`` in their names stands for ``-``, ``klass`` for ``class``."""
    written = "".join(
        f' {"class" if key == "klass" else key.replace("_", "-")}="{escape(xml_text(value))}"'
        for key, value in attributes.items()
    )
    return Html(f"<{element}{written}>{''.join(parts)}</{element}>")


def join(parts: Iterable[Html], separator: str = "\n") -> Html:
    """Return pieces of markup in a row."""
    return Html(separator.join(parts))


def file_link(path: str, *label: Html, **attributes: str) -> Html:
    """Return a link to a packaged file, relative to the page."""
    return tag("a", *label, href=path_uri(path), **attributes)


def web_link(url: str, label: Html) -> Html:
    """Return a link out of the package when ``url`` is an HTTP address, else the label alone."""
    return tag("a", label, href=url, rel="noreferrer external") if _URL.fullmatch(url) else label


def statement_values(statements: Sequence[Statement]) -> Html:
    """Return the values of one term with their languages, directions and, discreetly, their sources.

    A source that several values in a row share is said once, after the last of them.
    """
    origins = [origin(statement.source) for statement in statements]
    following = [*origins[1:], None]
    return join(
        _value(statement, here if here != after else None)
        for statement, here, after in zip(statements, origins, following, strict=True)
    )


def linked(value: str) -> Html:
    """Return a value whose web addresses are links, wherever they stand in it."""
    if _URL.fullmatch(value):
        return web_link(value, text(value))
    return join((_linked_word(word) for word in _BETWEEN_WORDS.split(value)), "")


def _linked_word(word: str) -> Html:
    address = word.rstrip(".,;:!?")
    return join([web_link(address, text(address)), text(word[len(address) :])], "")


def _value(statement: Statement, source: str | None) -> Html:
    shown = linked(statement.text)
    known = rights_name(statement.text) if statement.term in _RIGHTS else None
    if known and known != statement.text:
        shown = join([web_link(statement.text, text(known)), Html(" "), tag("small", text(statement.text))], "")
    parts = [tag("span", shown, klass="value", **language_attributes(statement.language))]
    if statement.language:
        parts.append(tag("span", text(statement.language), klass="tag"))
    if source:
        parts.append(tag("span", isolated(source), klass="origin"))
    return tag("p", *parts)


def language_attributes(language: str | None) -> dict[str, str]:
    """Return ``lang`` where the tag can be one, and a direction found from the text."""
    return {"lang": language, "dir": "auto"} if language and _LANGUAGE.fullmatch(language) else {"dir": "auto"}


def moment(when: datetime) -> Html:
    """Return a moment in words that machines can read too."""
    return tag("time", text(moment_words(when)), datetime=when.isoformat().replace("+00:00", "Z"))


def outcome(value: str) -> Html:
    """Return an outcome as a word with a sign; the sign and the colour only repeat the word."""
    style, sign, word = outcome_words(value)
    return tag("span", tag("span", Html(sign), aria_hidden="true"), Html(" "), text(word), klass=f"outcome {style}")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Html]], numbers: Container[str] = ()) -> Html:
    """Return a table whose rows become blocks on a narrow screen; roles keep it a table there.

    Args:
        caption: what the table is of.
        heads: of its columns.
        rows: as many cells as there are heads.
        numbers: heads of columns that hold numbers.
    """
    cells = (tag("th", text(title), scope="col", role="columnheader", **_alignment(title, numbers)) for title in heads)
    return tag(
        "table",
        tag("caption", text(caption)),
        tag("thead", tag("tr", join(cells, ""), role="row"), role="rowgroup"),
        Html("\n"),
        tag("tbody", join(_row(heads, row, numbers) for row in rows), role="rowgroup"),
        role="table",
    )


def _row(heads: Sequence[str], cells: Sequence[Html], numbers: Container[str]) -> Html:
    first = tag("th", cells[0], scope="row", role="rowheader")
    others = (
        tag("td", cell, role="cell", data_label=title, **_alignment(title, numbers))
        for title, cell in zip(heads[1:], cells[1:], strict=True)
    )
    return tag("tr", first, *others, role="row")


def _alignment(title: str, numbers: Container[str]) -> dict[str, str]:
    return {"klass": "number"} if title in numbers else {}


def definitions(style: str, pairs: Iterable[tuple[str, Html]]) -> Html:
    """Return a list of labels and values."""
    return tag("dl", join(tag("div", tag("dt", text(k)), tag("dd", v)) for k, v in pairs), klass=style)


def disclosure(summary: Html, content: Html) -> Html:
    """Return content that opens on demand, and prints."""
    return tag("details", tag("summary", summary), content)
