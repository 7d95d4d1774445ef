"""HTML, made harmless: structure and words are kept, everything that acts or points elsewhere is taken out and counted.

Never loads anything, never applies the author's styles (they can hide or overlay words), never keeps an image that is
not inside the document itself as PNG, JPEG or GIF.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nh3

from archiver.model import Finding, Severity
from archiver.render.characters import first_strong_direction
from archiver.render.contract import PreparedDocument
from archiver.render.embedded_images import safe_image
from archiver.render.html_allowed import ATTRIBUTES, CONTENT_TAGS, FETCHING, LINK_SCHEMES, TAGS
from archiver.render.text_decoding import NORMALISED, decode, settle

if TYPE_CHECKING:
    from archiver.model import RenderRequest

_LARGEST_SPAN = 100
"""Columns or rows; HTML allows 1,000 columns and 65,534 rows, which take minutes to lay out."""

_NUMBERS = {"colspan", "rowspan", "span", "start", "value"}
_NAMED = 5
_SHOWN = 80

_TAG = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)')
_BLOCK = re.compile(r"<(?:p|h[1-6]|li|dt|dd|td|th|caption|figcaption|blockquote|pre|div|summary)\b")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_HEAD = 65536
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,2000})</title", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html\b[^>]{0,500}?\slang\s*=\s*["']?\s*([A-Za-z0-9-]{2,35})""", re.IGNORECASE)
_SELF_CLOSED = re.compile(r"""<([A-Za-z][\w.-]{0,40})((?:\s[^<>"']*|"[^"<]*"|'[^'<]*')*)/>""")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_XHTML_PUIDS = frozenset({"fmt/102", "fmt/103"})

# WHATWG Encoding section 4.2: these labels mean windows-1252. A meta element that can be read as ASCII is not UTF-16.
_LABELS = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SanitisedHtml:
    """Markup that does nothing but show its words."""

    body: str
    text: str
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]


class Html:
    """The renderer of ``text/html`` and XHTML."""

    name = "html"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        decoded = decode(request.content, request.name, declared=_declared_charset(request.content), normalise=False)
        text = decoded.text
        head = text[:_HEAD]
        if request.puid in _XHTML_PUIDS or head.lstrip().startswith("<?xml"):
            # To an HTML parser <script/> or <title/> opens an element that never ends.
            text = _SELF_CLOSED.sub(_opened_and_closed, text)
        clean = sanitise(text, request.name)
        title = _TITLE.search(head)
        language = _LANGUAGE.search(head)
        return PreparedDocument(
            body=clean.body,
            text=clean.text,
            title=" ".join(unescape(title[1]).split()) or None if title else None,
            language=language[1] if language else None,
            notes=decoded.notes + clean.notes,
            findings=decoded.findings + clean.findings,
        )


