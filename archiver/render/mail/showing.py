"""A message laid out: fields, text, pictures, what is attached, and the messages inside it.

Of alternatives the last that can be shown is shown (RFC 2046 section 5.1.4), and a note says which. What is not shown
is listed with name, type, size and SHA-256, so that nothing of a message goes unsaid.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import unquote

from archiver.render.contract import AttachedFile, PreparedDocument, UnreadableTextError
from archiver.render.mail import findings
from archiver.render.mail.headers import CUT, field, first_fields, other_fields, sent
from archiver.render.mail.parts import (
    DEEPEST,
    MOST_PARTS,
    Attachment,
    TooManyPartsError,
    attachment,
    body_bytes,
    content_id,
    disposition,
    file_name,
    location,
    media_type,
    parameter,
    subparts,
)
from archiver.render.plain_text import RENDERER as PLAIN_TEXT
from archiver.render.sanitising.embedded_images import safe_raster
from archiver.render.sanitising.sanitising import Surroundings, sanitise
from archiver.render.texts.decoding import decode
from archiver.standards.pdfa import parse_flavour

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import Message

    from archiver.model import RenderRequest
    from archiver.render.mail.page import Page
    from archiver.render.texts.decoding import DecodedText

_MOST_FIELDS = 300
_CODECS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252"}
"""WHATWG Encoding section 4.2: what is called so is windows-1252, as its senders wrote it."""

_TEXTS = frozenset({"text/plain", "text/html"})
_MESSAGES = frozenset({"message/rfc822", "message/global"})
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclasses.dataclass(slots=True)
class _Shown:
    """One message on its way to the page."""

    level: int
    """Of its heading."""

    attached: list[Attachment] = dataclasses.field(default_factory=list)
    pictures: dict[str, Message] = dataclasses.field(default_factory=dict)
    """Content identifier (RFC 2392) or location (RFC 2557) -> part that a text may show."""

    used: set[str] = dataclasses.field(default_factory=set)


class Reader:
    """Puts messages on a page; counts parts over all of them."""

    def __init__(self, page: Page, request: RenderRequest) -> None:
        """Begin.

        Args:
            page: to be written on.
            request: the document's.
        """
        self._page = page
        self._request = request
        self._embeds = parse_flavour(request.flavour).embeds_any_file
        self._parts = 0
        self._messages = 0

    def message(self, message: Message, *, level: int, depth: int = 0, new_page: bool = False) -> None:
        """Show one message.

        Args:
            message: as parsed.
            level: of its heading.
            depth: how many messages and multiparts it lies in.
            new_page: begin it on a page of its own.

        Raises:
            TooManyPartsError: there are more parts than are looked at.
        """
        page, fit = self._page, self._page.fit
        self._messages += 1
        shown = _Shown(level=level)
        page.open("enclosed" if depth else "page break" if new_page else "page")
        page.heading(level, fit(field(message, "Subject")) or "(no subject)")
        page.fields(self._fitting(first_fields(message)))
        page.note(*(f"not quite in order: {type(defect).__name__}" for defect in message.defects))
        self._part(message, shown, depth)
        if shown.attached:
            self._keep(shown.attached, sent(message) or self._request.embed_original)
            page.label("Attachments")
            page.table(("Name", "Type", "Size", "SHA-256"), [_told(one, page) for one in shown.attached])
        if others := other_fields(message):
            page.label("Other header fields")
            page.fields(self._fitting(others))
        page.close()

    def _keep(self, attached: list[Attachment], when: datetime | None) -> None:
        """Have what is attached embedded, where the flavour allows it; an embedded file needs a date."""
        if not self._embeds:
            return
        if when is None:
            self._page.note("attachments of a message without a date are listed, and not embedded")
            return
        self._page.attached += [
            AttachedFile(name=self._page.fit(one.name), content=one.content, media_type=one.media_type, when=when)
            for one in attached
        ]

    def _fitting(self, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        if len(fields) > _MOST_FIELDS:
            left = len(fields) - _MOST_FIELDS
            self._page.find(findings.shortened(self._page.name, f"{left:,} header fields of a message are not"))
        if any(value.endswith(CUT) for _, value in fields[:_MOST_FIELDS]):
            self._page.find(findings.shortened(self._page.name, "a very long header field is cut"))
        return [(self._page.fit(name), self._page.fit(value)) for name, value in fields[:_MOST_FIELDS]]

    def _part(self, part: Message, shown: _Shown, depth: int) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise TooManyPartsError
        kind, inner = media_type(part), subparts(part)
        attached = disposition(part) == "attachment" or depth > DEEPEST
        if kind in _MESSAGES and inner and depth <= DEEPEST:
            self.message(inner[0], level=shown.level + 1, depth=depth + 1)
        elif kind.startswith("multipart/") and inner and depth <= DEEPEST:
            self._multipart(part, kind, inner, shown, depth + 1)
        elif kind in _TEXTS and not attached and self._text(part, kind, shown):
            pass
        else:
            self._attach(part, kind, shown, inline=not attached)

    def _multipart(self, part: Message, kind: str, inner: list[Message], shown: _Shown, depth: int) -> None:
        if kind == "multipart/encrypted":
            self._page.find(findings.encrypted(self._page.name))
        if kind == "multipart/alternative":
            self._alternatives(inner, shown, depth)
        elif kind == "multipart/related":
            self._related(part, inner, shown, depth)
        else:
            for one in inner:
                self._part(one, shown, depth)

    def _alternatives(self, inner: list[Message], shown: _Shown, depth: int) -> None:
        kinds = [media_type(one) for one in inner]
        able = [number for number, kind in enumerate(kinds) if kind in _TEXTS or kind.startswith("multipart/")]
        chosen = able[-1] if able else len(inner) - 1
        self._page.note(f"of the alternatives {', '.join(map(self._page.fit, kinds))} the one shown is {kinds[chosen]}")
        for number, one in enumerate(inner):
            if number == chosen:
                self._part(one, shown, depth)
            elif number not in able:
                self._attach(one, kinds[number], shown, inline=False)

    def _related(self, part: Message, inner: list[Message], shown: _Shown, depth: int) -> None:
        """RFC 2387: one part is the root, the others are what it shows."""
        start = parameter(part, "start").strip().removeprefix("<").removesuffix(">")
        root = next((one for one in inner if start and content_id(one) == start), inner[0])
        others = [one for one in inner if one is not root]
        shown.pictures.update({name: one for one in others for name in (content_id(one), location(one)) if name})
        self._part(root, shown, depth)
        for one in others:
            if not shown.used & ({content_id(one), location(one)} - {""}):
                self._part(one, shown, depth)

    def _text(self, part: Message, kind: str, shown: _Shown) -> bool:
        """Show a text; False where it is none."""
        decoded = self._decoded(part, normalise=kind == "text/plain")
        if decoded is None:
            return False
        if not decoded.text.strip():
            return True
        if kind == "text/html":
            self._html(decoded.text, shown)
            return True
        plain = dataclasses.replace(self._request, content=decoded.text.encode("utf-8", "replace"))
        try:
            document = PLAIN_TEXT.prepare(plain)
        except UnreadableTextError:
            return False
        self._page.insert(dataclasses.replace(document, notes=()))
        return True

    def _html(self, markup: str, shown: _Shown) -> None:
        def picture(reference: str) -> bytes | None:
            part = shown.pictures.get(_meant(reference))
            return body_bytes(part) if part is not None else None

        clean = sanitise(markup, self._page.name, Surroundings(image=picture, prefix=f"m{self._messages}-"))
        shown.used.update(content_id(shown.pictures[_meant(reference)]) for reference in clean.shown)
        shown.used.update(location(shown.pictures[_meant(reference)]) for reference in clean.shown)
        document = PreparedDocument(body=clean.body, text=clean.text, notes=clean.notes, findings=clean.findings)
        self._page.insert(document)

    def _decoded(self, part: Message, *, normalise: bool) -> DecodedText | None:
        declared = parameter(part, "charset").strip().lower()
        codec = _CODECS.get(declared, declared)
        try:
            decoded = decode(body_bytes(part), self._page.name, declared=codec or None, normalise=normalise)
        except UnreadableTextError:
            self._page.note("a part that calls itself text is none; it is listed as attached")
            return None
        wrong = bool(codec) and decoded.charset != codec and not (codec == "us-ascii" and not decoded.findings)
        self._page.note(*decoded.notes)
        self._page.find(*(one for one in decoded.findings if not (wrong and one.code == "charset-guessed")))
        if wrong:
            self._page.find(findings.charset_wrong(self._page.name, declared, decoded.charset))
        return decoded

    def _attach(self, part: Message, kind: str, shown: _Shown, *, inline: bool) -> None:
        if kind in _ENCRYPTED and parameter(part, "smime-type").lower() == "enveloped-data":
            self._page.find(findings.encrypted(self._page.name))
        one = attachment(part)
        if inline and kind.startswith("image/"):
            image = safe_raster(one.content)
            if image.data_uri is not None:
                self._page.picture(image.data_uri, self._page.fit(file_name(part)))
        shown.attached.append(one if self._embeds else dataclasses.replace(one, content=b""))


def _meant(reference: str) -> str:
    """Return the identifier or the location that a reference inside a text means."""
    return unquote(reference[4:]) if reference.lower().startswith("cid:") else reference


def _told(one: Attachment, page: Page) -> tuple[str, str, str, str]:
    return (page.fit(one.name), page.fit(one.media_type), f"{one.size:,} bytes", one.sha256)
