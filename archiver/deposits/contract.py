"""The interface of a target, what it is given, and the four ways in which a request can end badly.

A target never decides to try again, waits for nothing and writes no journal: it makes requests and says truly how each
ended. Whoever runs it (``deposits.running``) asks the target first after every doubt, and keeps account.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from archiver.model import Finding
    from archiver.model.deposits import Evidence, Exchange, Packaging, Parcel, ParcelFile


class RefusedError(Exception):
    """The target said no, and asking again is of no use: the deposit fails. The finding names the setting to change."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


class RetryableError(Exception):
    """Nothing came of the request, or repeating it does no harm: it may be tried again, after asking the target."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        self.after = after
        """Seconds that the target asked to be left alone for (``Retry-After``); None: it said nothing."""
        super().__init__(message)


class LostReplyError(Exception):
    """The target may have done what was asked; its reply is lost. ``open`` is asked before anything is repeated."""


class UnclearError(Exception):
    """It cannot be found out whether the target has the deposit; the message says what a person must look at."""


class NotYetError(Exception):
    """The target cannot show what it holds before some time has passed: it thaws an archive, or works on the deposit.

    The deposit stays as far as it is; ``deposit resume`` looks again.
    """

    def __init__(self, message: str, *, wait: timedelta | None = None) -> None:
        self.wait = wait
        super().__init__(message)


class Standing(StrEnum):
    """What a target knows of a deposit with this key."""

    NEW = "new"
    """It knew nothing of it, and now there is a place for it."""

    OPEN = "open"
    """An earlier one was found that is not complete, or not as the settings ask for now; files may be there already."""

    COMPLETE = "complete"
    """It was found complete, and as the settings ask for: nothing is sent, it is verified alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a target can do; what it cannot do is made up for here."""

    packagings: tuple[Packaging, ...]
    """That it takes, the preferred one first."""

    largest_bytes: int | None = None
    """Of one file; None: no limit is known."""

    digests: tuple[str, ...] = ()
    """Algorithms that it reports of what it holds, as in hashlib."""

    resumable: bool = False
    """Whether a file can be gone on with from where it was cut off."""

    conditional_create: bool = False
    """Whether it refuses a second deposit under the same name by itself."""

    server_verifies: bool = False
    """Whether it refuses bytes that do not meet a digest sent with them."""

    unpacks: tuple[Packaging, ...] = ()
    """Packagings that it takes apart, so that what it holds is not the file that was sent."""

    finds_by_identifier: bool = False
    """Whether an earlier deposit can be found by its key; without it a lost reply is ``unknown``."""

    parallel_packages: bool = True
    """Whether several packages may be sent at once."""


class Attempt(Protocol):
    """One deposit on its way, as the target sees it: given by whoever runs it."""

    @property
    def parcel(self) -> Parcel:
        """What is sent."""
        ...

    @property
    def memory(self) -> Mapping[str, object]:
        """What the target remembered of this deposit, JSON values; outlives a kill."""
        ...

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """Actions of :meth:`intend` of which nobody knows how they ended, oldest first.

        Whoever ran them was killed, or their reply was lost. They are in doubt until ``open`` returns: a target that
        finds nothing by its key must not create anew what one of these may have created, and raises UnclearError.
        """
        ...

    def remember(self, **values: object) -> None:
        """Keep JSON values, durable when it returns: ``remember(draft="abc-1", upload_id="...")``."""
        ...

    def intend(self, action: str, **detail: object) -> AbstractContextManager[None]:
        """Write down what is about to be asked for, durable before the block runs; its end is written after it.

        Every request that changes anything at the target stands in such a block: ``with attempt.intend("publish"):``.
        What must be known of it again (the address of a draft) is remembered inside the block: a run may be killed
        right behind it.
        """
        ...

    def moved(self, count: int) -> None:
        """Tell of bytes that went over the line; waits where a bandwidth limit asks for it.

        Raises:
            KeyboardInterrupt: the run is to stop.
        """
        ...

    def keep(self, exchange: Exchange) -> None:
        """Keep a request and its reply for the receipt; secrets were taken out before."""
        ...

    def now(self) -> datetime:
        """Return the time, with its zone."""
        ...


class Target(Protocol):
    """One repository as the configuration names it. Every method may raise the errors of this module."""

    @property
    def kind(self) -> str:
        """As in ``kind = "..."`` of the configuration: ``s3``, ``inveniordm``."""
        ...

    @property
    def location(self) -> str:
        """Of the repository, for people: a URL or path without secrets."""
        ...

    def capabilities(self) -> Capabilities:
        """Return what it can do; asks the server only where that differs from server to server."""
        ...

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what it demands that the parcel lacks, before a byte is sent; errors stop the deposit."""
        ...

    def open(self, attempt: Attempt) -> Standing:
        """Look for an earlier deposit with the parcel's key, and make a place for it when there is none.

        Called at the start, after each restart, and after each lost reply: so it always looks first, by what it
        remembers and then by the key. Must be safe to call any number of times.

        Raises:
            UnclearError: it cannot be told whether an earlier one exists.
        """
        ...

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        """Ask how many of a file's first bytes the target holds: from 0 to its size, the size meaning all of it.

        An empty file is always put, whatever this says of it.
        """
        ...

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        """Send a file from an offset on; returns when the target took all of it."""
        ...

    def complete(self, attempt: Attempt) -> None:
        """Tell the target that everything was sent; a target that has no such request does nothing."""
        ...

    def verify(self, attempt: Attempt) -> Evidence:
        """Ask the target what it holds, or read it back; compares with the parcel's sizes and digests."""
        ...

    def close(self) -> None:
        """Let connections go."""
        ...
