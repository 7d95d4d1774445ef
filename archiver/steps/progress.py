"""How a step tells how far it is: the listener that every step takes, and one that cannot be told too much."""

from __future__ import annotations

from typing import Protocol

from archiver.storage.source_files import Progress


class StepProgress(Protocol):
    """Hears how far a step is; one call at a time."""

    def begin(self, total: int) -> None:
        """``total`` bytes are to be read, written or fetched, as far as their number is known."""

    def advance(self, count: int) -> None:
        """``count`` more bytes are done; where the total is known, the sum never exceeds it."""


def capped(progress: StepProgress, total: int) -> Progress:
    """Return a listener that stops at ``total``: reading back counts the tag files too."""
    left = total

    def advance(count: int) -> None:
        nonlocal left
        progress.advance(min(count, left))
        left -= min(count, left)

    return advance
