"""Audits: oldest first within their limits, nothing lost by a kill, no alarm without cause, everything signed off."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archiver.errors import UsageError
from archiver.model import FixityOutcome
from archiver.steps.audit.asking import AuditedStore, AuditRequest, AuditSummary, Checked
from archiver.steps.audit.closing import acknowledge
from archiver.steps.audit.limits import AuditLimits, Schedule
from archiver.steps.audit.opening import StoresAsked, opened_stores
from archiver.steps.audit.running import Audit
from archiver.steps.audit.verify_log import verify_log
from archiver.steps.repair.protecting import ProtectRequest, protect
from archiver.storage.parity.program import find_par2
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.local_tree import LocalTree
from archiver.storage.stores.place import StorePlace, store_place
from tests.storage.stores.stored_objects import make_object, make_root

OK, DAMAGED, MISSING = FixityOutcome.OK, FixityOutcome.DAMAGED, FixityOutcome.MISSING
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
CONTENT = 10


@dataclass(slots=True)
class Time:
    """A clock that goes on by a second whenever it is looked at, and by days when it is told."""

    now: datetime = BEGIN

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def seconds(self) -> float:
        return (self.now - BEGIN).total_seconds()

    def days(self, count: float) -> None:
        self.now += timedelta(days=count)


@pytest.fixture
def time() -> Time:
    return Time()


def name(number: int) -> str:
    return f"urn:uuid:00000000-0000-0000-0000-{number:012}"


def make_store(root: Path, packages: int, size: int = CONTENT) -> StorePlace:
    make_root(root)
    for number in range(packages):
        make_object(root / f"{number:03}", name(number), [{"letter": f"{number:03}".encode() + bytes(size - 3)}])
    return store_place(root)


@contextmanager
def opened(time: Time, *places: StorePlace, limits: AuditLimits | None = None) -> Iterator[list[AuditedStore]]:
    asked = StoresAsked(places=places, now=time.clock())
    with opened_stores(asked, limits or AuditLimits()) as (stores, findings):
        assert findings == ()
        yield stores


def audit(
    time: Time,
    *places: StorePlace,
    stop_after: int | None = None,
    seed: str | None = None,
    **limits: Any,  # noqa: ANN401 - of AuditLimits
) -> tuple[list[Checked], AuditSummary]:
    """Run one audit, or the beginning of one that is broken off."""
    wanted = AuditLimits(**limits)
    with opened(time, *places, limits=wanted) as stores:
        request = AuditRequest(limits=wanted, clock=time.clock, seconds=time.seconds, seed=seed)
        running = Audit(stores, request)
        found = []
        results = running.run()
        for checked in results:
            found.append(checked)
            if len(found) == stop_after:
                results.close()  # type: ignore[attr-defined]
                break
        return found, running.summary


def numbers(found: Sequence[Checked]) -> list[int]:
    return [int(one.result.identifier[-12:]) for one in found if one.result]


def spoil(place: StorePlace, number: int) -> None:
    file = place.root / f"{number:03}/v1/content/letter"
    file.write_bytes(b"\1" + file.read_bytes()[1:])


def mend(place: StorePlace, number: int, size: int = CONTENT) -> None:
    (place.root / f"{number:03}/v1/content/letter").write_bytes(f"{number:03}".encode() + bytes(size - 3))


def kinds(place: StorePlace) -> list[str]:
    return [entry.kind for entry in StoreLog(place.records).entries()]


def test_everything_is_checked_and_signed_off(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 5)
    found, summary = audit(time, place)
    assert sorted(numbers(found)) == [0, 1, 2, 3, 4]
    assert {one.outcome for one in found} == {OK}
    assert (summary.packages, summary.files, summary.bytes, summary.left_packages) == (5, 5, 50, 0)
    (entry,) = StoreLog(place.records).entries()
    assert entry.kind == "audit"
    assert entry.body["outcomes"] == {"ok": 5, "damaged": 0, "missing": 0, "could-not-check": 0}
    assert entry.body["stopped"] == "finished"
    verdict = verify_log(place.records, ())
    assert (verdict.holds, verdict.runs, verdict.results, verdict.open_runs) == (True, 1, 5, ())


def test_the_oldest_check_is_renewed_first(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 6)
    seen = []
    for _ in range(4):
        found, summary = audit(time, place, max_bytes=2 * CONTENT)
        seen.append(numbers(found))
        assert (summary.left_packages, summary.left_bytes) == (4, 40)
        time.days(1)
    assert sorted([one for part in seen[:3] for one in part]) == [0, 1, 2, 3, 4, 5]
    assert sorted(seen[3]) == sorted(seen[0])


def test_a_package_larger_than_the_limit_gets_its_turn(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 2, size=1000)
    seen = [numbers(audit(time, place, max_bytes=10)[0]) for _ in range(2)]
    assert sorted([one for part in seen for one in part]) == [0, 1]


def test_no_package_is_begun_when_the_time_is_over(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 30)
    found, summary = audit(time, place, max_time=timedelta(seconds=20))
    assert 0 < len(found) < 30
    assert len(found) + summary.left_packages == 30
    (entry,) = StoreLog(place.records).entries()
    assert entry.body["stopped"] == "max-time"


def test_only_what_is_due_is_read(tmp_path: Path, time: Time) -> None:
    tape, disk = make_store(tmp_path / "tape/store", 2), make_store(tmp_path / "disk", 3)
    limits: dict[str, Any] = {
        "schedule": Schedule(older_than=timedelta(days=90)),
        "locations": ((str(tmp_path / "tape"), Schedule(older_than=timedelta(days=365))),),
    }
    assert len(audit(time, tape, disk, **limits)[0]) == 5
    time.days(80)
    assert audit(time, tape, disk, **limits)[0] == []
    time.days(11)
    assert {one.store for one in audit(time, tape, disk, **limits)[0]} == {str(disk.root)}
    time.days(275)
    assert len(audit(time, tape, disk, **limits)[0]) == 5


def test_a_broken_off_audit_is_gone_on_with(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 8)
    first, _ = audit(time, place, stop_after=3)
    assert kinds(place) == []
    time.days(2)
    second, summary = audit(time, place)
    assert sorted(numbers(first) + numbers(second)) == list(range(8))
    assert (summary.resumed, summary.packages) == (3, 5)
    (entry,) = StoreLog(place.records).entries()
    assert entry.body["results"] == 8
    assert verify_log(place.records, ()).holds
    assert len(audit(time, place)[0]) == 8


def test_runs_that_were_left_behind_are_closed(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 4)
    audit(time, place, stop_after=1)
    (run,) = (place.records / "runs").iterdir()
    shutil.copy(run, run.with_name("audit-20251231T000000Z.jsonl"))
    audit(time, place)
    stopped = [entry.body["stopped"] for entry in StoreLog(place.records).entries()]
    assert stopped == ["broken-off", "finished"]
    assert verify_log(place.records, ()).open_runs == ()


def test_two_audits_of_one_store_at_once_are_refused(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 4)
    with opened(time, place) as stores:
        request = AuditRequest(clock=time.clock, seconds=time.seconds)
        first = Audit(stores, request).run()
        next(first)
        with pytest.raises(UsageError, match="another run is at work"):
            next(Audit(stores, request).run())
        assert len(list(first)) == 3


def test_failures_stay_open_until_they_are_acknowledged(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 4)
    audit(time, place)
    spoil(place, 2)
    shutil.rmtree(place.root / "003")
    found, summary = audit(time, place)
    assert sorted(one.outcome.value for one in found if one.outcome is not OK) == ["damaged", "missing"]
    mend(place, 2)  # and nobody says how it came to be so
    found, summary = audit(time, place)
    assert sorted(one.identifier for _, one in summary.failures) == [name(2), name(3)]
    with opened(time, place) as (store,):
        for number in (2, 3):
            assert acknowledge(store, name(number), "seen", "Jane Doe", time.clock()) == 1
        with pytest.raises(UsageError, match="no failure"):
            acknowledge(store, name(2), "again", "", time.clock())
        with pytest.raises(UsageError, match="reason"):
            acknowledge(store, name(2), " ", "", time.clock())
    for _ in range(2):
        found, summary = audit(time, place)
        assert summary.failures == ()
        assert sorted(numbers(found)) == [0, 1, 2]  # what is gone and was acknowledged is not asked for any more
        place.catalogue.unlink()  # made anew from the store and its log, it knows the same


def test_a_repair_and_a_good_check_close_a_failure(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 6)
    spoil(place, 4)
    assert audit(time, place)[1].failures
    StoreLog(place.records).append("repaired", {"identifier": name(4)}, now=time.clock())
    found, summary = audit(time, place, max_bytes=CONTENT)
    assert numbers(found)[0] == 4  # it does not wait for its turn
    assert (len(summary.failures), summary.closed) == (1, ())  # it is as damaged as before
    mend(place, 4)
    StoreLog(place.records).append("repaired", {"identifier": name(4)}, now=time.clock())
    place.root.rename(tmp_path / "elsewhere")
    place.root.mkdir()
    assert audit(time, place)[1].failures  # nobody has looked at it yet
    place.root.rmdir()
    (tmp_path / "elsewhere").rename(place.root)
    found, summary = audit(time, place, max_bytes=CONTENT)
    assert numbers(found)[0] == 4
    assert (summary.failures, summary.closed) == ((), ((str(place.root), name(4)),))
    assert kinds(place)[-2:] == ["acknowledged", "audit"]


def gone(place: StorePlace) -> None:
    place.root.rename(place.root.with_name("elsewhere"))
    place.root.mkdir()


def another_disk(place: StorePlace) -> None:
    gone(place)
    place.root.rmdir()
    make_root(place.root)
    make_object(place.root / "other", name(999), [{"letter": b"other"}])


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        pytest.param(gone, "store-unreachable", id="an empty mount point"),
        pytest.param(another_disk, "store-without-its-packages", id="another disk"),
    ],
)
@pytest.mark.parametrize("packages", [2, 30])
def test_a_store_that_is_not_there_is_one_thing_to_tell(
    tmp_path: Path, time: Time, happens: Callable[[StorePlace], None], code: str, packages: int
) -> None:
    place, other = make_store(tmp_path / "store", packages), make_store(tmp_path / "other", 2)
    audit(time, place, other)
    happens(place)
    found, summary = audit(time, place, other)
    (alone,) = (one for one in found if one.result is None)
    assert (alone.store, alone.finding and alone.finding.code) == (str(place.root), code)
    assert [one.outcome for one in found if one.result] == [OK, OK]
    assert (summary.failures, summary.stores_not_checked) == ((), 1)
    assert verify_log(place.records, ()).holds
    last = list(StoreLog(place.records).entries())[-1]
    assert (last.body["results"], last.body["stopped"]) == (0, code)


def test_what_is_missing_among_others_is_missing(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 30)
    audit(time, place)
    for number in range(29):
        shutil.rmtree(place.root / f"{number:03}")
    found, _ = audit(time, place)
    assert [one.outcome for one in found].count(MISSING) == 29
    assert numbers(found)[-1] == 29 or 29 in numbers(found)


def test_the_only_package_of_a_store_can_be_missing(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 1)
    audit(time, place)
    shutil.rmtree(place.root / "000")
    assert [one.outcome for one in audit(time, place)[0]] == [MISSING]


class Vanishing(LocalTree):
    """A tree whose disk is pulled out after so many files."""

    left = 5

    def entries(self, path: str) -> list[Any]:
        if path.endswith("content"):
            self.left -= 1
        if self.left <= 0:
            raise OSError(5, "Input/output error")
        return super().entries(path)


def test_a_disk_that_is_pulled_out_leaves_nothing_missing(tmp_path: Path, time: Time) -> None:
    place, other = make_store(tmp_path / "store", 12), make_store(tmp_path / "other", 3)
    audit(time, place, other)
    with opened(time, place, other) as (store, second):
        broken = AuditedStore(
            place=place,
            tree=Vanishing(place.location, place.root),
            catalogue=store.catalogue,
            number=store.number,
            schedule=store.schedule,
        )
        running = Audit([broken, second], AuditRequest(clock=time.clock, seconds=time.seconds))
        found = list(running.run())
    outcomes = [one.outcome for one in found if one.result and one.store == str(place.root)]
    assert outcomes == [OK] * 4
    assert [one.finding.code for one in found if one.finding] == ["store-unreachable"]
    assert len([one for one in found if one.store == str(other.root)]) == 3


def test_a_sample_can_be_drawn_again(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 40)
    first, _ = audit(time, place, sample=5)
    (entry,) = StoreLog(place.records).entries()
    asked = entry.body["asked"]
    assert isinstance(asked, dict)
    assert asked["sample"] == 5
    time.days(1)
    again, _ = audit(time, place, sample=5, seed=str(asked["seed"]))
    other, _ = audit(time, place, sample=5, seed="other")
    assert len(first) == 5
    assert sorted(numbers(first)) == sorted(numbers(again)) != sorted(numbers(other))


def test_there_must_be_a_store(tmp_path: Path, time: Time) -> None:
    (tmp_path / "folder").mkdir()
    for missing in ("nowhere", "folder"):
        with pytest.raises(UsageError, match="no OCFL storage root"), opened(time, store_place(tmp_path / missing)):
            pass
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder"]


def test_damaged_parity_is_a_warning_of_a_whole_package(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 2, size=5000)
    request = ProtectRequest(
        place=place, tree=LocalTree(place.location, place.root), par2=find_par2(), percent=20, now=time.clock()
    )
    assert [one.status for one in protect(request)] == ["protected", "protected"]
    assert {one.outcome for one in audit(time, place)[0]} == {OK}
    part = max((place.parity / "001").rglob("*.par2"), key=lambda path: path.stat().st_size)
    part.write_bytes(part.read_bytes()[:-10])
    found, summary = audit(time, place)
    told = {one.result.path: one.result for one in found if one.result}
    assert (told["000"].findings, told["001"].outcome) == ((), OK)
    assert [(one.code, one.severity.value) for one in told["001"].findings] == [("parity-damaged", "warning")]
    assert summary.failures == ()


def test_how_far_audits_lie_apart_is_told(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 3)
    assert audit(time, place, max_bytes=CONTENT)[1].apart is None
    time.days(7)
    summary = audit(time, place, max_bytes=CONTENT)[1]
    assert summary.apart is not None
    assert timedelta(days=7) <= summary.apart < timedelta(days=7, minutes=1)


def test_what_falls_due_while_an_audit_is_broken_off_is_read_when_it_goes_on(tmp_path: Path, time: Time) -> None:
    place = make_store(tmp_path / "store", 6)
    yearly: dict[str, Any] = {"schedule": Schedule(older_than=timedelta(days=365))}
    audit(time, place, max_bytes=3 * CONTENT, **yearly)
    time.days(10)
    first, _ = audit(time, place, stop_after=1, **yearly)  # three are due, and one of them is read
    time.days(360)
    again, _ = audit(time, place, **yearly)
    assert len(first) == 1
    assert len(again) == 5
