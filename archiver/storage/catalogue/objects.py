"""Writes packages into an edition of a store: versions, files, formats and descriptions, in one transaction a batch.

Everything that can be made ready is made ready before the transaction begins, so that others wait for the disk alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import delete, insert, select, update

from archiver.storage.catalogue import schema
from archiver.storage.catalogue.bulk import insert_rows
from archiver.storage.catalogue.formats import format_numbers
from archiver.storage.catalogue.schema import HERE, NEVER, storable
from archiver.storage.catalogue.words import LONGEST_TEXT, words_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from archiver.storage.catalogue.values import IndexedFile, IndexedFormat, IndexedObject

T = TypeVar("T")
_VERSION = re.compile(r"v(0*([1-9][0-9]{0,8}))")
_CONTENT = re.compile(r"v([1-9][0-9]{0,8})/content/(.*)", re.DOTALL)
_AT_ONCE = 500
"""Values in one question: SQLite's limit is far above, PostgreSQL's planner likes it low."""

_OBJECTS_AT_ONCE = 500
_FILES_AT_ONCE = 20_000
"""In one transaction: others wait for it, and each costs the disk's own time."""

FILE_COLUMNS = (
    *("object", "number", "path", "version", "content_path", "current", "document"),
    *("digest", "digest_key", "size", "format"),
)


def in_batches(items: Iterable[T], length: int) -> Iterator[list[T]]:
    """Yield the items in lists of at most ``length``."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == length:
            yield batch
            batch = []
    if batch:
        yield batch


def digest_bytes(text: str) -> bytes:
    """Return a digest's bytes; of what is none, its own text's."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode("utf-8", "backslashreplace")


def digest_key(digest: bytes) -> int:
    """Return what a digest is looked up by: its first 8 bytes as a signed number."""
    return int.from_bytes(digest[:8], "big", signed=True)


def version_number(name: str) -> int:
    """Return 3 of ``v3`` or ``v003``; 0 of what is no version."""
    match = _VERSION.fullmatch(name)
    return int(match[2]) if match else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedObject:
    """A package as it will be written, but for the numbers that the database gives."""

    identifier: str
    number: int
    """Of its head version."""

    bytes: int
    content_files: int
    row: Mapping[str, Any]
    versions: Sequence[Mapping[str, Any]]
    files: Sequence[tuple[tuple[Any, ...], IndexedFormat | None]]
    """(columns from ``path`` to ``size``, format)."""

    description: Mapping[str, Any]


def prepared(one: IndexedObject) -> PreparedObject:
    """Make a package ready to be written."""
    return PreparedObject(
        identifier=one.identifier,
        number=version_number(one.head),
        bytes=one.bytes,
        content_files=one.content_files,
        row={
            "path": one.path,
            "state": HERE,
            "head": one.head,
            "head_number": version_number(one.head),
            "inventory_digest": digest_bytes(one.inventory_digest),
            "digest_algorithm": one.digest_algorithm,
            "created": one.created,
            "updated": one.updated,
            "bytes": one.bytes,
            "content_files": one.content_files,
        },
        versions=[
            {
                "number": version.number,
                "created": version.created,
                "message": version.message,
                "user_name": version.user,
            }
            for version in one.versions
        ],
        files=[(_file_columns(file), file.form) for file in one.files],
        description=_description(one),
    )


def _file_columns(file: IndexedFile) -> tuple[Any, ...]:
    digest = digest_bytes(file.digest)
    match = _CONTENT.fullmatch(file.content_path)
    usual = match is not None and match[2] == file.path
    return (
        storable(file.path),
        int(match[1]) if match and usual else 0,
        None if usual else storable(file.content_path),
        file.current,
        file.document,
        digest,
        digest_key(digest),
        file.size,
    )


def _description(one: IndexedObject) -> dict[str, Any]:
    text = one.description[:LONGEST_TEXT]
    return {
        "title": one.title[:LONGEST_TEXT],
        "text": text,
        "title_words": " ".join(words_of(one.title)),
        "words": " ".join(words_of(f"{one.identifier}\n{text}")),
    }


def object_batches(found: Iterable[IndexedObject | PreparedObject]) -> Iterator[Sequence[PreparedObject]]:
    """Yield packages made ready, as many as fit one transaction; an identifier stands in a batch once."""
    batch: dict[str, PreparedObject] = {}
    files = 0
    for one in found:
        if one.identifier in batch or len(batch) == _OBJECTS_AT_ONCE or files >= _FILES_AT_ONCE:
            yield list(batch.values())
            batch, files = {}, 0
        batch[one.identifier] = one if isinstance(one, PreparedObject) else prepared(one)
        files += len(one.files)
    if batch:
        yield list(batch.values())


