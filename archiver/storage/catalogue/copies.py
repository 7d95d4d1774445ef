"""The same bytes in several places, told by their digests alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from archiver.storage.catalogue import schema
from archiver.storage.catalogue.objects import digest_bytes, digest_key
from archiver.storage.catalogue.schema import HERE
from archiver.storage.catalogue.values import Duplicates, FileCopy

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

_KEYS_AT_ONCE = 50

MOST_COPIES = 1_000
"""Of the same bytes that are told one by one: a small file may be in a million packages."""

_SEEN = (schema.files.c.current, schema.files.c.document, (schema.files.c.size > 0) | schema.files.c.size.is_(None))
"""Of what people see of a package."""

Reading = Callable[[], AbstractContextManager["Connection"]]

_HERE = schema.objects.c.state == HERE
_JOINED = schema.files.join(schema.objects, schema.objects.c.id == schema.files.c.object)
_COLUMNS = (
    schema.objects.c.edition,
    schema.objects.c.identifier,
    schema.objects.c.path.label("object_path"),
    schema.objects.c.digest_algorithm,
    schema.files,
)


def files_by_digest(connection: Connection, editions: Mapping[int, int], digest: str) -> Iterator[FileCopy]:
    """Yield every place where bytes of a digest lie.

    Args:
        connection: to read with.
        editions: number of an edition -> that of its store.
        digest: hexadecimal, in the algorithm of the objects' inventories.
    """
    wanted = digest_bytes(digest)
    query = (
        select(*_COLUMNS)
        .select_from(_JOINED)
        .where(schema.files.c.digest_key == digest_key(wanted), schema.files.c.digest == wanted)
    )
    for row in connection.execute(_of_editions(query, editions).order_by(schema.objects.c.id, schema.files.c.number)):
        yield _copy(row, editions)


def duplicates(reading: Reading, editions: Mapping[int, int], *, everything: bool) -> Iterator[Duplicates]:
    """Yield bytes that several packages have; no transaction is open between two of them.

    Args:
        reading: opens a transaction.
        editions: number of an edition -> that of its store.
        everything: also files that came from the making of packages, such as ``bagit.txt``, those of earlier versions
            alone, and empty ones.
    """
    after: int | None = None
    while True:
        with reading() as connection:
            keys = _shared_keys(connection, after)
            found = list(_sharing(connection, editions, keys, everything=everything)) if keys else []
        yield from found
        if not keys:
            return
        after = keys[-1]


def _shared_keys(connection: Connection, after: int | None) -> list[int]:
    """Return the next keys of digests that several packages have: the index of digests alone says it."""
    files = schema.files
    several = select(files.c.digest_key).group_by(files.c.digest_key)
    several = several.having(func.min(files.c.object) < func.max(files.c.object))
    if after is not None:
        several = several.where(files.c.digest_key > after)
    return list(connection.execute(several.order_by(files.c.digest_key).limit(_KEYS_AT_ONCE)).scalars())


def _sharing(
    connection: Connection, editions: Mapping[int, int], keys: list[int], *, everything: bool
) -> Iterator[Duplicates]:
    files, objects = schema.files, schema.objects
    asked = _of_editions(select(files.c.digest_key, files.c.digest).select_from(_JOINED), editions)
    asked = asked.where(files.c.digest_key.in_(keys))
    if not everything:
        asked = asked.where(*_SEEN)
    counts = asked.add_columns(func.count().label("copies"), func.count(objects.c.id.distinct()).label("packages"))
    counts = counts.group_by(files.c.digest_key, files.c.digest, objects.c.digest_algorithm)
    counts = counts.having(func.count(objects.c.id.distinct()) > 1)
    for one in connection.execute(counts.order_by(files.c.digest_key, files.c.digest)).all():
        query = select(*_COLUMNS).select_from(_JOINED)
        query = query.where(files.c.digest_key == one.digest_key, files.c.digest == one.digest)
        if not everything:
            query = query.where(*_SEEN)
        query = _of_editions(query, editions).order_by(objects.c.id, files.c.number).limit(MOST_COPIES)
        copies = tuple(_copy(row, editions) for row in connection.execute(query))
        yield Duplicates(
            digest=copies[0].digest,
            size=copies[0].size,
            copies=copies,
            copies_in_all=one.copies,
            packages=one.packages,
        )


def _of_editions(query: Select[Any], editions: Mapping[int, int]) -> Select[Any]:
    return query.where(schema.objects.c.edition.in_(list(editions)), _HERE)


def _copy(row: Any, editions: Mapping[int, int]) -> FileCopy:  # noqa: ANN401 - a row of SQLAlchemy
    return FileCopy(
        store=editions[row.edition],
        identifier=row.identifier,
        path=row.path,
        content_path=row.content_path or f"v{row.version}/content/{row.path}",
        object_path=row.object_path,
        digest=row.digest.hex(),
        algorithm=row.digest_algorithm,
        size=row.size,
    )
