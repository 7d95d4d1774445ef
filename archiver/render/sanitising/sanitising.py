"""HTML made harmless: structure and words are kept, everything that acts or points elsewhere is taken out and counted.

Never loads anything, never applies the author's styles (they can hide or overlay words), never keeps an image that is
neither inside the markup nor among what the caller has beside it, as PNG, JPEG, GIF or WebP.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nh3

from archiver.model import Finding, Severity
from archiver.render.sanitising.allowed import ATTRIBUTES, CONTENT_TAGS, FETCHING, LINK_SCHEMES, TAGS
from archiver.render.sanitising.embedded_images import SafeImage, safe_image, safe_raster
from archiver.render.texts.characters import first_strong_direction
from archiver.render.texts.decoding import NORMALISED, settle
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST_SPAN = 100
"""Columns or rows; HTML allows 1,000 columns and 65,534 rows, which take minutes to lay out."""

_NUMBERS = {"colspan", "rowspan", "span", "start", "value"}
_NAMED = 5
_SHOWN = 80

_TAG = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)')
_BLOCK = re.compile(r"<(?:p|h[1-6]|li|dt|dd|td|th|caption|figcaption|blockquote|pre|div|summary)\b")
MOST_IMAGE_BYTES = 64 << 20
"""Of all images of a document together, each counted as often as it is shown."""


def _nothing(_reference: str) -> None:
    return None


def _never(_reference: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What lies beside a piece of markup, and how the piece is called there."""

    image: Callable[[str], bytes | None] = _nothing
    """A reference as the markup gives it -> the bytes of the image, or None when there is none."""

    link: Callable[[str], str | None] = _nothing
    """A reference to another piece of the same document -> its anchor (``#...``), or None."""

    inside: Callable[[str], bool] = _never
    """Whether a reference is to something in the same document, which need not be told even if it is not shown."""

    prefix: str = ""
    """Before each anchor of the markup, so that those of several pieces stay apart."""


ALONE = Surroundings()


@dataclass(frozen=True, slots=True, kw_only=True)
class SanitisedHtml:
    """Markup that does nothing but show its words and its pictures."""

    body: str
    text: str
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    shown: tuple[str, ...] = ()
    """References to images beside the markup that are in the body now."""


def sanitise(markup: str, name: str, around: Surroundings = ALONE) -> SanitisedHtml:
    """Reduce ``markup`` to the allow-list, and say what it pointed at.

    Args:
        markup: HTML, a whole document or a fragment.
        name: the document's path, for messages.
        around: where images and links that are not inside the markup may be found.

    Returns:
        Markup for a ``<body>``, its text, and what was done.
    """
    pointed = _pointed_at(markup)
    attributes = _AttributeFilter(around)
    clean = nh3.clean(
        markup,
        tags=set(TAGS),
        clean_content_tags=set(CONTENT_TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=attributes,
        link_rel=None,
        url_schemes={*LINK_SCHEMES, "data", "cid"},
    )
    # Character references such as &#1; have become characters only now.
    settled = settle(clean, name)
    normal = _normalised(settled.text)
    notes = (NORMALISED,) if normal != settled.text else ()
    body = _directed(normal)
    known = attributes.images
    outside = tuple(
        one for one in dict.fromkeys(pointed + attributes.relative_links) if one not in known and not around.inside(one)
    )
    findings = [*settled.findings]
    if outside:
        findings.append(_external_finding(outside, name))
    if attributes.bad_images:
        findings.append(_image_finding(attributes.bad_images, name))
    return SanitisedHtml(
        body=body,
        text=_text_of(body),
        notes=settled.notes + notes,
        findings=tuple(findings),
        shown=tuple(reference for reference, image in known.items() if image.data_uri),
    )


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

    around: Surroundings
    relative_links: tuple[str, ...] = ()
    bad_images: list[str] = field(default_factory=list)
    images: dict[str, SafeImage] = field(default_factory=dict)
    """Reference -> the verdict on an image beside the markup."""

    image_bytes: int = 0

    def __call__(self, _tag: str, attribute: str, value: str) -> str | None:
        try:
            return self._judged(attribute, value)
        except Exception as error:  # noqa: BLE001 - the sanitiser would keep the attribute that its filter failed on
            self.bad_images.append(f"one that could not be judged ({type(error).__name__})")
            return None

    def _judged(self, attribute: str, value: str) -> str | None:
        if attribute == "href":
            return self._link(value)
        if attribute == "src":
            return self._image(value.strip())
        if attribute in _NUMBERS:
            return _number(attribute, value)
        return self.around.prefix + value if attribute == "id" else value

    def _link(self, value: str) -> str | None:
        value = value.strip()
        try:
            scheme = urlsplit(value).scheme.lower()
        except ValueError:
            return None
        if scheme in LINK_SCHEMES:
            return value
        if value.startswith("#"):
            return f"#{self.around.prefix}{value[1:]}"
        if not value or scheme:
            return None
        anchor = self.around.link(value)
        if anchor is None:
            self.relative_links += (value,)
        return anchor

    def _image(self, value: str) -> str | None:
        if value.lower().startswith("data:"):
            image = safe_image(value)
        elif value in self.images:
            image = self.images[value]
        elif (content := self.around.image(value)) is not None:
            image = self.images[value] = safe_raster(content)
        else:
            return None
        self.image_bytes += len(image.data_uri or "")
        if self.image_bytes > MOST_IMAGE_BYTES:
            image = SafeImage(data_uri=None, reason=f"more than {MOST_IMAGE_BYTES >> 20} MiB of images in one document")
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


def _external_finding(outside: tuple[str, ...], name: str) -> Finding:
    many = (
        f"{len(outside)} files or hosts, and the PDF shows none of them"
        if len(outside) > 1
        else "a file or host that the PDF does not show"
    )
    shown = ", ".join(printable(one if len(one) <= _SHOWN else f"{one[:_SHOWN]}...") for one in outside[:_NAMED])
    more = f" and {len(outside) - _NAMED} more" if len(outside) > _NAMED else ""
    return Finding(
        severity=Severity.WARNING,
        code="html-external-resource",
        file=name,
        message=f"{name}: the page points at {many}: {shown}{more}.",
        fix="Put images (PNG, JPEG, GIF, WebP) into the same item, in a folder with the page, or into the page itself "
        "as data: URIs.",
    )


def _image_finding(reasons: list[str], name: str) -> Finding:
    named = "; ".join(dict.fromkeys(reasons[:_NAMED]))
    return Finding(
        severity=Severity.WARNING,
        code="html-image-dropped",
        file=name,
        message=f"{name}: {len(reasons)} images are not in the PDF: {named}.",
        fix="Save the images as PNG, JPEG, GIF or WebP of at most 40 megapixels.",
    )
