"""What a schedule is made of, and what each system's file makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class UnschedulableError(ValueError):
    """A system cannot be given a command as it is; the message says why."""


class Rhythm(Enum):
    """How often: the rhythms that every system can keep across restarts, however long the machine was off."""

    HOURLY = timedelta(hours=1)
    TWO_HOURS = timedelta(hours=2)
    THREE_HOURS = timedelta(hours=3)
    FOUR_HOURS = timedelta(hours=4)
    SIX_HOURS = timedelta(hours=6)
    EIGHT_HOURS = timedelta(hours=8)
    TWELVE_HOURS = timedelta(hours=12)
    DAILY = timedelta(days=1)
    WEEKLY = timedelta(days=7)
    MONTHLY = timedelta(days=30)
    QUARTERLY = timedelta(days=91)
    YEARLY = timedelta(days=365)

    @property
    def hours(self) -> int | None:
        """The hours between, where these are less than a day."""
        hours = int(self.value.total_seconds()) // 3600
        return hours if hours < 24 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be started, and how often."""

    name: str
    """ASCII letters, digits and ``-``."""

    description: str
    """One line, printable."""

    command: Sequence[str]
    """Program, as an absolute path, and its arguments; none has a control character."""

    rhythm: Rhythm
    minute: int
    """Of the hour, from 0 to 59; not all machines at once."""

    hour: int
    """Of the day, from 0 to 23, where it is not started every few hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFile:
    """A file that a system reads."""

    name: str
    text: str
    encoding: str = "utf-8"
    """In which the system reads it."""
