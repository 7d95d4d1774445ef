"""Writes down how one deposit gets on; each method is durable when it returns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archiver.deposits.journal.coding import (
    column,
    evidence_rows,
    exchange_row,
    findings_text,
    json_text,
    times_of,
    times_text,
)
from archiver.deposits.journal.values import IntentEnd
from archiver.model import Finding
from archiver.model.deposits import DepositState, Evidence, Exchange

if TYPE_CHECKING:
    import sqlite3

    from archiver.deposits.journal.connections import Connections

KEPT_AT_EACH_END = 500
"""Exchanges: of a package of a million files the first and the last are kept, and how many were left out."""


class DepositWriter:
    """One deposit's part of the journal."""

    def __init__(
        self, connections: Connections, known: str, readable: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._connections = connections
        self._id = known
        self._readable = readable

    def enter(
        self,
        state: DepositState,
        time: datetime,
        *,
        reason: str | None = None,
        findings: Sequence[Finding] = (),
        askable: bool = False,
        evidence: Evidence | None = None,
    ) -> None:
        """Write down a state and what there is to say of it; what was said before is replaced.

        Args:
            state: the one that is entered, or stayed in.
            time: with its zone.
            reason: why it failed, is unknown, or waits.
            findings: what a target refused by, or demanded.
            askable: of an unknown one, whether ``resume`` may ask again.
            evidence: what the target is known to hold; None leaves what is there.
        """
        with self._connections.writing() as connection:
            times = self._times(connection)
            if state.value != self._get(connection, "state") or state not in times:
                times[state] = time
            self._set(
                connection,
                state=state.value,
                times=times_text(times),
                reason=column(reason) if reason is not None else None,
                findings=findings_text(findings),
                askable=askable,
            )
            if state is DepositState.UPLOADED:
                # What was sent piece by piece is proven by evidence from here on, not by this list.
                self._run(connection, "DELETE FROM intent WHERE deposit = ? AND phase = 'put' AND settled = 1")
            if evidence is not None:
                self._set_evidence(connection, evidence)

    def again(self, time: datetime) -> None:
        """Begin a deposit anew that failed, or of which more is asked for by now.

        What the target remembered stays, so that it finds what is there. So does what the try before ended by, until
        the target is asked: wrong bytes may lie there.
        """
        with self._connections.writing() as connection:
            self._run(connection, "UPDATE deposit SET tries = tries + 1, askable = 0, seen = 0 WHERE id = ?")
            said = self._get(connection, "findings")
            self._clear(connection, DepositState.PLANNED, {DepositState.PLANNED: time}, reason=None)
            self._set(connection, findings=said)

    def looked_at(self, *, present: bool, time: datetime) -> None:
        """Take down what a person saw at the target."""
        state, seen, reason = DepositState.FAILED, 0, "a person looked, and it is not there"
        if present:
            state, seen, reason = DepositState.COMPLETED, 1, "a person looked, and it is there; not compared yet"
        with self._connections.writing() as connection:
            times = {**self._times(connection), state: time}
            self._run(connection, "DELETE FROM intent WHERE deposit = ?")
            self._clear(connection, state, times, reason=reason)
            self._set(connection, seen=seen, askable=0, **({} if present else {"memory": "{}"}))

    def seen_by_a_person(self) -> bool:
        """Tell whether a person says that it is there."""
        return bool(self._column("seen"))

    def memory(self) -> dict[str, Any]:
        """Return what the target remembered."""
        with self._readable():
            kept = json.loads(self._column("memory"))
            if not isinstance(kept, dict):
                raise TypeError("what a target remembered is no table")
            return kept

    def remember(self, values: Mapping[str, object]) -> None:
        """Add to what the target remembers.

        Raises:
            TypeError: a value is none that JSON has a word for.
        """
        json_text(dict(values))
        with self._connections.writing() as connection:
            with self._readable():
                merged = json_text({**json.loads(self._get(connection, "memory")), **values})
            self._set(connection, memory=merged)

    def intend(self, phase: str, action: str, detail: Mapping[str, object], time: datetime) -> int:
        """Write down what is about to be asked for; returns the number to end it by."""
        told = json_text(dict(detail))
        statement = "INSERT INTO intent (deposit, phase, action, detail, time) VALUES (?, ?, ?, ?, ?)"
        with self._connections.writing() as connection:
            row = (self._id, phase, column(action), told, time.isoformat())
            return int(connection.execute(statement, row).lastrowid or 0)

    def end(self, number: int, end: IntentEnd, words: str | None, exchanges: Iterable[Exchange]) -> None:
        """Write down how it ended, with what was said on the way."""
        statement = "UPDATE intent SET end = ?, words = ?, settled = ? WHERE number = ?"
        with self._connections.writing() as connection:
            told = column(words) if words is not None else None
            connection.execute(statement, (end.value, told, end is not IntentEnd.LOST, number))
            self._keep(connection, exchanges)

    def keep(self, exchanges: Iterable[Exchange]) -> None:
        """Write down what was asked and answered."""
        with self._connections.writing() as connection:
            self._keep(connection, exchanges)

    def settle(self) -> None:
        """Write down that the target was asked: nothing is in doubt any more."""
        with self._connections.writing() as connection:
            self._run(connection, "UPDATE intent SET settled = 1 WHERE deposit = ? AND settled = 0")

    def _clear(
        self,
        connection: sqlite3.Connection,
        state: DepositState,
        times: Mapping[DepositState, datetime],
        *,
        reason: str | None,
    ) -> None:
        self._set(connection, state=state.value, times=times_text(times), reason=reason, findings="[]", found_at=None)
        self._run(connection, "DELETE FROM file_evidence WHERE deposit = ?")

    def _set_evidence(self, connection: sqlite3.Connection, evidence: Evidence) -> None:
        self._run(connection, "DELETE FROM file_evidence WHERE deposit = ?")
        rows = evidence_rows(self._id, evidence)
        connection.executemany("INSERT INTO file_evidence VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        identifiers = json_text(dict(evidence.identifiers))
        self._set(connection, found_at=column(evidence.location), identifiers=identifiers)

    def _keep(self, connection: sqlite3.Connection, exchanges: Iterable[Exchange]) -> None:
        statement = "INSERT INTO exchange (deposit, time, request, reply, headers, body) VALUES (?, ?, ?, ?, ?, ?)"
        for exchange in exchanges:
            connection.execute(statement, exchange_row(self._id, exchange))
        count = self._run(connection, "SELECT count(*) AS count FROM exchange WHERE deposit = ?").fetchone()["count"]
        too_many = count - 2 * KEPT_AT_EACH_END
        if too_many > 0:
            middle = "SELECT number FROM exchange WHERE deposit = ? ORDER BY number LIMIT ? OFFSET ?"
            wanted = (self._id, too_many, KEPT_AT_EACH_END)
            connection.execute(f"DELETE FROM exchange WHERE number IN ({middle})", wanted)  # noqa: S608 - as above
            connection.execute("UPDATE deposit SET left_out = left_out + ? WHERE id = ?", (too_many, self._id))

    def _times(self, connection: sqlite3.Connection) -> dict[DepositState, datetime]:
        with self._readable():
            return times_of(self._get(connection, "times"))

    def _column(self, name: str) -> Any:  # noqa: ANN401 - as SQLite has it
        with self._connections.reading() as connection:
            return self._get(connection, name)

    def _get(self, connection: sqlite3.Connection, name: str) -> Any:  # noqa: ANN401 - as SQLite has it
        return self._run(connection, "SELECT * FROM deposit WHERE id = ?").fetchone()[name]

    def _set(self, connection: sqlite3.Connection, **values: object) -> None:
        told = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(f"UPDATE deposit SET {told} WHERE id = :id", {**values, "id": self._id})  # noqa: S608

    def _run(self, connection: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
        return connection.execute(statement, (self._id,))
