"""One deposit on its way, as its target sees it: what it remembers, intends, moves and keeps goes into the journal."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from archiver.deposits.contract import NotYetError, RefusedError, RetryableError
from archiver.deposits.journal import IntentEnd
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.deposits.journal import DepositJournal
    from archiver.deposits.journal.writing import DepositWriter
    from archiver.deposits.running.run import Run
    from archiver.model.deposits import Exchange, Parcel

_WORDS = 1000
"""Characters of an error that are kept."""


class RunningAttempt:
    """The attempt that ``run_deposit`` gives to a target; its methods may be called from many threads."""

    def __init__(self, journal: DepositJournal, deposit: str, parcel: Parcel, run: Run) -> None:
        self.phase = "open"
        """Which method of the target runs."""

        self._journal = journal
        self._writer: DepositWriter = journal.writer(deposit)
        self._deposit = deposit
        self._parcel = parcel
        self._run = run
        self._memory: dict[str, object] = self._writer.memory()
        self._here = threading.local()
        self._lock = threading.Lock()
        self._position = 0

    @property
    def parcel(self) -> Parcel:
        """What is sent."""
        return self._parcel

    @property
    def memory(self) -> Mapping[str, object]:
        """What the target remembered of this deposit."""
        with self._lock:
            return dict(self._memory)

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """Actions of which nobody knows how they ended."""
        return tuple(intent.action for intent in self._journal.in_doubt(self._deposit))

    def remember(self, **values: object) -> None:
        """Keep JSON values, durable when it returns."""
        with self._lock:
            self._writer.remember(values)
            self._memory.update(values)

    @contextlib.contextmanager
    def intend(self, action: str, **detail: object) -> Iterator[None]:
        """Write down what is about to be asked for; its end is written after the block."""
        number = self._writer.intend(self.phase, action, detail, self.now())
        outer, self._here.exchanges = getattr(self._here, "exchanges", None), []
        try:
            yield
        except Exception as error:
            self._end(number, _end_of(error), printable(f"{type(error).__name__}: {error}")[:_WORDS])
            raise
        else:
            self._end(number, IntentEnd.DONE, None)
        finally:
            # Whatever else ends the block ends the program: the end stays open, and is asked for on restart.
            self._here.exchanges = outer

    def moved(self, count: int) -> None:
        """Tell of bytes that went over the line; waits where a bandwidth limit asks for it."""
        if self.phase == "verify":
            self._run.watcher.read_back(self._deposit, count)
        else:
            with self._lock:
                self._position += count
            self._run.watcher.moved(self._deposit, count)
        self._run.wait(self._run.bandwidth.take(count))

    def keep(self, exchange: Exchange) -> None:
        """Keep a request and its reply; one of an intended request is written together with its end."""
        waiting: list[Exchange] | None = getattr(self._here, "exchanges", None)
        if waiting is None:
            self._writer.keep((exchange,))
        else:
            waiting.append(exchange)

    def now(self) -> datetime:
        """Return the time, with its zone."""
        return self._run.clock.now()

    def at(self, position: int) -> None:
        """Take down how many bytes of the parcel the target has: what was sent in vain is taken off again."""
        with self._lock:
            difference, self._position = position - self._position, position
        if difference:
            self._run.watcher.moved(self._deposit, difference)

    def _end(self, number: int, end: IntentEnd, words: str | None) -> None:
        self._writer.end(number, end, words, self._here.exchanges)


def _end_of(error: Exception) -> IntentEnd:
    if isinstance(error, RefusedError):
        return IntentEnd.REFUSED
    return IntentEnd.NOTHING if isinstance(error, (RetryableError, NotYetError)) else IntentEnd.LOST
