"""Rows that are added where they are missing, and left as they are where they are there; in either database's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table
    from sqlalchemy.sql import Insert


def insert_missing(connection: Connection, table: Table) -> Insert:
    """Return the statement that adds rows to a table unless there are such."""
    # One of them alone is loaded: PostgreSQL's takes a tenth of the start of every command, and few have one.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415

    return sqlite.insert(table).on_conflict_do_nothing()
