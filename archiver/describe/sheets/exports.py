"""What other programs call their columns: one table a kind of export, recognised by its headings.

A heading that a table does not name is a column of its author's own, and is kept. Pure tables; no cell is read here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """How one program writes descriptions into a sheet. Headings are folded: lower case, no blanks around them."""

    name: str
    """As its users call it, for messages."""

    marks: frozenset[str]
    """Headings that tell it from any other sheet: all must be there."""

    files: tuple[str, ...]
    """Headings of columns that name the file; of several, the first filled cell counts."""

    terms: Mapping[str, str] = field(default_factory=dict)
    """Heading -> DCMI term."""

    events: Mapping[str, str] = field(default_factory=dict)
    """Role -> heading of the columns whose values stand in parallel, one place an event: ``types``, ``actors``,
    ``dates``, ``starts``, ``ends``."""


PLAIN_FILES = ("filename", "file")

# ISAD(G) as AtoM's CSV template writes it (2.2 and later), and AtoM's own crosswalk from ISAD(G) to Dublin Core.
ATOM = Export(
    name="AtoM's ISAD(G) template",
    marks=frozenset({"legacyid", "title", "levelofdescription"}),
    files=("filename", "digitalobjectpath", "digitalobjecturi"),
    terms={
        "identifier": "identifier",
        "title": "title",
        "extentandmedium": "extent",
        "scopeandcontent": "description",
        "creators": "creator",
        "creationdates": "date",
        "archivalhistory": "provenance",
        "acquisition": "provenance",
        "accessconditions": "accessRights",
        "reproductionconditions": "rights",
        "language": "language",
        "locationoforiginals": "source",
        "relatedunitsofdescription": "relation",
        "publicationnote": "isReferencedBy",
        "subjectaccesspoints": "subject",
        "placeaccesspoints": "spatial",
    },
    events={
        "types": "eventtypes",
        "actors": "eventactors",
        "dates": "eventdates",
        "starts": "eventstartdates",
        "ends": "eventenddates",
    },
)

EXPORTS = (ATOM,)


def recognise(folded: Collection[str]) -> Export | None:
    """Return the kind of export whose headings these are, or None for a sheet of the archive's own.

    Args:
        folded: every heading, lower case, without blanks around it.
    """
    known = set(folded)
    return next((export for export in EXPORTS if export.marks <= known), None)
