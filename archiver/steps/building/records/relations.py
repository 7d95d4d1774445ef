"""What the build itself states of how records hang together: parts, the whole they are part of, series, versions.

A person's own statements of the same terms stand beside these; neither takes anything from the other (docs/adr/0019).
They are not checked as people's values are: a document's name is what it is, though it begin like a URI.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archiver.describe import Metadata, check_statements
from archiver.model import SourceItem, SourceKind, Statement, ValueSource
from archiver.steps import naming

MOST_PARTS = 1000
"""Documents of an item up to which its record lists them all; a list of some would be taken for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The package that an item becomes, as its records speak of it."""

    identifier: str
    """``urn:uuid:...``; the same for every version."""

    version: int = 1


def item_relations(item: SourceItem, metadata: Metadata, whole: Whole) -> tuple[Statement, ...]:
    """Return what the record of an item states of its own accord, its identifier first.

    Args:
        item: a document, a folder or a whole collection.
        metadata: what people wrote, for the series that the item belongs to.
        whole: the package being made.
    """
    stated = [_assigned("identifier", whole.identifier, "identifier of the package", scheme="URI")]
    if item.compound and len(item.documents) <= MOST_PARTS:
        place = "documents of the package"
        stated += [_assigned("hasPart", naming.path_in_item(item, one.path), place) for one in item.documents]
    stated += series(item.path, metadata)
    if whole.version > 1:
        before = f"version {whole.version - 1} of {whole.identifier}"
        stated.append(_assigned("replaces", before, "version before this one"))
    return tuple(stated)


def document_relations(item: SourceItem, path: str, metadata: Metadata, whole: Whole) -> tuple[Statement, ...]:
    """Return what the record of a document of a compound item states of its own accord.

    Args:
        item: the folder, or the whole collection.
        path: of the document, from the source folder.
        metadata: what people wrote, for folders inside the item that have a name of their own.
        whole: the package being made.
    """
    package = _assigned("isPartOf", whole.identifier, "package that holds the document", scheme="URI")
    return (*series(path, metadata, within=item.path), package)


def series(path: str, metadata: Metadata, within: str | None = None) -> tuple[Statement, ...]:
    """State which folders and collection a document or item is part of, where those have an identifier or a title.

    Args:
        path: of the document or item, from the source folder.
        metadata: what people wrote.
        within: an item's path: only folders inside it count.

    Returns:
        Nearest first; the identifiers of each, or its first title where it has none.
    """
    stated = []
    for own in metadata.enclosing(path, within):
        named = [one for one in own if one.term == "identifier"] or [one for one in own if one.term == "title"][:1]
        stated += [_checked(_assigned("isPartOf", one.text, one.source.place, language=one.language)) for one in named]
    return tuple(stated)


def series_of_all(item: SourceItem, metadata: Metadata) -> Mapping[str, list[str]]:
    """Return path -> texts of :func:`series`, for the item and each document that has any: part of the input digest."""
    found = {item.path: series(item.path, metadata)}
    if item.compound:
        found |= {one.path: series(one.path, metadata, within=item.path) for one in item.documents}
    return {path: [one.text for one in statements] for path, statements in found.items() if statements}


def _checked(statement: Statement) -> Statement:
    """Let a value that is a URI be called one; any other stays as it is written."""
    return next(iter(check_statements((statement,)).statements), statement)


def _assigned(term: str, text: str, place: str, *, scheme: str | None = None, language: str | None = None) -> Statement:
    source = ValueSource(kind=SourceKind.ASSIGNED, place=place)
    return Statement(term=term, text=text, scheme=scheme, language=language, source=source)
