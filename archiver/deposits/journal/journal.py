"""The journal of deposits: an SQLite file in the records folder. Nothing secret is ever written into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from archiver.deposits.journal.coding import column, deposit_of, facts_row, intent_of, times_text
from archiver.deposits.journal.connections import Connections, make_folder
from archiver.deposits.journal.faults import JournalError, readable
from archiver.deposits.journal.values import Deposit, Intent, deposit_id, parcel_facts
from archiver.deposits.journal.writing import DepositWriter
from archiver.errors import UsageError
from archiver.model.deposits import DepositState
from archiver.standards.names import printable

if TYPE_CHECKING:
    import sqlite3

    from archiver.deposits.contract import Target
    from archiver.model.deposits import Parcel

FILE_NAME = "journal.sqlite"


class DepositJournal:
    """What is known of every deposit of one records folder. May be used from many threads, and by many processes."""

    def __init__(self, records: Path, connections: Connections) -> None:
        self.records = records
        self._connections = connections

    @classmethod
    def open(cls, records: Path) -> Self:
        """Open the journal of a records folder; both are made where they are missing.

        Raises:
            JournalNewerError: a newer version of the program wrote it.
            JournalError: it is damaged, something else, or its disk refuses.
        """
        try:
            make_folder(records)
        except OSError as error:
            raise JournalError(
                f"{printable(str(records))} cannot be made to keep the records of deposits in ({error.strerror}); name "
                "another folder with --records, or records in [deposits] of archiver.toml"
            ) from error
        return cls(records, Connections(records / FILE_NAME))

    @classmethod
    def is_there(cls, records: Path) -> bool:
        """Tell whether a folder holds a journal; makes none."""
        return (records / FILE_NAME).is_file()

    def begin(self, target: Target, parcel: Parcel, *, name: str, origin: str, time: datetime) -> Deposit:
        """Return the deposit of a package with a target, planned now where there was none.

        Args:
            target: whose kind and location tell it from another of the same name.
            parcel: what is to be sent.
            name: the target's, as in ``[targets.NAME]``.
            origin: what the package was asked for by.
            time: with its zone.
        """
        known = deposit_id(name, target.kind, target.location, parcel.key)
        facts = facts_row(parcel_facts(parcel))
        row = {
            "id": known,
            "target": column(name),
            "kind": target.kind,
            "location": column(target.location),
            "origin": column(origin),
            "state": DepositState.PLANNED.value,
            "times": times_text({DepositState.PLANNED: time}),
            **facts,
        }
        names = ", ".join(row)
        places = ", ".join(f":{key}" for key in row)
        # The same package may be asked for from another place next time: resume goes by the last one of its name.
        statement = (
            f"INSERT INTO deposit ({names}) VALUES ({places}) "  # noqa: S608 - the names stand above
            "ON CONFLICT (id) DO UPDATE SET origin = excluded.origin WHERE name = excluded.name"
        )
        changes = ", ".join(f"{key} = :{key}" for key in ("origin", *facts))
        anew = f"UPDATE deposit SET {changes} WHERE id = :id AND state IN ('planned', 'failed')"  # noqa: S608 - same
        with self._connections.writing() as connection:
            connection.execute(statement, row)
            connection.execute(anew, row)
        return self.deposit(known)

    def find(self, target: Target, parcel: Parcel, *, name: str) -> Deposit | None:
        """Return the deposit of a package with a target; None when none was ever begun."""
        return self._one(deposit_id(name, target.kind, target.location, parcel.key))

    def deposit(self, known: str) -> Deposit:
        """Return a deposit with all that is known of it.

        Args:
            known: its id, or so many of its first digits that there is only one.

        Raises:
            UsageError: there is none, or there are several.
        """
        whole = self._one(known)
        if whole is not None:
            return whole
        with self._connections.reading() as connection:
            found = [row["id"] for row in connection.execute("SELECT id FROM deposit ORDER BY id")]
        fitting = [one for one in found if known and one.startswith(known)]
        if len(fitting) != 1:
            counted = f"{len(fitting)} deposits begin with it" if fitting else "there is no such deposit"
            raise UsageError(f"{printable(known)!r}: {counted}; `archiver deposit status` lists them")
        return self.deposit(fitting[0])

    def deposits(self) -> tuple[Deposit, ...]:
        """Return every deposit, the one that began last first.

        Without exchanges, and of the evidence as little as shows how strong it is: one file of each level.
        :meth:`deposit` gives the rest.
        """
        found = self._deposits("SELECT * FROM deposit ORDER BY id")
        return tuple(sorted(found, key=lambda deposit: deposit.began, reverse=True))

    def unfinished(self) -> tuple[Deposit, ...]:
        """Return what ``resume`` takes up, the oldest first: not at an end, or unknown and to be told by asking.

        They lack what those of :meth:`deposits` lack.
        """
        found = self._deposits(f"SELECT * FROM deposit WHERE {_UNFINISHED}")  # noqa: S608 - it stands below
        return tuple(sorted(found, key=lambda deposit: (deposit.began, deposit.id)))

    def is_wanted(self, parcel: Parcel) -> bool:
        """Tell whether a deposit of the same package, with whichever target, is still to be gone on with."""
        key = (column(parcel.identifier), parcel.package_digest)
        same = f"SELECT 1 FROM deposit WHERE identifier = ? AND package_digest = ? AND {_UNFINISHED}"  # noqa: S608
        with self._connections.reading() as connection:
            return connection.execute(same, key).fetchone() is not None

    def in_doubt(self, known: str) -> tuple[Intent, ...]:
        """Return what was asked of a target and has no known end, oldest first."""
        statement = "SELECT * FROM intent WHERE deposit = ? AND settled = 0 ORDER BY number"
        with self._connections.reading() as connection, self._readable():
            return tuple(intent_of(row) for row in connection.execute(statement, (known,)))

    def was_begun(self, known: str) -> bool:
        """Tell whether anything was ever done at a target for a deposit."""
        statement = "SELECT 1 FROM intent WHERE deposit = ? AND end = 'done' LIMIT 1"
        with self._connections.reading() as connection:
            return connection.execute(statement, (known,)).fetchone() is not None

    def memory(self, known: str) -> Mapping[str, Any]:
        """Return what a target remembered of a deposit."""
        return self.writer(known).memory()

    def looked_at(self, known: str, *, present: bool, time: datetime) -> Deposit:
        """Take down what a person saw at the target of a deposit that is unknown, or that was verified and is gone.

        Args:
            known: id of the deposit, or its beginning.
            present: whether it is there. If so, ``resume`` compares it; if not, it can be deposited anew.
            time: with its zone.

        Raises:
            UsageError: there is no such deposit, or it is not one that a person has to look at.
        """
        deposit = self.deposit(known)
        if deposit.state not in {DepositState.UNKNOWN, DepositState.VERIFIED}:
            raise UsageError(
                f"deposit {deposit.id} is {deposit.state.value}: it does not wait for anybody to look; "
                "run `archiver deposit resume`"
            )
        self.writer(deposit.id).looked_at(present=present, time=time)
        return self.deposit(deposit.id)

    def writer(self, known: str) -> DepositWriter:
        """Return what writes down how one deposit gets on; whoever uses it holds the deposit's lock."""
        return DepositWriter(self._connections, known, self._readable)

    def close(self) -> None:
        """Close every thread's connection; only when no thread works with them any more."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _one(self, known: str) -> Deposit | None:
        with self._connections.reading() as connection, self._readable():
            row = connection.execute("SELECT * FROM deposit WHERE id = ?", (known,)).fetchone()
            if row is None:
                return None
            exchanges = connection.execute("SELECT * FROM exchange WHERE deposit = ? ORDER BY number", (known,))
            return deposit_of(row, _evidence_rows(connection, known), exchanges)

    def _deposits(self, statement: str) -> list[Deposit]:
        with self._connections.reading() as connection, self._readable():
            rows = connection.execute(statement).fetchall()
            return [deposit_of(row, _kinds_of_evidence(connection, row["id"]), ()) for row in rows]

    def _readable(self) -> Any:  # noqa: ANN401 - a context manager
        return readable(self.records / FILE_NAME)


_UNFINISHED = "(state NOT IN ('verified', 'failed', 'unknown') OR askable = 1)"


def _evidence_rows(connection: sqlite3.Connection, known: str) -> Iterable[sqlite3.Row]:
    return connection.execute("SELECT * FROM file_evidence WHERE deposit = ? ORDER BY number", (known,))


def _kinds_of_evidence(connection: sqlite3.Connection, known: str) -> Iterable[sqlite3.Row]:
    """Return one row of each level, the first, whether it agrees or not: a package may have a million files."""
    return connection.execute(
        "SELECT *, MIN(number) FROM file_evidence WHERE deposit = ? GROUP BY level, agrees ORDER BY MIN(number)",
        (known,),
    )
