"""The same bytes in several places, told by their digests alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from archiver.storage.catalogue import schema
from archiver.storage.catalogue.objects import digest_bytes, digest_key
from archiver.storage.catalogue.schema import HERE
from archiver.storage.catalogue.values import Duplicates, FileCopy

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

_KEYS_AT_ONCE = 200

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


def duplicates(connection: Connection, editions: Mapping[int, int], *, everything: bool) -> Iterator[Duplicates]:
    """Yield bytes that several packages have.

    Args:
        connection: to read with.
        editions: number of an edition -> that of its store.
        everything: also files that came from the making of packages, such as ``bagit.txt``, and empty ones.
    """
    files = schema.files
    after: int | None = None
    while True:
        # Answered from the index of digests alone.
        several = select(files.c.digest_key).group_by(files.c.digest_key)
        several = several.having(func.min(files.c.object) < func.max(files.c.object))
        if after is not None:
            several = several.where(files.c.digest_key > after)
        keys = list(connection.execute(several.order_by(files.c.digest_key).limit(_KEYS_AT_ONCE)).scalars())
        if not keys:
            return
        yield from _sharing(connection, editions, keys, everything=everything)
        after = keys[-1]


def _sharing(
    connection: Connection, editions: Mapping[int, int], keys: list[int], *, everything: bool
) -> Iterator[Duplicates]:
    files, objects = schema.files, schema.objects
    query = select(*_COLUMNS).select_from(_JOINED).where(files.c.digest_key.in_(keys))
    if not everything:
        query = query.where(files.c.document, (files.c.size > 0) | files.c.size.is_(None))
    order = (files.c.digest_key, files.c.digest, objects.c.id, files.c.number)
    rows = connection.execute(_of_editions(query, editions).order_by(*order))
    for _, same in groupby(rows, key=lambda row: (row.digest, row.digest_algorithm)):
        copies = tuple(_copy(row, editions) for row in same)
        if len({(copy.store, copy.identifier) for copy in copies}) > 1:
            yield Duplicates(digest=copies[0].digest, size=copies[0].size, copies=copies)


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
