"""Progress in bytes with an honest estimate, on stderr, and only where a person is watching."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_DRAW_EVERY = 0.1
"""Seconds."""


class TerminalProgress:
    """A bar on stderr while its block runs; silent when stderr is no terminal or ``quiet`` is asked for."""

    def __init__(self, verb: str, *, quiet: bool = False) -> None:
        self._verb = verb
        self._shown = sys.stderr.isatty() and not quiet
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._done = 0
        self._total: int | None = 0
        self._drawn = 0.0

    def __enter__(self) -> Self:
        return self

    @property
    def shown(self) -> bool:
        """Whether anybody sees it."""
        return self._shown

    def begin(self, total: int | None) -> None:
        """Show the bar: ``total`` bytes lie ahead; None: nobody knows how many, and no time is promised."""
        self._total = total
        if not self._shown:
            return
        from rich.console import Console  # noqa: PLC0415 - costs 0.1 s, and only a terminal needs it
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(compact=True))
        # Drawn by this thread alone: a process with a second one may not be forked (see storage/digesting).
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        self._task = self._bar.add_task(self._verb, total=total)
        self._bar.start()

    def advance(self, count: int) -> None:
        """``count`` more bytes are done."""
        self._done = self._done + count if self._total is None else min(self._done + count, self._total)
        if self._bar is not None and self._task is not None:
            now = self._bar.get_time()
            draw = now >= self._drawn + _DRAW_EVERY or self._done == self._total
            self._drawn = now if draw else self._drawn
            self._bar.update(self._task, completed=self._done, refresh=draw)

    def item(self, name: str) -> None:
        """Say what is being worked on."""
        if self._bar is not None and self._task is not None:
            from rich.markup import escape  # noqa: PLC0415 - rich is loaded by now

            self._bar.update(self._task, description=f"{self._verb} {escape(name[:40])}", refresh=True)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away while the block prints something: a line must not begin behind it."""
        if self._bar is None:
            yield
            return
        self._bar.stop()
        yield
        self._bar.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
