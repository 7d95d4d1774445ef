"""What a rendition says of itself outside its pages: title, language, authors, dates; the same for all of them.

From the record first, then from the document, then from its name. Never asks the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.standards.xml import xml_text
from archiver.standards.xmp import created_date, creators, modified_date

if TYPE_CHECKING:
    from archiver.model import RenderRequest

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LONGEST = 2000
"""Characters of a string in the information dictionary; ISO 32000-1 annex C allows 32,767 bytes."""

_AUTHORS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Values of the PDF's information dictionary and catalogue, fit for PDF strings and XML alike."""

    title: str
    """Never empty."""

    language: str | None
    """BCP 47 tag of the document, or None."""

    authors: tuple[str, ...]
    description: str | None
    created: str | None
    """W3CDTF, or None: when the document came to be, as its record says."""

    modified: str | None
    """W3CDTF, or None."""


def labels(request: RenderRequest, title: str | None = None, language: str | None = None) -> Labels:
    """Return the labels of one rendition.

    Args:
        request: gives the record and the name.
        title: what the document calls itself.
        language: what the document declares.
    """
    record = request.description
    own = record.first("title") or title or request.name.rpartition("/")[2]
    candidates = (record.first("language"), language)
    return Labels(
        title=xml_text(" ".join(own.split()))[:_LONGEST] or "untitled",
        language=next((one for one in candidates if one and _LANGUAGE.fullmatch(one)), None),
        authors=tuple(author[:_LONGEST] for author in creators(record)[:_AUTHORS]),
        description=xml_text(record.first("description") or "")[:_LONGEST] or None,
        created=created_date(record),
        modified=modified_date(record),
    )