def write_objects(connection: Connection, edition: int, batch: Sequence[PreparedObject]) -> None:
    """Write packages into an edition; what it has in a later version stays as it is.

    The connection is in a transaction that writes; an identifier stands in the batch once.
    """
    _give_names(connection, edition, batch)
    known = known_objects(connection, edition, [one.identifier for one in batch])
    batch = [
        one
        for one in batch
        if one.identifier not in known or known[one.identifier][2] != HERE or known[one.identifier][1] <= one.number
    ]
    old = [one for one in batch if one.identifier in known]
    new = [one for one in batch if one.identifier not in known]
    forget_parts(connection, [known[one.identifier][0] for one in old])
    for one in old:
        table = schema.objects
        connection.execute(update(table).where(table.c.id == known[one.identifier][0]).values(one.row))
    if new:
        unchecked = {"edition": edition, "checked": NEVER, "attempted": NEVER, "outcome": None}
        rows = [{**one.row, **unchecked, "identifier": one.identifier} for one in new]
        connection.execute(insert(schema.objects), rows)
        known |= known_objects(connection, edition, [one.identifier for one in new])
    _write_parts(connection, [(known[one.identifier][0], one) for one in batch])


def _give_names(connection: Connection, edition: int, batch: Sequence[PreparedObject]) -> None:
    """Give packages their identifiers that were called by their paths while nobody could read them."""
    table = schema.objects
    paths = {str(one.row["path"]): one.identifier for one in batch}
    unnamed = select(table.c.id, table.c.path).where(
        table.c.edition == edition, table.c.identifier.in_(list(paths)), table.c.identifier == table.c.path
    )
    for number, path in connection.execute(unnamed).all():
        if paths[path] != path and not known_objects(connection, edition, [paths[path]]):
            connection.execute(update(table).where(table.c.id == number).values(identifier=paths[path]))


def known_objects(connection: Connection, edition: int, identifiers: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """Return number of its row, number of its head version and state of each package that an edition has."""
    table = schema.objects
    columns = select(table.c.identifier, table.c.id, table.c.head_number, table.c.state)
    found: dict[str, tuple[int, int, int]] = {}
    for some in in_batches(identifiers, _AT_ONCE):
        rows = connection.execute(columns.where(table.c.edition == edition, table.c.identifier.in_(some)))
        found |= {identifier: (number, head, state) for identifier, number, head, state in rows}
    return found


def forget_parts(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove versions, files and descriptions of packages, given by the numbers of their rows."""
    for some in in_batches(numbers, _AT_ONCE):
        for table in (schema.versions, schema.files, schema.descriptions):
            connection.execute(delete(table).where(table.c.object.in_(some)))
        if connection.dialect.name == "postgresql":
            connection.execute(delete(schema.vectors).where(schema.vectors.c.object.in_(some)))


def _write_parts(connection: Connection, batch: Sequence[tuple[int, PreparedObject]]) -> None:
    versions = [{"object": number, **version} for number, one in batch for version in one.versions]
    if versions:
        connection.execute(insert(schema.versions), versions)
    numbers = format_numbers(connection, {form for _, one in batch for _, form in one.files if form is not None})
    insert_rows(
        connection,
        schema.files,
        FILE_COLUMNS,
        (
            (number, place, *columns, None if form is None else numbers[form])
            for number, one in batch
            for place, (columns, form) in enumerate(one.files)
        ),
    )
    descriptions = [{"object": number, **one.description} for number, one in batch]
    if descriptions:
        connection.execute(insert(schema.descriptions), descriptions)
        if connection.dialect.name == "postgresql":
            rows = [
                {"object": row["object"], "words": _vector(row["title_words"], row["words"])} for row in descriptions
            ]
            connection.execute(insert(schema.vectors), rows)


def _vector(title: str, text: str) -> str:
    """Return PostgreSQL's own form of the words and their places; words hold nothing that it would take for syntax."""
    places: dict[str, list[str]] = {}
    for number, word in enumerate(title.split()[:255], start=1):
        places.setdefault(word, []).append(f"{number}A")
    for number, word in enumerate(text.split(), start=300):
        known = places.setdefault(word, [])
        if len(known) < 255:  # as many as it keeps
            known.append(str(min(number, 16_383)))
    return " ".join(f"'{word}':{','.join(numbers)}" for word, numbers in places.items())
