"""Full-text search over the descriptions of packages; what a person typed is never part of a query's syntax."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, text

from archiver.storage.catalogue.schema import restored
from archiver.storage.catalogue.values import SearchHit
from archiver.storage.catalogue.words import Phrase, phrases, words_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LONGEST_EXCERPT = 200
_LOOKED_AT = 1 << 14  # characters of a description where an excerpt is looked for

_QUERY = """
    SELECT objects.edition, objects.identifier, objects.path, descriptions.title, descriptions.text
    FROM ({found}) AS found
    JOIN objects ON objects.id = found.id
    JOIN descriptions ON descriptions.object = found.id
    ORDER BY found.score, found.id
"""
_SQLITE = """
    SELECT objects.id AS id, bm25(description_words, 8.0, 1.0) AS score
    FROM description_words
    JOIN objects ON objects.id = description_words.rowid
    WHERE description_words MATCH :wanted AND objects.edition IN :editions
    ORDER BY score, id LIMIT :limit
"""
_POSTGRESQL = """
    SELECT objects.id AS id, -ts_rank(description_vectors.words, CAST(:wanted AS tsquery)) AS score
    FROM description_vectors
    JOIN objects ON objects.id = description_vectors.object
    WHERE description_vectors.words @@ CAST(:wanted AS tsquery) AND objects.edition IN :editions
    ORDER BY score, id LIMIT :limit
"""


def search(connection: Connection, editions: Mapping[int, int], wanted: str, limit: int) -> Iterator[SearchHit]:
    """Yield the packages that have every word, best first.

    Args:
        connection: to read with.
        editions: number of an edition -> that of its store.
        wanted: as typed.
        limit: how many at most.
    """
    asked = phrases(wanted)
    if not asked or not editions:
        return
    is_sqlite = connection.dialect.name == "sqlite"
    found, words = (_SQLITE, _sqlite_query(asked)) if is_sqlite else (_POSTGRESQL, _postgresql_query(asked))
    query = text(_QUERY.format(found=found)).bindparams(bindparam("editions", expanding=True))
    for row in connection.execute(query, {"wanted": words, "editions": list(editions), "limit": limit}):
        yield SearchHit(
            store=editions[row.edition],
            identifier=restored(row.identifier),
            path=restored(row.path),
            title=restored(row.title),
            excerpt=_excerpt(restored(row.text), asked),
        )


def _sqlite_query(asked: Sequence[Phrase]) -> str:
    # Words are letters, digits and marks alone: no quote can be among them.
    return " ".join(f'"{" ".join(one.words)}"{" *" if one.begins else ""}' for one in asked)


def _postgresql_query(asked: Sequence[Phrase]) -> str:
    parts = []
    for one in asked:
        words = [f"'{word}'" for word in one.words]
        words[-1] += ":*" if one.begins else ""
        parts.append(f"({' <-> '.join(words)})")
    return " & ".join(parts)


def _excerpt(described: str, asked: Sequence[Phrase]) -> str:
    """Return the first line that has one of the words, else nothing; long ones around the place are cut."""
    for line in described[:_LOOKED_AT].split("\n"):
        folded = words_of(line)
        for one in asked:
            if any(_is_at(folded, place, one) for place in range(len(folded))):
                return line if len(line) <= _LONGEST_EXCERPT else line[: _LONGEST_EXCERPT - 1] + "…"
    return ""


def _is_at(folded: list[str], place: int, one: Phrase) -> bool:
    there = tuple(folded[place : place + len(one.words)])
    if not one.begins:
        return there == one.words
    return len(there) == len(one.words) and there[:-1] == one.words[:-1] and there[-1].startswith(one.words[-1])


def has_words(wanted: str) -> bool:
    """Tell whether there is anything to search for in what was typed."""
    return bool(phrases(wanted))
