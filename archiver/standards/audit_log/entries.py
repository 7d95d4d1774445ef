"""Entries of a store's log: each names the digest of the one before it, so that none can be changed unseen.

A line is the canonical JSON (RFC 8785) of ``body``, ``digest``, ``kind``, ``previous``, ``seq`` and ``time``; its
``digest`` is the SHA-256 of the canonical JSON of the five others. Whoever keeps the digest of the last entry can tell
whether anything was changed, taken out, put in, moved or cut off before it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from archiver.standards.audit_log.canonical import Json, NotCanonicalError, canonical, read_canonical

_DIGEST = re.compile("[0-9a-f]{64}")
_KIND = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KEYS = frozenset({"body", "digest", "kind", "previous", "seq", "time"})
_LARGEST = (1 << 53) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of a log."""

    seq: int
    """From 1, without a gap."""

    kind: str
    """Kebab-case: ``added``, ``audit``, ``repaired``, ``acknowledged``, ``protected``, ``time-stamp``, ..."""

    time: datetime
    """When it was written, in UTC."""

    body: Mapping[str, Json]
    previous: str | None
    """``digest`` of the entry before; None for the first."""

    digest: str
    """SHA-256, lower-case hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """The last entry of a log, as it stood at some time: what to keep elsewhere."""

    seq: int
    time: datetime
    digest: str


def make_entry(after: LogHead | None, kind: str, body: Mapping[str, Json], time: datetime) -> LogEntry:
    """Make the entry that follows another.

    Args:
        after: the last entry; None for the first.
        kind: kebab-case.
        body: what it says; keys snake_case.
        time: with its zone.

    Raises:
        ValueError: ``kind`` is not kebab-case or ``time`` has no zone.
        NotCanonicalError: the body cannot be written canonically.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind of entry")
    seq, previous = (after.seq + 1, after.digest) if after else (1, None)
    told = _told(kind, body, previous, seq, time)
    return LogEntry(
        seq=seq,
        kind=kind,
        time=read_time(str(told["time"])),
        body=body,
        previous=previous,
        digest=hashlib.sha256(canonical(told)).hexdigest(),
    )


def entry_line(entry: LogEntry) -> bytes:
    """Write an entry as a line, its end included."""
    told = _told(entry.kind, entry.body, entry.previous, entry.seq, entry.time)
    return canonical({**told, "digest": entry.digest}) + b"\n"


def read_entry(line: bytes) -> LogEntry:
    """Read a line, without its end, and hold that its digest is its own.

    Raises:
        NotCanonicalError: it is no entry, or not as it was written.
    """
    value = read_canonical(line)
    if not isinstance(value, Mapping) or set(value) != _KEYS:
        raise NotCanonicalError("no entry of a log")
    body, kind, seq, time = (value[key] for key in ("body", "kind", "seq", "time"))
    previous, digest = _digest(value["previous"]), _digest(value["digest"])
    if not (isinstance(body, Mapping) and isinstance(kind, str) and _KIND.fullmatch(kind)) or digest is None:
        raise NotCanonicalError("no entry of a log")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq <= _LARGEST or not isinstance(time, str):
        raise NotCanonicalError("no entry of a log")
    # Members are sorted, and none behind the digest can hold these words: cut out of the line, it leaves the others.
    before, _, behind = line.rpartition(f'"digest":"{digest}",'.encode())
    if hashlib.sha256(before + behind).hexdigest() != digest:
        raise NotCanonicalError("its digest is another")
    return LogEntry(seq=seq, kind=kind, time=read_time(time), body=body, previous=previous, digest=digest)


def head_of(entry: LogEntry) -> LogHead:
    """Return what to keep of an entry."""
    return LogHead(seq=entry.seq, time=entry.time, digest=entry.digest)


def follows(entry: LogEntry, before: LogHead | None) -> bool:
    """Tell whether an entry is the next one after ``before``; None: whether it is a first one."""
    if before is None:
        return entry.seq == 1 and entry.previous is None
    return entry.seq == before.seq + 1 and entry.previous == before.digest


def write_time(time: datetime) -> str:
    """Write a time in UTC: ``2026-11-22T12:00:00Z``, with microseconds where there are some.

    Raises:
        ValueError: it has no zone.
    """
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def read_time(text: str) -> datetime:
    """Read a time as :func:`write_time` writes it.

    Raises:
        NotCanonicalError: it is none, or written in another way.
    """
    try:
        time = datetime.fromisoformat(text)
        if write_time(time) == text:
            return time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotCanonicalError("no time") from error
    raise NotCanonicalError("no time in UTC")


def _told(kind: str, body: Mapping[str, Json], previous: str | None, seq: int, time: datetime) -> dict[str, Json]:
    return {"body": body, "kind": kind, "previous": previous, "seq": seq, "time": write_time(time)}


def _digest(value: Json) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise NotCanonicalError("no SHA-256 digest")
    return value
