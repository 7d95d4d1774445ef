"""How the audits of a store stand: when they take place, and which failures nobody has acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from archiver.steps.audit.evidence import known_records
from archiver.steps.audit.heartbeat import Heartbeat, heartbeat
from archiver.steps.stores.cataloguing import opened_catalogues
from archiver.storage.store_log.runs import open_runs

if TYPE_CHECKING:
    from archiver.storage.catalogue.values import OpenFailure
    from archiver.storage.stores.place import StorePlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the audits of one store stand."""

    store: str
    """As the user named it."""

    beat: Heartbeat
    open_runs: tuple[str, ...]
    """Audits that are under way, or were broken off."""

    failures: tuple[OpenFailure, ...]

    @property
    def needs_somebody(self) -> bool:
        """Whether an audit is overdue, or a failure is open."""
        return self.beat.overdue is not None or bool(self.failures)


def standing_of(place: StorePlace, catalogue: str | None, every: timedelta | None, now: datetime) -> Standing:
    """Look how the audits of a store stand.

    Args:
        place: of the store.
        catalogue: path or URL of the catalogue of all stores; None: the store's own.
        every: how often audits are to begin; None: as the log says.
        now: with its zone.

    Raises:
        UsageError: there is neither a store nor a log of one.
        CatalogueError: the catalogue cannot be used.
        StorageError: the records cannot be read.
    """
    records = known_records(place)
    with opened_catalogues([place], catalogue) as (known,):
        failures = known.catalogue.open_failures(known.places)
    return Standing(
        store=place.location,
        beat=heartbeat(records, every, now),
        open_runs=tuple(open_runs(records)),
        failures=failures,
    )
