"""Stores, their packages with versions, files and descriptions, and every fixity check."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, and the full-text index of the database at hand."""
    _stores()
    _objects()
    _files()
    _checks()
    _failures()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_words()
    else:
        _postgresql_words()


def _stores() -> None:
    op.create_table(
        "stores",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("edition", sa.BigInteger, nullable=True),
        sa.UniqueConstraint("location", name="stores_location_key"),
    )
    op.create_table(
        "editions",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("store", sa.BigInteger, sa.ForeignKey("stores.id", name="editions_store_fkey"), nullable=False),
        sa.Column("indexed", sa.Boolean, nullable=False),
        sa.Column("log_position", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )


def _objects() -> None:
    op.create_table(
        "objects",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("edition", sa.BigInteger, sa.ForeignKey("editions.id", name="objects_edition_fkey"), nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("head_number", sa.Integer, nullable=False),
        sa.Column("inventory_digest", sa.LargeBinary, nullable=False),
        sa.Column("digest_algorithm", sa.Text, nullable=False),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("updated", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("content_files", sa.BigInteger, nullable=False),
        sa.Column("checked", sa.BigInteger, nullable=False),
        sa.Column("attempted", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.SmallInteger, nullable=True),
        sa.UniqueConstraint("edition", "identifier", name="objects_edition_identifier_key"),
    )
    op.create_index("objects_edition_attempted_id_idx", "objects", ["edition", "attempted", "id"])
    op.create_table(
        "versions",
        sa.Column("object", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("user_name", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "descriptions",
        sa.Column("object", _KEY, primary_key=True, autoincrement=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("title_words", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )


def _files() -> None:
    op.create_table(
        "formats",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("puid", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.UniqueConstraint("puid", "media_type", "name", name="formats_puid_media_type_name_key"),
    )
    op.create_table(
        "files",
        sa.Column("object", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_path", sa.Text, nullable=True),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("document", sa.Boolean, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("digest_key", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=True),
        sa.Column("format", sa.BigInteger, nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index("files_digest_key_idx", "files", ["digest_key"])


def _checks() -> None:
    op.create_table(
        "runs",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("edition", sa.BigInteger, sa.ForeignKey("editions.id", name="runs_edition_fkey"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.UniqueConstraint("edition", "name", name="runs_edition_name_key"),
    )
    op.create_table(
        "checks",
        sa.Column("run", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("object", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("path", sa.Text, nullable=True),
        sa.Column("version", sa.Text, nullable=True),
        sa.Column("inventory_digest", sa.LargeBinary, nullable=True),
        sa.Column("outcome", sa.SmallInteger, nullable=False),
        sa.Column("files", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger, nullable=False),
        sa.Column("findings", sa.Text, nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index("checks_object_ended_idx", "checks", ["object", "ended"])


def _failures() -> None:
    op.create_table(
        "failures",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("object", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.SmallInteger, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.BigInteger, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("acknowledged", sa.BigInteger, nullable=False),
        sa.Column("acknowledged_by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("failures_object_idx", "failures", ["object"])


def _sqlite_words() -> None:
    # The words are folded and parted before they come here, so that both databases find the same; what is left for
    # this tokenizer, to which every character beyond ASCII is a letter, is to part at spaces.
    op.execute(
        "CREATE VIRTUAL TABLE description_words USING fts5(title_words, words, content='descriptions', "
        "content_rowid='object', tokenize='ascii')"
    )
    op.execute(
        "CREATE TRIGGER descriptions_in AFTER INSERT ON descriptions BEGIN "
        "INSERT INTO description_words(rowid, title_words, words) VALUES (new.object, new.title_words, new.words); END"
    )
    op.execute(
        "CREATE TRIGGER descriptions_out AFTER DELETE ON descriptions BEGIN "
        "INSERT INTO description_words(description_words, rowid, title_words, words) "
        "VALUES ('delete', old.object, old.title_words, old.words); END"
    )


def _postgresql_words() -> None:
    op.execute("CREATE TABLE description_vectors (object bigint PRIMARY KEY, words tsvector NOT NULL)")
    op.execute("CREATE INDEX description_vectors_words_idx ON description_vectors USING gin (words)")
