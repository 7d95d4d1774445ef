"""The formats of files as a PREMIS record states them, read piece by piece: a record of any length, in little memory.

Believes nothing, checks nothing else: what the record says of digests, events and rights is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from archiver.standards.premis.reading import NAMESPACES
from archiver.standards.xml import XmlSyntaxError

_PARTS = (
    *("objectIdentifierValue", "originalName", "formatName", "formatVersion"),
    *("formatRegistryName", "formatRegistryKey", "formatNote"),
)
_OBJECTS = [f"{{{namespace}}}object" for namespace in NAMESPACES]
_NAMES = {f"{{{namespace}}}{part}": part for namespace in NAMESPACES for part in _PARTS}
"""Name of an element with its namespace -> without; no others are looked at, which is half the time."""

_MEDIA_TYPE = "Media type: "


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFormat:
    """What a record states of one file."""

    names: tuple[str, ...]
    """Its identifiers' values, and its original name."""

    name: str
    """``formatName`` and, behind a space, ``formatVersion``; may be empty."""

    puid: str
    """``formatRegistryKey`` in PRONOM; may be empty."""

    media_type: str
    """Of a note of our own records, or a ``formatName`` that is one; may be empty."""


def read_stated_formats(chunks: Iterable[bytes]) -> Iterator[StatedFormat]:
    """Yield the format of each object that states one (data dictionary 3.0, unit 1.5.4), in the record's order.

    Args:
        chunks: the record's bytes.

    Raises:
        XmlSyntaxError: it is no XML, uses a document type declaration, or is beyond the parser's limits; objects
            before that place were yielded.
    """
    parser = etree.XMLPullParser(
        events=("end",), tag=_OBJECTS, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for chunk in chunks:
            parser.feed(chunk)
            yield from _read(parser)
        parser.close()
        yield from _read(parser)
    except etree.XMLSyntaxError as error:
        raise XmlSyntaxError(str(error)) from error


def _read(parser: Any) -> Iterator[StatedFormat]:  # noqa: ANN401 - its events are typed by what it was asked for
    for _, element in parser.read_events():
        if element.getroottree().docinfo.internalDTD is not None:
            raise XmlSyntaxError("it has a document type declaration")
        stated = _stated(element)
        if stated is not None:
            yield stated
        _let_go(element)


def _let_go(element: Any) -> None:  # noqa: ANN401 - as above
    """Drop an element and all before it: the tree of a long record is never whole in memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _stated(element: Any) -> StatedFormat | None:  # noqa: ANN401 - as above
    names: list[str] = []
    notes: list[str] = []
    formats: dict[str, str] = {}
    for one in element.iter(*_NAMES):
        part = _NAMES[one.tag]
        text = (one.text or "").strip()
        if not text:
            continue
        if part == "formatNote":
            notes.append(text)
        elif part in {"objectIdentifierValue", "originalName"}:
            names.append(text)
        else:
            formats.setdefault(part, text)
    if not formats:
        return None
    name = formats.get("formatName", "")
    is_pronom = formats.get("formatRegistryName", "PRONOM").upper() == "PRONOM"
    return StatedFormat(
        names=tuple(names),
        name=" ".join(filter(None, ("" if name == "unknown" else name, formats.get("formatVersion", "")))),
        puid=formats.get("formatRegistryKey", "") if is_pronom else "",
        media_type=_media_type(name, notes),
    )


def _media_type(name: str, notes: Iterable[str]) -> str:
    for note in notes:
        if note.startswith(_MEDIA_TYPE):
            return note.removeprefix(_MEDIA_TYPE).partition(";")[0].strip()
    return name if name.count("/") == 1 and " " not in name else ""
