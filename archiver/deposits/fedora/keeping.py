"""Keeps a transaction from expiring while a long file is sent in it: by default, one lives three minutes unused."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from archiver.deposits.contract import LostReplyError, RefusedError, RetryableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from archiver.deposits.contract import Attempt
    from archiver.deposits.fedora.interface import Interface
    from archiver.model.deposits import Exchange, Parcel

_EVERY = timedelta(seconds=30)


class KeepingAlive:
    """An attempt that tells the server, as bytes go over the line, that their transaction is still wanted."""

    def __init__(self, attempt: Attempt, interface: Interface, transaction: str) -> None:
        self._attempt = attempt
        self._interface = interface
        self._transaction = transaction
        self._told = attempt.now()

    @property
    def parcel(self) -> Parcel:
        """What is sent."""
        return self._attempt.parcel

    @property
    def memory(self) -> Mapping[str, object]:
        """What the target remembered."""
        return self._attempt.memory

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """Actions of which nobody knows how they ended."""
        return self._attempt.in_doubt

    def remember(self, **values: object) -> None:
        """Keep JSON values."""
        self._attempt.remember(**values)

    def intend(self, action: str, **detail: object) -> AbstractContextManager[None]:
        """Write down what is about to be asked for."""
        return self._attempt.intend(action, **detail)

    def moved(self, count: int) -> None:
        """Tell of bytes that went over the line, and every half minute the server, too."""
        self._attempt.moved(count)
        now = self._attempt.now()
        if abs(now - self._told) < _EVERY:
            return
        self._told = now
        # Should it be of no use, the request that is under way says so.
        with contextlib.suppress(RefusedError, RetryableError, LostReplyError):
            self._interface.refresh(self._transaction)

    def keep(self, exchange: Exchange) -> None:
        """Keep a request and its reply."""
        self._attempt.keep(exchange)

    def now(self) -> datetime:
        """Return the time, with its zone."""
        return self._attempt.now()
