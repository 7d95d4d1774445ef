"""HTML documents read for what they say about themselves: title, language, meta elements, first heading, text.

The first mebibyte only; nothing in it is run, fetched or believed to be well-formed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

_READ = 1024 * 1024
_SNIFFED = 1024  # WHATWG HTML section 13.2.3.2: a meta charset stands within the first 1024 bytes
_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s{0,10}=\s{0,10}[\"']?\s{0,10}([A-Za-z0-9_:.-]{2,30})", re.IGNORECASE)
# The encodings of the WHATWG standard that Python has; a stranger may name any codec, some slow without bound.
_KNOWN = re.compile(
    r"utf-?8|iso-?8859-?(?:[2-8]|1[03456])|windows-(?:874|125[0-8])|cp125[0-8]|koi8-?[ru]|ibm866|macintosh|"
    r"gb2312|gbk|gb18030|big5|euc-(?:jp|kr)|shift[_-]jis|iso-2022-jp"
)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UNREAD = frozenset({"script", "style", "noscript", "template", "head"})
_MOST_METAS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """One ``meta`` element that states something."""

    name: str
    """Of its ``name`` or ``property`` attribute, as written."""

    content: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlFacts:
    """What an HTML document says about itself; texts with their white space folded."""

    title: str = ""
    language: str = ""
    metas: tuple[Meta, ...] = ()
    heading: str = ""
    """The first ``h1``."""

    text: str = ""
    """Its visible text, for language detection."""


def read_html(content: bytes) -> HtmlFacts:
    """Read an HTML document, however broken; what cannot be found is empty."""
    text = _decoded(content[:_READ])
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, recover=True, remove_comments=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace") or b" ", parser)
    except (etree.LxmlError, ValueError):
        return HtmlFacts()
    if root is None:
        return HtmlFacts()
    title = next((e for e in root.iter("title") if not any(a.tag == "svg" for a in e.iterancestors())), None)
    heading = next((e for e in root.iter("h1") if _text(e)), None)
    return HtmlFacts(
        title=_text(title),
        language=(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip(),
        metas=tuple(_metas(root)),
        heading=_text(heading),
        text=_visible(root),
    )


def _metas(root: etree._Element) -> list[Meta]:
    metas = []
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip()
        content = " ".join((element.get("content") or "").split())
        if name and content:
            metas.append(Meta(name=name, content=content, language=element.get("lang")))
        if len(metas) == _MOST_METAS:
            break
    return metas


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def _visible(root: etree._Element) -> str:
    pieces: list[str] = []
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in _UNREAD and element.text:
            pieces.append(element.text)
        if element.tail:
            pieces.append(element.tail)
    return " ".join(" ".join(pieces).split())


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    declared = _CHARSET.search(content[:_SNIFFED])
    name = declared[1].decode("ascii").lower() if declared else ""
    if _KNOWN.fullmatch(name) and not name.startswith("utf"):
        return content.decode(name, errors="replace")
    try:
        # The cut after the first mebibyte may fall into a character.
        return content.decode("utf-8", errors="strict" if len(content) < _READ else "replace")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
