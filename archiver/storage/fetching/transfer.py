"""Brings one file to its end: asks, goes on where a connection was cut, waits, asks again, and gives up in time.

Writes to the file on its way alone; compares nothing and publishes nothing.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from archiver.standards.fetch_urls import FetchUrl
from archiver.standards.names import printable
from archiver.storage.fetching import answers
from archiver.storage.fetching.addresses import AddressRefusedError
from archiver.storage.fetching.budget import Budget
from archiver.storage.fetching.client import CUT_OFF, Answer, Client
from archiver.storage.fetching.failures import Cause, FetchFailure, TryAgain
from archiver.storage.fetching.partial import PartFile
from archiver.storage.fetching.rules import FetchRules, Timing

_REDIRECTS = 5
_ENOUGH = 1 << 20
"""Bytes that make a request worth it although it was cut: it does not count against the file."""

_LONGEST_WAIT = 120.0
"""Seconds; a server that asks for more is not waited for."""


@dataclass(slots=True, kw_only=True)
class Transfer:
    """One file on its way."""

    client: Client
    url: FetchUrl
    size: int | None
    """Bytes that ``fetch.txt`` states: no more are taken."""

    part: PartFile
    budget: Budget
    rules: FetchRules
    timing: Timing
    stopped: threading.Event
    """Set when nothing more is to be asked."""

    advance: Callable[[int], None]
    """Told of bytes by which the file is longer than it ever was."""

    _furthest: int = field(default=0, init=False)

    def run(self) -> None:
        """Fetch until the server says that the file is whole.

        Raises:
            FetchFailure: it cannot be brought to its end.
            OSError: the disk refused.
        """
        self._check_budget(self.part.size)
        self._tell()
        failed = 0
        while True:
            before = self.part.size
            try:
                self._ask()
            except TryAgain as again:
                if again.restart:
                    self.restart()
                failed = 1 if self.part.size - before >= _ENOUGH else failed + 1
                self._wait(again, failed)
            else:
                return

    def restart(self) -> None:
        """Drop what is here."""
        self.budget.give_back(self.part.size)
        self.part.restart()

    def _ask(self) -> None:
        url = self.url
        for _ in range(_REDIRECTS):
            fields = answers.range_fields(self.part.size, self.part.validator)
            try:
                with self.client.get(url, fields) as answer:
                    target = answers.next_address(url, answer)
                    if target is None:
                        self._receive(url, answer)
                        return
                    url = target
            except AddressRefusedError as error:
                raise FetchFailure(Cause.ADDRESS, f"{url.authority} has the address {error}", silent=True) from error
            except CUT_OFF as error:
                raise _no_answer(url, error) from error
        raise FetchFailure(Cause.REMOTE_REDIRECTED, f"{self.url.shown} sends from address to address without an end")

    def _receive(self, url: FetchUrl, answer: Answer) -> None:
        goes_on = answers.continues(url, answer, self.part.size)
        answers.refuse_encoded(url, answer)
        if self.part.size and not goes_on:
            self.restart()
        total = answers.stated_length(answer, self.part.size)
        self._check_length(total)
        self.part.stitched |= goes_on
        self.part.remember(answers.validator(answer) or (self.part.validator if goes_on else None))
        try:
            for chunk in answer.body:
                self._check_length(self.part.size + len(chunk))
                self._check_budget(len(chunk))
                self.part.append(chunk)
                self._tell()
        except CUT_OFF as error:
            raise TryAgain(f"{url.shown} broke off after {self.part.size} bytes{_said(error)}") from error
        if total is None and self.size is not None and self.part.size < self.size:
            # Nothing told where the body ends: a cut connection looks like its end.
            raise TryAgain(f"{url.shown} ended after {self.part.size} of {self.size} bytes")

    def _check_length(self, length: int | None) -> None:
        if length is not None and self.size is not None and length > self.size:
            words = f"{self.url.shown} has more than the {self.size} bytes that fetch.txt states"
            raise FetchFailure(Cause.REMOTE_TOO_LONG, words)

    def _check_budget(self, octets: int) -> None:
        if not self.budget.take(octets):
            words = f"with it more than {self.rules.max_bytes} bytes would be fetched"
            raise FetchFailure(Cause.LIMIT, words)

    def _tell(self) -> None:
        if self.part.size > self._furthest:
            self.advance(self.part.size - self._furthest)
            self._furthest = self.part.size

    def _wait(self, again: TryAgain, failed: int) -> None:
        if failed >= self.rules.attempts or self.stopped.is_set():
            words = f"{again.words}; asked {failed} times"
            raise FetchFailure(Cause.REMOTE_FAILED, words, silent=again.silent) from again
        if again.after is not None and again.after > _LONGEST_WAIT:
            words = f"{again.words} and asks to come back in {again.after:.0f} seconds"
            raise FetchFailure(Cause.REMOTE_FAILED, words) from again
        # Full jitter: clients that were cut off together do not come back together.
        self.timing.pause(self.stopped, (again.after or 0.0) + self.timing.chance() * min(2.0**failed, 30.0))


def _no_answer(url: FetchUrl, error: Exception) -> Exception:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        words = f"the certificate of {url.authority} does not hold ({printable(cause.verify_message)[:200]})"
        return FetchFailure(Cause.REMOTE_FAILED, words, silent=True)
    return TryAgain(f"{url.authority} gave no answer{_said(error)}", silent=True)


def _said(error: Exception) -> str:
    system = error.__cause__ or error.__context__
    words = system.strerror if isinstance(system, OSError) and system.strerror else str(error)
    return f" ({printable(words)[:200] or type(error).__name__})"
