"""Descriptions that documents carry in themselves: the weakest that somebody stated, stronger than what is inferred.

HTML is read where the build runs (:func:`embedded`). Other formats take large parsers, and anybody may have made the
files: :func:`read_properties` is for a process that may die. Adding a format is one file and one line in
:data:`MEMBERS`. What programs put there by themselves is left out (:mod:`archiver.describe.embedded.junk`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from archiver.describe.embedded.html import HTML_TYPES, embedded
from archiver.describe.embedded.junk import is_junk
from archiver.describe.metadata_files import open_regular
from archiver.model import SourceKind, Statement, ValueSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archiver.describe.embedded.contract import Property, PropertyReader

__all__ = ["HTML_TYPES", "MEMBERS", "PropertyRequest", "embedded", "load_members", "member_of", "read_properties"]

MIB = 1 << 20
MOST_PROPERTIES = 500
"""Values of one document; more are nobody's description."""

LONGEST_TEXT = 20_000
"""Characters; a longer value is left out whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A reader of one format."""

    module: str
    """In this package; imported where a document is read."""

    name: str
    """Of the format, for people: ``PDF``."""

    largest: int | None = None
    """Bytes of a document beyond which it is not opened; None where little is read of any size."""


_PDF = Member(module="pdf", name="PDF", largest=256 * MIB)
_IMAGE = Member(module="image", name="image")
_OFFICE_OPEN = Member(module="office_open", name="Office Open XML")
_OPEN_DOCUMENT = Member(module="open_document", name="OpenDocument")

MEMBERS: dict[str, Member] = {
    "application/epub+zip": Member(module="epub", name="EPUB"),
    "application/pdf": _PDF,
    "application/vnd.ms-excel.": _OFFICE_OPEN,
    "application/vnd.ms-powerpoint.": _OFFICE_OPEN,
    "application/vnd.ms-word.": _OFFICE_OPEN,
    "application/vnd.oasis.opendocument.": _OPEN_DOCUMENT,
    "application/vnd.openxmlformats-officedocument.": _OFFICE_OPEN,
    "image/jpeg": _IMAGE,
    "image/png": _IMAGE,
    "image/tiff": _IMAGE,
    "image/webp": _IMAGE,
    "message/rfc822": Member(module="mail", name="e-mail"),
}
"""Media type, or how one begins where it ends in a full stop, -> who reads it."""


_UNTOLD = frozenset({"", "application/octet-stream", "text/plain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyRequest:
    """One document to be read."""

    path: str
    """Of a regular file, absolute."""

    media_type: str
    """As identified; parameters are ignored."""

    name: str = ""
    """Of the document, where the media type tells little."""


def member_of(media_type: str, name: str = "") -> Member | None:
    """Return who reads the properties of a document, or None.

    Args:
        media_type: as identified; parameters are ignored.
        name: of the document: a message that PRONOM knows by no signature is told by its extension.
    """
    plain = media_type.partition(";")[0].partition(",")[0].strip().lower()
    if plain in _UNTOLD and name.lower().endswith(".eml"):
        plain = "message/rfc822"
    if plain in MEMBERS:
        return MEMBERS[plain]
    return next((member for start, member in MEMBERS.items() if start.endswith(".") and plain.startswith(start)), None)


def load_members(_: object = None) -> None:
    """Load every reader, with the libraries it uses, before a process locks itself in; ignores its argument."""
    for member in MEMBERS.values():
        import_module(f"{__name__}.{member.module}")


def read_properties(request: PropertyRequest) -> tuple[Statement, ...]:
    """Read what a document says of itself. Heavy libraries are loaded here; best called in a process of its own.

    Args:
        request: of a format that has a member.

    Returns:
        Statements with kind ``embedded``; empty for a document that says nothing or cannot be read.

    Raises:
        MemoryError: what the process may have was not enough.
    """
    member = member_of(request.media_type, request.name)
    if member is None:
        return ()
    reader = cast("PropertyReader", import_module(f"{__name__}.{member.module}"))
    found: list[Property] = []
    with suppress(_BrokenDocumentError), open_regular(Path(request.path)) as file:
        for one in islice(_whatever_it_raises(reader.read(file)), MOST_PROPERTIES):
            found.append(one)  # noqa: PERF402 - what was found before it breaks off holds
    return tuple(dict.fromkeys(_statements(found)))


class _BrokenDocumentError(Exception):
    """A member could not go on."""


def _whatever_it_raises(found: Iterator[Property]) -> Iterator[Property]:
    """Pass on what a member finds, until it raises: libraries raise anything for a broken document.

    Raises:
        MemoryError: which says nothing of the document.
    """
    try:
        yield from found
    except MemoryError:
        raise
    except Exception as error:
        raise _BrokenDocumentError from error


def _statements(found: Iterable[Property]) -> Iterator[Statement]:
    first: dict[str, str] = {}
    for one in found:
        text = _clean(one)
        if not text or len(text) > LONGEST_TEXT or is_junk(one.term, text):
            continue
        if first.setdefault(one.term, one.place) == one.place:
            source = ValueSource(kind=SourceKind.EMBEDDED, place=one.place)
            yield Statement(term=one.term, text=text, language=one.language or None, source=source)


def _clean(one: Property) -> str:
    text = one.text.replace("\0", "")
    if one.term == "description":  # its lines may be paragraphs
        return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    return " ".join(text.split())
