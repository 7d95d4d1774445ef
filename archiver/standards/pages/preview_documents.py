"""The part of the preview page that shows documents: what each is, its copies, its description, its checksums.

Beyond :data:`SHOWN` documents it says how many more there are and where they are listed.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from archiver.model import SourceKind
from archiver.standards.crate_paths import path_uri
from archiver.standards.pages.markup import (
    Html,
    definitions,
    disclosure,
    file_link,
    isolated,
    join,
    name,
    statement_values,
    tag,
    text,
    web_link,
)
from archiver.standards.pages.words import count_words, reading_order, size_words, term_label
from archiver.standards.premis_events import digest_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiver.model import Description, FormatIdentity, PackagedFile, PackageRecord, Statement

SHOWN = 500
"""Documents, events and findings that the page lists before it points to the manifest and the PREMIS record."""

_PRONOM = "https://www.nationalarchives.gov.uk/PRONOM/"


def statements(description: Description) -> Html:
    """Return a description as a list, the values of a term together, what readers ask first before the rest."""
    ordered = sorted(_shown(description), key=lambda statement: reading_order(statement.term))
    groups = groupby(ordered, key=lambda statement: statement.term)
    return definitions("statements", ((term_label(t), statement_values(list(group))) for t, group in groups))


def _shown(description: Description) -> list[Statement]:
    """Leave out the parts that the build itself lists: the page shows the documents, each in its place."""
    return [
        one for one in description.statements if one.term != "hasPart" or one.source.kind is not SourceKind.ASSIGNED
    ]


def documents(record: PackageRecord) -> Html:
    """Return the documents of a package, each with its links."""
    originals = [file for file in record.files if file.role == "original"]
    derived: dict[str, list[PackagedFile]] = defaultdict(list)
    for file in record.files:
        if file.derived_from:
            derived[file.derived_from].append(file)
    cards = (
        tag("li", _document(record, file, derived[file.path], number), klass="document")
        for number, file in enumerate(originals[:SHOWN], start=1)
    )
    listing = tag("ul", join(cards), klass="documents")
    more = len(originals) - SHOWN
    if more <= 0:
        return listing
    words = f"{count_words(more, 'more document')} not shown here: every file is listed in the bag's manifest and in"
    link = file_link("ro-crate-metadata.json", Html("ro-crate-metadata.json"))
    return join([listing, tag("p", text(words), Html(" "), link, Html("."), klass="more")])


def _document(record: PackageRecord, original: PackagedFile, derived: Sequence[PackagedFile], number: int) -> Html:
    description = record.document_descriptions.get(original.path)
    title = original.title or (description.first("title") if description else None)
    renditions = [file for file in derived if file.role == "rendition"]
    described = [file for file in derived if file.role == "description"]
    parts = [tag("h3", isolated(title) if title else name(original.original_name), id=f"document-{number}")]
    if title:
        parts.append(tag("p", tag("code", name(original.original_name)), klass="path"))
    parts.append(_actions(original, renditions, described))
    parts.append(definitions("facts", _facts(original, renditions)))
    if description and description.statements and description != record.description:
        words = f"Description ({count_words(len(_shown(description)), 'statement')})"
        parts.append(disclosure(text(words), statements(description)))
    parts.append(disclosure(Html("Checksums"), _digests(original, renditions)))
    return tag("article", join(parts), aria_labelledby=f"document-{number}")


_NO_COPY = "None: the original is kept as it is"


def _actions(original: PackagedFile, renditions: Sequence[PackagedFile], described: Sequence[PackagedFile]) -> Html:
    of = tag("span", Html(": "), name(original.original_name), klass="hidden")
    links = [file_link(original.path, Html("Open the original"), of, klass="first")]
    links += [file_link(file.path, Html(f"Open the {_copy_words(file)}"), of) for file in renditions]
    links += [file_link(file.path, Html("Dublin Core record"), of) for file in described]
    return tag("ul", join(tag("li", link) for link in links), klass="actions")


def _copy_words(rendition: PackagedFile) -> Html:
    return text(f"PDF/A-{rendition.flavour} copy" if rendition.flavour else "reading copy")


def _facts(original: PackagedFile, renditions: Sequence[PackagedFile]) -> list[tuple[str, Html]]:
    facts = [("Format", _format(original.identity)), ("Size", text(size_words(original.size)))]
    for file in renditions:
        proof = Html("") if file.flavour else Html("not proven to be PDF/A; ")
        facts.append(("Copy", join([proof, _format(file.identity), Html(", "), text(size_words(file.size))], "")))
    if renditions:
        return facts
    words = f"None needed: the original is PDF/A-{original.flavour}" if original.flavour else _NO_COPY
    return [*facts, ("Copy", text(words))]


def _format(identity: FormatIdentity | None) -> Html:
    if identity is None:
        return Html("Not identified")
    words = isolated(f"{identity.name} {identity.version}".strip() or identity.media_type)
    if not identity.puid:
        return join([words, Html("(no PRONOM signature matched)")], " ")
    link = web_link(_PRONOM + path_uri(identity.puid), join([Html("PRONOM"), text(identity.puid)], " "))
    return join([words, Html(" ("), link, Html(")")], "")


def _digests(original: PackagedFile, renditions: Sequence[PackagedFile]) -> Html:
    return definitions(
        "facts",
        (
            (f"{digest_label(algorithm)}, {words}", tag("code", text(digest), klass="digest"))
            for words, file in [("original", original), *(("copy", rendition) for rendition in renditions)]
            for algorithm, digest in sorted(file.digests.items())
        ),
    )
