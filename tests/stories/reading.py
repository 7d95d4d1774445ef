"""What a reader of a rendition must find: the visible characters of the source, taken without the product's code."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOOTER = re.compile(r"urn:uuid:[0-9a-f-]{36}|page \d+ of \d+")
_LINK_TARGET = re.compile(r"\]\([^)]*\)")
_VARIATION_SELECTOR = "\ufe0f"
_TABLE_HEAD = re.compile(r"^(\|.*)\n\|[ :|-]+\|[ ]*$", re.MULTILINE)


def visible(text: str) -> str:
    """Return NFC without white space, format characters and variation selectors.

    Hyphen-minus is left out too: pdftotext drops one at the end of a line, taking the word for hyphenated.
    """
    return "".join(
        one
        for one in unicodedata.normalize("NFC", text)
        if not one.isspace() and unicodedata.category(one) not in {"Cf", "Cc"} and one not in {_VARIATION_SELECTOR, "-"}
    )


def without_footers(text: str) -> str:
    """Take the lines of the page footer out of what pdftotext gave: identifier and page number are the product's."""
    lines = text.replace("\f", "\n").splitlines()
    return "\n".join(line for line in lines if not _FOOTER.fullmatch(line.strip()))


def differences(original: Path, pdf_text: str) -> str:
    """Compare a rendition's text, as pdftotext gives it, with its source; empty when the same.

    Plain text is compared as a sequence; HTML as a multiset of all visible characters, list markers included, because
    each reader orders right-to-left runs and cells in its own way; Markdown as a multiset of letters and digits,
    because its signs are markup; a CSV table as a multiset of its cells' characters. The head of a table that goes on
    to another page is repeated there.
    """
    source = original.read_text(encoding="utf-8-sig")
    found = visible(without_footers(pdf_text))
    if original.suffix == ".txt":
        return "" if found == visible(source) else _counted(visible(source), found) or "the order differs"
    pages = pdf_text.count("\f")
    if original.suffix == ".html":
        page = _parsed(source)
        heads = [visible(str(head.text_content())) for head in page.iter("thead")]
        return _counted(visible(_page_text(page)), found, heads, pages)
    if original.suffix == ".csv":
        rows = ["".join(row) for row in csv.reader(source.splitlines())]
        return _counted(visible("".join(rows)), found, [visible(rows[0])], pages)
    assert original.suffix == ".md", f"no reader for {original}"
    heads = [_alphanumeric(head) for head in _TABLE_HEAD.findall(source)]
    return _counted(_alphanumeric(_LINK_TARGET.sub("]", source)), _alphanumeric(found), heads, pages)


def _alphanumeric(text: str) -> str:
    return "".join(one for one in visible(text) if one.isalnum())


def _parsed(source: str) -> html.HtmlElement:
    body = html.document_fromstring(source.encode(), parser=html.HTMLParser(encoding="utf-8")).find("body")
    assert body is not None
    for hidden in list(body.iter("script", "style", "template")):
        assert isinstance(hidden, html.HtmlElement)
        hidden.drop_tree()
    return body


def _page_text(body: html.HtmlElement) -> str:
    markers = [f"{place}." for numbered in body.iter("ol") for place in range(1, len(numbered.findall("li")) + 1)]
    markers += ["•" for listed in body.iter("ul") for _ in listed.findall("li")]
    return str(body.text_content()) + "".join(markers)


def _counted(expected: str, found: str, heads: Iterable[str] = (), pages: int = 1) -> str:
    """Word what is missing and what is too much; the head of a table may stand again on each page after its first."""
    missing, extra = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    for head in map(Counter, heads):
        for _ in range(pages - 1):
            if head <= extra:
                extra -= head
    return f"missing {dict(missing)}, extra {dict(extra)}" if missing or extra else ""
