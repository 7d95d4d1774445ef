"""How far deposits are, on a terminal: bytes read, sent and read back, of all packages together; and why one waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from archiver.model.deposits import DepositState
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.cli.progress import TerminalProgress

_WORDS = {
    DepositState.OPENED: "sending",
    DepositState.UPLOADING: "sending",
    DepositState.COMPLETING: "completing",
    DepositState.COMPLETED: "comparing",
}
_NAME = 28
"""Characters of a package's name that the bar has room for."""

_WORTH_SAYING = 1.0
"""Seconds of waiting."""


class DepositBar:
    """Told by all threads of a run; one of them draws at a time."""

    def __init__(self, progress: TerminalProgress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._left: dict[str, int] = {}
        """Package -> bytes that are expected yet."""

        self._names: dict[str, str] = {}
        """Deposit -> package."""

        self._total = 0

    def begin(self, package: str, total: int) -> None:
        """Add a package's bytes to those that lie ahead."""
        with self._lock:
            self._left[package] = total
            self._total += total

    def all_known(self) -> None:
        """Show the bar."""
        self._progress.begin(self._total)

    def prepared(self, package: str, count: int) -> None:
        """Count bytes of a package that were read."""
        with self._lock:
            self._count(package, count)

    def is_deposit(self, package: str, deposit: str) -> None:
        """Know which deposit a package is."""
        with self._lock:
            self._names[deposit] = package

    def ended(self, package: str) -> None:
        """Count what was expected of a package and did not have to be done."""
        with self._lock:
            self._progress.advance(self._left.pop(package, 0))

    def entered(self, deposit: str, state: DepositState) -> None:
        """Say what is done with a package."""
        with self._lock:
            if state in _WORDS:
                name = self._name(deposit).rstrip("/").rpartition("/")[2]
                self._progress.item(f"{name[-_NAME:]}: {_WORDS[state]}")

    def moved(self, deposit: str, count: int) -> None:
        """Count bytes that were sent, or have to be sent again."""
        with self._lock:
            self._count(self._name(deposit), count)

    def read_back(self, deposit: str, count: int) -> None:
        """Count bytes that were fetched again."""
        self.moved(deposit, count)

    def waits(self, deposit: str, seconds: float, why: str) -> None:
        """Say why nothing goes on."""
        if seconds >= _WORTH_SAYING:
            with self.aside():
                name = self._names.get(deposit, deposit)
                click.echo(f"{name}: waiting {seconds:.0f} s before trying again: {printable(why)}", err=True)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away while the block prints something."""
        with self._lock, self._progress.aside():
            yield

    def _name(self, deposit: str) -> str:
        return self._names.get(deposit, deposit)

    def _count(self, package: str, count: int) -> None:
        left = self._left.get(package, 0)
        counted = min(count, left)
        self._left[package] = left - counted
        if counted:
            self._progress.advance(counted)