def sanitise(markup: str, name: str) -> SanitisedHtml:
    """Reduce ``markup`` to the allow-list, and say what it pointed at.

    Args:
        markup: HTML, a whole document or a fragment.
        name: the document's path, for messages.

    Returns:
        Markup for a ``<body>``, its text, and what was done.
    """
    pointed = _pointed_at(markup)
    attributes = _AttributeFilter()
    clean = nh3.clean(
        markup,
        tags=set(TAGS),
        clean_content_tags=set(CONTENT_TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=attributes,
        link_rel=None,
        url_schemes={*LINK_SCHEMES, "data"},
    )
    # Character references such as &#1; have become characters only now.
    settled = settle(clean, name)
    normal = _normalised(settled.text)
    notes = (NORMALISED,) if normal != settled.text else ()
    body = _directed(normal)
    outside = tuple(dict.fromkeys(pointed + attributes.relative_links))
    findings = [*settled.findings]
    if outside:
        findings.append(_external_finding(outside, name))
    if attributes.bad_images:
        findings.append(_image_finding(attributes.bad_images, name))
    return SanitisedHtml(body=body, text=_text_of(body), notes=settled.notes + notes, findings=tuple(findings))


def _pointed_at(markup: str) -> tuple[str, ...]:
    """List what a browser would fetch for ``markup``, in order of first mention."""
    seen: dict[str, None] = {}

    def note(tag: str, attribute: str, value: str) -> str | None:
        if (
            attribute in FETCHING.get(tag, ())
            and (value := value.strip())
            and not value.lower().startswith(("data:", "#"))
        ):
            seen[value] = None
        return None

    nh3.clean(
        markup,
        tags=set(FETCHING),
        clean_content_tags=set(),
        attributes={tag: set(names) for tag, names in FETCHING.items()},
        attribute_filter=note,
        link_rel=None,
        url_schemes={
            "http",
            "https",
            "file",
            "ftp",
            "cid",
            "blob",
            "about",
            "javascript",
            "chrome",
            "res",
            "mhtml",
            "c",
            "d",
        },
    )
    return tuple(seen)


@dataclass(slots=True)
class _AttributeFilter:
    """Decides on each attribute that the allow-list lets through; keeps account of what it refuses."""

    relative_links: tuple[str, ...] = ()
    bad_images: list[str] = field(default_factory=list)

    def __call__(self, _tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            return self._link(value)
        if attribute == "src":
            return self._image(value)
        if attribute in _NUMBERS:
            return _number(attribute, value)
        return value

    def _link(self, value: str) -> str | None:
        value = value.strip()
        try:
            scheme = urlsplit(value).scheme.lower()
        except ValueError:
            return None
        if scheme in LINK_SCHEMES or value.startswith("#"):
            return value
        if value and not scheme:
            self.relative_links += (value,)
        return None

    def _image(self, value: str) -> str | None:
        if not value.strip().lower().startswith("data:"):
            return None
        image = safe_image(value)
        if image.reason:
            self.bad_images.append(image.reason)
        return image.data_uri


def _number(attribute: str, value: str) -> str | None:
    match = re.match(r"\s*(-?\d{1,6})", value)
    if not match:
        return None
    number = int(match[1])
    return str(number if attribute in {"start", "value"} else max(1, min(number, _LARGEST_SPAN)))


def _normalised(markup: str) -> str:
    """Bring the text between tags to NFC; the tags' own ``>`` takes no part in a composition."""
    parts = _TAG.split(markup)
    parts[::2] = [unicodedata.normalize("NFC", part) for part in parts[::2]]
    return "".join(parts)


def _directed(markup: str) -> str:
    """Give each block without a direction of its own that of its first strong character, if right-to-left."""
    if markup.isascii():
        return markup
    parts = _TAG.split(markup)
    waiting: int | None = None
    for index, part in enumerate(parts):
        if index % 2 == 0:
            direction = first_strong_direction(part) if waiting is not None else None
            if waiting is not None and direction == "rtl":
                parts[waiting] = f'{parts[waiting][:-1]} dir="rtl">'
            waiting = waiting if direction is None else None
        elif _BLOCK.match(part):
            waiting = None if " dir=" in part else index
    return "".join(parts)


class _TextCollector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "img" and not values.get("src"):
            self.parts.append(values.get("alt") or "")  # shown in the image's place


def _text_of(body: str) -> str:
    collector = _TextCollector()
    collector.feed(body)
    collector.close()
    return "".join(collector.parts)


def _declared_charset(content: bytes) -> str | None:
    match = _XML_CHARSET.search(content[:256]) or _META_CHARSET.search(content[:4096])
    if not match:
        return None
    label = match[1].decode("ascii", "replace").lower()
    return _LABELS.get(label, label)


def _opened_and_closed(match: re.Match[str]) -> str:
    tag = match[1]
    return match[0] if tag.lower() in _VOID else f"<{tag}{match[2]}></{tag}>"


def _external_finding(outside: tuple[str, ...], name: str) -> Finding:
    shown = ", ".join(one if len(one) <= _SHOWN else f"{one[:_SHOWN]}..." for one in outside[:_NAMED])
    more = f" and {len(outside) - _NAMED} more" if len(outside) > _NAMED else ""
    return Finding(
        severity=Severity.WARNING,
        code="html-external-resource",
        file=name,
        message=f"{name}: the page points at {len(outside)} files or hosts that are not in the package, "
        f"and the PDF shows none of them: {shown}{more}.",
        fix="Put images into the page as data: URIs (PNG, JPEG, GIF), or add the files to the same item.",
    )


def _image_finding(reasons: list[str], name: str) -> Finding:
    named = "; ".join(dict.fromkeys(reasons[:_NAMED]))
    return Finding(
        severity=Severity.WARNING,
        code="html-image-dropped",
        file=name,
        message=f"{name}: {len(reasons)} embedded images are not in the PDF: {named}.",
        fix="Embed images as PNG, JPEG or GIF of at most 40 megapixels.",
    )


RENDERER = Html()
