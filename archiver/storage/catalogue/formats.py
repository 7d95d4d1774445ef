"""The numbers that formats have in a catalogue: each is kept once, however many files are of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from archiver.storage.catalogue import schema
from archiver.storage.catalogue.missing_rows import insert_missing
from archiver.storage.catalogue.values import IndexedFormat

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection


def format_numbers(connection: Connection, forms: AbstractSet[IndexedFormat]) -> dict[IndexedFormat, int]:
    """Return the number of each format, those that are new here included; in a transaction that writes."""
    table = schema.formats
    if not forms:
        return {}
    puids = sorted({form.puid for form in forms})
    missing = forms - _known(connection, puids).keys()
    if missing:
        if connection.dialect.name == "postgresql":  # two that insert some in another order would wait for each other
            connection.execute(text("LOCK TABLE formats IN SHARE ROW EXCLUSIVE MODE"))
        rows = [
            {"puid": form.puid, "media_type": form.media_type, "name": form.name}
            for form in sorted(missing, key=lambda form: (form.puid, form.media_type, form.name))
        ]
        connection.execute(insert_missing(connection, table), rows)
    return _known(connection, puids)


def _known(connection: Connection, puids: list[str]) -> dict[IndexedFormat, int]:
    table = schema.formats
    rows = connection.execute(select(table).where(table.c.puid.in_(puids)))
    return {IndexedFormat(puid=row.puid, media_type=row.media_type, name=row.name): row.id for row in rows}
