"""What closes a failure is told from what opened it by its instant, though both be of one second."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.steps.audit.asking import AuditedStore, AuditRequest
from archiver.steps.audit.closing import acknowledge
from archiver.steps.audit.limits import AuditLimits
from archiver.steps.audit.opening import StoresAsked, opened_stores
from archiver.steps.audit.running import Audit
from archiver.steps.repair.repairing import RepairOptions, damaged_packages, repair_stored
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace, store_place
from tests.storage.stores.stored_objects import make_object, make_root

NAME = "urn:example:one"
BEGIN = datetime(2026, 1, 1, 12, 30, 15, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Goes on by a millisecond whenever it is looked at."""

    time: datetime = BEGIN

    def look(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    root = make_root(tmp_path / "store")
    make_object(root / "one", NAME, [{"letter": b"what stood there"}])
    shutil.copytree(root, tmp_path / "copy")
    (root / "one/v1/content/letter").write_bytes(b"damage")
    return store_place(root)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def _opened(place: StorePlace) -> Iterator[AuditedStore]:
    with opened_stores(StoresAsked(places=(place,), now=BEGIN), AuditLimits()) as ((store,), _):
        yield store


def _audit(place: StorePlace, clock: Clock) -> int:
    """Return how many failures are open after an audit."""
    with _opened(place) as store:
        request = AuditRequest(clock=clock.look, seconds=time.monotonic)
        running = Audit([store], request)
        list(running.run())
        return len(running.summary.failures)


def test_a_repair_closes_a_failure_that_was_found_in_the_very_second(
    place: StorePlace, clock: Clock, tmp_path: Path
) -> None:
    assert _audit(place, clock) == 1
    options = RepairOptions(
        place=place, sources=(str(tmp_path / "copy"),), par2=None, dry_run=False, now=BEGIN, clock=clock.look
    )
    assert [one.status for one in repair_stored(options, damaged_packages(options))] == ["repaired"]
    assert clock.time < BEGIN + timedelta(seconds=1)
    for _ in range(2):
        assert damaged_packages(options) == []
        place.catalogue.unlink()  # made anew from the store and its log, it knows the same


def test_a_failure_is_acknowledged_though_the_clock_was_set_back(place: StorePlace, clock: Clock) -> None:
    assert _audit(place, clock) == 1
    with _opened(place) as store:
        assert acknowledge(store, NAME, "seen", "Jane Doe", BEGIN - timedelta(hours=1)) == 1
        assert not store.catalogue.open_failures([store.number])
    assert [entry.kind for entry in StoreLog(place.records).entries()] == ["audit", "acknowledged"]
    place.catalogue.unlink()
    with _opened(place) as store:
        assert not store.catalogue.open_failures([store.number])
