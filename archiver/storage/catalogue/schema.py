"""The tables of a catalogue, as SQLAlchemy knows them; ``migrations`` makes them, and a test holds the two together.

Everything that a rebuild makes anew hangs off an *edition* of its store: a rebuild writes a new edition while the old
one is in use, and takes its place in one transaction. Digests are bytes, instants are microseconds since 1970 in UTC,
and text that a database refuses (NUL, lone surrogates) is escaped. Nothing here connects to anything.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    cast,
)
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

_ESCAPE = "\x1a"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

NEVER = 0
"""Where an instant stands for a check that has not been."""

HERE, ABSENT, GIVEN_UP = 0, 1, 2
"""A package is in the store; or is not, and was; or is not, and somebody has acknowledged that."""

OUTCOMES = ("ok", "damaged", "missing", "could-not-check")
"""Outcome of a check -> its number; a new one goes to the end."""


def storable(text: str) -> str:
    """Return ``text`` as every database takes it; :func:`restored` gives it back."""
    if (text.isascii() or _is_encodable(text)) and "\0" not in text and not text.startswith(_ESCAPE):
        return text
    return _ESCAPE + json.dumps(text)


def restored(text: str) -> str:
    """Return what :func:`storable` was given."""
    return str(json.loads(text[1:])) if text.startswith(_ESCAPE) else text


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def instant(moment: datetime) -> int:
    """Return microseconds since 1970 of a moment that has a zone."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int | None) -> datetime | None:
    """Return the moment in UTC; None for none and for :data:`NEVER`."""
    return _EPOCH + timedelta(microseconds=value) if value else None


class AnyText(TypeDecorator[str]):
    """Text of strangers: names and words of any kind."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:  # noqa: ARG002, D102
        return None if value is None else storable(value)

    def process_result_value(self, value: str | None, dialect: object) -> str | None:  # noqa: ARG002, D102
        return None if value is None else restored(value)


# SQLite numbers rows by itself only where the key is an INTEGER, which is of 64 bits there.
_KEY: TypeEngine[Any] = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    }
)

stores = Table(
    "stores",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("location", AnyText, nullable=False, unique=True),
    Column("kind", AnyText, nullable=False),
    Column("edition", BigInteger, nullable=True),  # the one that is read
)

editions = Table(
    "editions",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("store", BigInteger, ForeignKey("stores.id"), nullable=False),
    Column("indexed", Boolean, nullable=False),  # whether a rebuild made it: only then it knows all of the store
    Column("log_position", BigInteger, nullable=False),  # of the last entry of the log that was imported
    sqlite_autoincrement=True,  # no number twice: a rebuild must notice that its edition was taken away
)

objects = Table(
    "objects",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("edition", BigInteger, ForeignKey("editions.id"), nullable=False),
    Column("identifier", AnyText, nullable=False),
    Column("path", AnyText, nullable=False),
    Column("state", SmallInteger, nullable=False),  # HERE, ABSENT or GIVEN_UP
    Column("head", AnyText, nullable=False),
    Column("head_number", Integer, nullable=False),
    Column("inventory_digest", LargeBinary, nullable=False),
    Column("digest_algorithm", AnyText, nullable=False),
    Column("created", AnyText, nullable=False),
    Column("updated", AnyText, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("content_files", BigInteger, nullable=False),
    Column("checked", BigInteger, nullable=False),  # the last check that had an answer
    Column("attempted", BigInteger, nullable=False),  # the last check
    Column("outcome", SmallInteger, nullable=True),  # of the last check
    UniqueConstraint("edition", "identifier"),
    Index(None, "edition", "attempted", "id"),
)

versions = Table(
    "versions",
    metadata,
    Column("object", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created", AnyText, nullable=False),
    Column("message", AnyText, nullable=False),
    Column("user_name", AnyText, nullable=False),
    sqlite_with_rowid=False,
)

formats = Table(
    "formats",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("puid", AnyText, nullable=False),
    Column("media_type", AnyText, nullable=False),
    Column("name", AnyText, nullable=False),
    UniqueConstraint("puid", "media_type", "name"),
)

files = Table(
    "files",
    metadata,
    Column("object", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("path", AnyText, nullable=False),
    Column("version", Integer, nullable=False),  # in whose folder the content lies; 0: content_path says it all
    Column("content_path", AnyText, nullable=True),  # null: v<version>/content/<path>
    Column("current", Boolean, nullable=False),
    Column("document", Boolean, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("digest_key", BigInteger, nullable=False),  # the first 8 bytes of the digest: an eighth of the index
    Column("size", BigInteger, nullable=True),
    Column("format", BigInteger, nullable=True),
    Index(None, "digest_key"),
    sqlite_with_rowid=False,
)


class Vector(UserDefinedType[str]):
    """PostgreSQL's ``tsvector``, written as its own text."""

    cache_ok = True

    def get_col_spec(self, **_kw: object) -> str:  # noqa: D102 - SQLAlchemy's own name
        return "tsvector"

    def bind_expression(self, bindvalue: Any) -> Any:  # noqa: ANN401, D102 - same
        return cast(bindvalue, self)


descriptions = Table(
    "descriptions",
    metadata,
    Column("object", _KEY, primary_key=True, autoincrement=False),
    Column("title", AnyText, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("title_words", Text, nullable=False),
    Column("words", Text, nullable=False),
)
"""Beside it stands the full-text index: the virtual table ``description_words`` in SQLite, which keeps itself up to
date, and :data:`vectors` in PostgreSQL."""

vectors = Table(
    "description_vectors",
    MetaData(),
    Column("object", BigInteger, primary_key=True, autoincrement=False),
    Column("words", Vector, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("edition", BigInteger, ForeignKey("editions.id"), nullable=False),
    Column("name", AnyText, nullable=False),
    UniqueConstraint("edition", "name"),
)

checks = Table(
    "checks",
    metadata,
    Column("run", BigInteger, primary_key=True, autoincrement=False),
    Column("object", BigInteger, primary_key=True, autoincrement=False),
    Column("path", AnyText, nullable=True),  # null: where the object is now
    Column("version", AnyText, nullable=True),
    Column("inventory_digest", LargeBinary, nullable=True),
    Column("outcome", SmallInteger, nullable=False),
    Column("files", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Column("findings", AnyText, nullable=True),  # JSON
    Index(None, "object", "ended"),
    sqlite_with_rowid=False,
)

failures = Table(
    "failures",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("object", BigInteger, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("path", AnyText, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
    Column("findings", AnyText, nullable=False),  # JSON
    Column("acknowledged", BigInteger, nullable=False),
    Column("acknowledged_by", AnyText, nullable=False),
    Column("note", AnyText, nullable=False),
    Index(None, "object"),
)

deposits = Table(
    "deposits",
    metadata,
    Column("object", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", BigInteger, primary_key=True, autoincrement=False),  # of the store's log
    Column("deposit", AnyText, nullable=False),
    Column("moment", BigInteger, nullable=False),
    Column("target", AnyText, nullable=False),
    Column("kind", AnyText, nullable=False),
    Column("location", AnyText, nullable=False),
    Column("state", AnyText, nullable=False),
    Column("evidence", AnyText, nullable=False),
    Column("held_at", AnyText, nullable=False),
    Column("receipt", AnyText, nullable=False),
    Column("program", AnyText, nullable=False),
    sqlite_with_rowid=False,
)
