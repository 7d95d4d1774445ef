"""Lays the chapters of a book one behind the other, each on a new page, its links and pictures inside the book kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.epub.package import Package, read_package, resolved
from archiver.render.sanitising.sanitising import SanitisedHtml, Surroundings, sanitise
from archiver.render.sanitising.xhtml import xhtml_as_html
from archiver.render.texts.decoding import declared_in_xml, decode
from archiver.render.zipped import Container, document_damaged, document_too_large
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.model import RenderRequest
    from archiver.render.epub.package import Part

MOST_CHARACTERS = 12 << 20
"""Of all chapters together, markup included."""

MOST_IMAGE_BYTES = 48 << 20
"""Of all images of the book, each counted as often as a chapter shows it."""

_MARKUP = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/x-dtbook+xml"})
_NAMED = 5
# A picture in a frame that only scales it, as covers are made.
_COVER = re.compile(r"<svg\b[^<>]*>\s*<image\b([^<>]*?)/?>\s*(?:</image>\s*)?</svg>", re.IGNORECASE)
_REFERENCE = re.compile(r"""(?:xlink:)?href(\s*=\s*["'])""", re.IGNORECASE)


class Epub:
    """The renderer of EPUB 2 and 3."""

    name = "epub"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        container = Container(request.content, request.name)
        package = read_package(container, request.name)
        book = _Book(container, package, request.name)
        chapters = [(number, book.chapter(number, part)) for number, part in enumerate(package.spine)]
        shown = [(number, one) for number, one in chapters if one is not None and _shows_anything(one)]
        if not shown:
            raise UnreadableTextError(document_damaged(request.name, "none of its chapters shows a word or a picture"))
        body = "".join(
            f'<div id="c{number}" class="{"break" if index else "first"}">{one.body}</div>'
            for index, (number, one) in enumerate(shown)
        )
        findings = [finding for _, one in chapters if one is not None for finding in one.findings]
        return PreparedDocument(
            body=body,
            text="\n".join(one.text for _, one in shown),
            title=package.title,
            language=package.language,
            notes=(f"book of {len(shown)} chapters, in reading order", *dict.fromkeys(book.notes)),
            findings=(*dict.fromkeys((*book.findings, *findings)), *book.left_out()),
        )


class _Book:
    """The chapters of one book, and what was met on the way."""

    def __init__(self, container: Container, package: Package, name: str) -> None:
        self.notes: list[str] = []
        self.findings: list[Finding] = []
        self._container = container
        self._name = name
        self._numbers = {part.path: number for number, part in enumerate(package.spine)}
        self._characters = 0
        self._image_bytes = 0
        self._images: dict[str, bytes] = {}
        self._missing: list[str] = []

    def chapter(self, number: int, part: Part) -> SanitisedHtml | None:
        """Return one chapter, or None when it is none that can be shown.

        Raises:
            UnreadableTextError: it is damaged, or there is more in the book than can be laid out.
        """
        if part.media_type not in _MARKUP or part.path not in self._container:
            self._missing.append(part.path)
            return None
        content = self._container.read(part.path)
        decoded = decode(content, self._name, declared=declared_in_xml(content), normalise=False)
        self._characters += len(decoded.text)
        if self._characters > MOST_CHARACTERS:
            cause = f"its chapters have more than {MOST_CHARACTERS:,} characters"
            raise UnreadableTextError(document_too_large(self._name, cause))
        self.notes += decoded.notes
        self.findings += decoded.findings
        markup = xhtml_as_html(_COVER.sub(_picture, decoded.text))
        around = Surroundings(
            image=lambda reference: self._image(resolved(part.path, reference)),
            link=lambda reference: self._anchor(part.path, reference),
            inside=lambda reference: (resolved(part.path, reference) or "") in self._container,
            prefix=f"c{number}-",
        )
        return sanitise(markup, self._name, around)

    def left_out(self) -> tuple[Finding, ...]:
        """Say which parts of the reading order are not shown."""
        if not self._missing:
            return ()
        more = f" and {len(self._missing) - _NAMED} more" if len(self._missing) > _NAMED else ""
        return (
            Finding(
                severity=Severity.WARNING,
                code="epub-part-not-shown",
                file=self._name,
                message=f"{self._name}: parts of the book that are missing, damaged or no text are not in the PDF: "
                f"{', '.join(map(printable, self._missing[:_NAMED]))}{more}.",
                fix="See whether the book is whole; pages that are pictures alone are not rendered.",
            ),
        )

    def _image(self, path: str | None) -> bytes | None:
        if path is None or path not in self._container:
            return None
        if path not in self._images:
            try:
                self._images[path] = self._container.read(path)
            except UnreadableTextError:
                self._missing.append(path)
                self._images[path] = b""
        self._image_bytes += len(self._images[path])
        return self._images[path] or None if self._image_bytes <= MOST_IMAGE_BYTES else None

    def _anchor(self, base: str, reference: str) -> str | None:
        number = self._numbers.get(resolved(base, reference) or "")
        fragment = reference.partition("#")[2]
        return None if number is None else f"#c{number}-{fragment}" if fragment else f"#c{number}"


def _picture(match: re.Match[str]) -> str:
    attributes = _REFERENCE.sub(r"src\1", match[1], count=1)
    return f"<img {attributes}>"


def _shows_anything(chapter: SanitisedHtml) -> bool:
    return bool(chapter.text.strip()) or ' src="data:' in chapter.body


RENDERER = Epub()
