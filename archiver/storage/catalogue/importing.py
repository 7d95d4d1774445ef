"""Takes over what the log beside a store says: which packages were added, how checks came out, what was acknowledged.

Believes the log's form and nothing else: an entry that does not say what it should is passed over. Reads no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from archiver.storage.catalogue import deposits, failures, history, schema
from archiver.storage.catalogue.objects import in_batches

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from archiver.model import FixityResult
    from archiver.storage.catalogue.values import LoggedEntry

ResultsOf = Callable[[str], Iterable["FixityResult"]]
"""Name of a run -> its results."""

Transaction = Callable[[], AbstractContextManager["Connection"]]

_ENTRIES_AT_ONCE = 500
_RESULTS_AT_ONCE = 500


def import_entries(
    reading: Transaction, writing: Transaction, edition: int, entries: Iterable[LoggedEntry], results: ResultsOf
) -> int:
    """Import the entries that are later than the edition's position; return how many these were.

    The position goes on with each transaction: whoever is killed goes on from there.
    """
    table = schema.editions
    with reading() as connection:
        position = connection.execute(select(table.c.log_position).where(table.c.id == edition)).scalar_one()
    count = 0
    for batch in in_batches((entry for entry in entries if entry.seq > position), _ENTRIES_AT_ONCE):
        plain: list[LoggedEntry] = []
        for entry in batch:
            run = _text(entry.body, "run") if entry.kind == "audit" else None
            if run is not None:
                _import_plain(writing, edition, plain)
                plain = []
                import_results(writing, edition, run, results(run))
            plain.append(entry)
        _import_plain(writing, edition, plain)
        count += len(batch)
    return count


def import_results(writing: Transaction, edition: int, run: str, results: Iterable[FixityResult]) -> None:
    """Write the results of one run, a transaction a batch."""
    for batch in in_batches(results, _RESULTS_AT_ONCE):
        with writing() as connection:
            history.write_results(connection, edition, run, batch)


def _import_plain(writing: Transaction, edition: int, entries: list[LoggedEntry]) -> None:
    if not entries:
        return
    with writing() as connection:
        for entry in entries:
            _import_entry(connection, edition, entry)
        table = schema.editions
        last = update(table).where(table.c.id == edition, table.c.log_position < entries[-1].seq)
        connection.execute(last.values(log_position=entries[-1].seq))


def _import_entry(connection: Connection, edition: int, entry: LoggedEntry) -> None:
    identifier = _text(entry.body, "identifier")
    if identifier is None:
        return
    if entry.kind == "added":
        history.take_down(connection, edition, [(identifier, _text(entry.body, "path") or "")])
    elif entry.kind == "deposited":
        deposits.note_deposit(connection, edition, entry, identifier)
    elif entry.kind == "acknowledged":
        one = failures.Acknowledgement(
            identifier=identifier,
            when=entry.time,
            by=_text(entry.body, "by") or "",
            note=_text(entry.body, "note") or "",
        )
        failures.acknowledge(connection, edition, one)


def _text(body: Mapping[str, Any], key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) and value else None
