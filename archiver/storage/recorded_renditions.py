"""What the PREMIS record of a finished package says of its PDF/A files: which there are, of what flavour, and how made.

Only what an unchanged package is told of: nothing is validated here, and nothing written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml import etree

from archiver.standards.premis import CONVERTED, FLAVOUR_NOTE

_NAMESPACE = "{http://www.loc.gov/premis/v3}"
_LARGEST = 256 << 20
_FLAVOUR = re.compile(re.escape(FLAVOUR_NOTE) + r"([1-4][abuef]?)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRendition:
    """One PDF/A file of a package, as its record has it."""

    flavour: str
    status: Literal["rendered", "converted", "kept"]


def recorded_renditions(premis: Path) -> dict[str, RecordedRendition]:
    """Read a package's record.

    Args:
        premis: its ``premis.xml``; streamed, so that a long one costs no memory.

    Returns:
        Path from ``data/`` -> what it is, for renditions and for originals that are PDF/A themselves; nothing where the
        record is absent, cannot be read or is beyond 256 MiB.
    """
    flavours: dict[str, str] = {}
    made_by: dict[str, list[str]] = {}
    converted: set[str] = set()
    try:
        if premis.stat().st_size > _LARGEST:
            return {}
        with premis.open("rb") as file:
            wanted = (f"{_NAMESPACE}object", f"{_NAMESPACE}event")
            for _, element in etree.iterparse(file, tag=wanted, resolve_entities=False, no_network=True):
                if element.tag == wanted[0]:
                    found = _flavour(element)
                    flavours |= found
                    made_by |= dict.fromkeys(found, _texts(element, "relatedEventIdentifierValue"))
                elif (element.findtext(f".//{_NAMESPACE}eventDetail") or "").startswith(CONVERTED):
                    # An event of very many files does not link them; each of them names the event that made it.
                    converted.update(_texts(element, "linkingObjectIdentifierValue"))
                    converted.update(_texts(element, "eventIdentifierValue"))
                _let_go(element)
    except (OSError, etree.XMLSyntaxError):
        return {}
    return {
        path: RecordedRendition(flavour=flavour, status=_status(path, converted, made_by[path]))
        for path, flavour in flavours.items()
    }


def _flavour(element: etree._Element) -> dict[str, str]:
    for note in element.iter(f"{_NAMESPACE}formatNote"):
        match = _FLAVOUR.match(note.text or "")
        if match:
            return {element.findtext(f".//{_NAMESPACE}objectIdentifierValue") or "": match[1]}
    return {}


def _texts(element: etree._Element, name: str) -> list[str]:
    return [one.text or "" for one in element.iter(f"{_NAMESPACE}{name}")]


def _status(path: str, converted: set[str], made_by: list[str]) -> Literal["rendered", "converted", "kept"]:
    if path.startswith("representations/original/"):
        return "kept"
    # An event of all files of a representation links that alone, and no file names it.
    representation = "/".join(path.split("/", 2)[:2])
    return "converted" if not converted.isdisjoint((path, *(made_by or [representation]))) else "rendered"


def _let_go(element: etree._Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            return
        del parent[0]
