"""Failures that stay open: until a person acknowledges them, or until a repair and a good check after it.

Every closing is an entry of the log, so that a catalogue made anew knows of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.model import FixityOutcome
from archiver.standards.names import printable
from archiver.storage.catalogue.values import OpenFailure, PlannedCheck
from archiver.storage.store_log.log import StoreLog

if TYPE_CHECKING:
    from archiver.steps.audit.asking import AuditedStore

ACKNOWLEDGED = "acknowledged"
REPAIRED = "repaired"
_LONGEST = 2_000
"""Characters of a reason."""


def acknowledge(store: AuditedStore, identifier: str, reason: str, by: str, now: datetime) -> int:
    """Close the open failures of a package.

    Args:
        store: that holds the package, or held it.
        identifier: of the package.
        reason: what was found out, in the words of who did.
        by: who it is.
        now: with its zone.

    Returns:
        How many failures were open.

    Raises:
        UsageError: none is, or there is no reason.
        StorageError: the log could not be written.
    """
    if not reason.strip() or len(reason) > _LONGEST:
        raise UsageError(f"a failure is acknowledged with a reason of at most {_LONGEST:,} characters")
    named = [one for one in store.catalogue.open_failures([store.number]) if one.identifier == identifier]
    if not named:
        raise UsageError(f"no failure of {printable(identifier)} is open in the store {store.name}")
    return _close(store, named[0], note=reason.strip(), by=by, now=now)


def repaired_since(store: AuditedStore) -> dict[str, datetime]:
    """Return the packages with an open failure that were repaired since: identifier -> when."""
    failed = {one.identifier: one.last_seen for one in store.catalogue.open_failures([store.number])}
    if not failed:
        return {}
    found: dict[str, datetime] = {}
    for entry in StoreLog(store.place.records).entries(kinds=(REPAIRED,)):
        identifier = entry.body.get("identifier")
        if isinstance(identifier, str) and identifier in failed and entry.time >= failed[identifier]:
            found[identifier] = entry.time
    return found


def checked_first(store: AuditedStore, repaired: Mapping[str, datetime]) -> list[PlannedCheck]:
    """Return the repaired packages as checks: whether they are good now is not left until it is their turn."""
    return [
        PlannedCheck(
            store=store.number,
            identifier=one.identifier,
            path=one.path,
            bytes=0,
            files=0,
            last_checked=None,
            last_outcome=one.outcome,
        )
        for one in store.catalogue.open_failures([store.number])
        if one.identifier in repaired
    ]


def close_repaired(store: AuditedStore, repaired: Mapping[str, datetime], now: datetime) -> list[str]:
    """Close the failures of repaired packages that a check after the repair found whole; return which."""
    closed = []
    for one in store.catalogue.open_failures([store.number]):
        if one.since is FixityOutcome.OK and one.identifier in repaired and repaired[one.identifier] >= one.last_seen:
            note = (
                f"repaired on {repaired[one.identifier].date().isoformat()}, and whole when it was checked afterwards"
            )
            _close(store, one, note=note, by="archiver audit", now=now)
            closed.append(one.identifier)
    return closed


def _close(store: AuditedStore, failure: OpenFailure, *, note: str, by: str, now: datetime) -> int:
    body = {"identifier": failure.identifier, "by": by, "note": note}
    # What is closed was seen before, though the clock was set back since.
    entry = StoreLog(store.place.records).append(ACKNOWLEDGED, body, now=max(now, failure.last_seen))
    return store.catalogue.acknowledge(store.number, failure.identifier, when=entry.time, by=by, note=note)
