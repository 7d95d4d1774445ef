"""Several programs at work with one catalogue: nothing is lost, nothing is refused."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from archiver.model import FixityOutcome, FixityResult
from archiver.storage.catalogue import Catalogue, CatalogueError, IndexedFile, IndexedObject, IndexedVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 8


def package(name: str, head: int) -> IndexedObject:
    return IndexedObject(
        identifier=name,
        path=f"objects/{name}",
        head=f"v{head}",
        versions=[IndexedVersion(number=number, created="2026-01-01T00:00:00Z") for number in range(1, head + 1)],
        inventory_digest=f"{head:02x}" * 64,
        digest_algorithm="sha512",
        bytes=head,
        content_files=1,
        files=[IndexedFile(path="a", content_path=f"v{head}/content/a", digest=f"{head:02x}" * 64)],
        title=f"{name} {head}",
    )


def check(name: str, number: int) -> FixityResult:
    at = NOW + timedelta(days=number)
    return FixityResult(
        identifier=name,
        path=f"objects/{name}",
        version=None,
        inventory_digest=None,
        outcome=FixityOutcome.OK,
        files=1,
        bytes=1,
        started=at,
        ended=at,
    )


def run_together(*works: Callable[[], None]) -> None:
    """Run functions at once, and raise what one of them raised."""
    faults: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            faults.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def test_two_adders_an_auditor_and_a_rebuild(new_database: Callable[[], str]) -> None:
    location = new_database()
    with Catalogue.open(location) as first:
        store = first.register_store("/store")
        first.put_objects(store, [package(name, 1) for name in ("left", "right", "still")])

    def adder(name: str) -> Callable[[], None]:
        def add() -> None:
            with Catalogue.open(location) as catalogue:
                for head in range(2, ROUNDS + 2):
                    catalogue.put_objects(store, [package(name, head), package(f"{name}-{head}", 1)])

        return add

    def audit() -> None:
        with Catalogue.open(location) as catalogue:
            for number in range(ROUNDS):
                results = [check(name, number) for name in ("left", "right", "still")]
                assert catalogue.results(store, results, f"run-{number}") == 3
                assert catalogue.open_failures([store]) == ()
                list(catalogue.plan([store], now=NOW + timedelta(days=90)))

    def rebuild() -> None:
        with Catalogue.open(location) as catalogue:
            for _ in range(3):
                with catalogue.rebuilding(store) as new:
                    # It read the store before the adders came: what they put meanwhile is later than what it has.
                    new.put_objects(package(name, 1) for name in ("left", "right", "still"))
                    for number in range(ROUNDS):
                        new.import_run(f"run-{number}", [check(name, number) for name in ("left", "right", "still")])

    run_together(adder("left"), adder("right"), audit, rebuild)
    with Catalogue.open(location) as catalogue:
        planned = {one.identifier: one for one in catalogue.plan([store], now=NOW + timedelta(days=90))}
        names = {f"{name}-{head}" for name in ("left", "right") for head in range(2, ROUNDS + 2)}
        assert planned.keys() == {"left", "right", "still"} | names
        assert {planned["left"].bytes, planned["right"].bytes} <= {1, ROUNDS + 1}
        assert {planned[name].last_checked for name in ("left", "right", "still")} == {NOW + timedelta(ROUNDS - 1)}
        assert catalogue.check_counts()[0].checks == 3


def test_a_rebuild_that_read_an_object_before_it_was_changed_keeps_the_change(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package("one", 1)])

    def found() -> Iterator[IndexedObject]:
        yield package("one", 1)
        catalogue.put_objects(store, [package("one", 2), package("two", 1)])

    with catalogue.rebuilding(store) as rebuild:
        rebuild.put_objects(found())
    (one, two) = catalogue.plan([store], now=NOW)
    assert (one.identifier, one.bytes, two.identifier) == ("one", 2, "two")


def test_a_rebuild_that_fails_leaves_the_old_one(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package("one", 2)])

    def found() -> Iterator[IndexedObject]:
        yield from (package(f"other-{number}", 1) for number in range(501))  # more than one transaction holds
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), catalogue.rebuilding(store) as rebuild:
        rebuild.put_objects(found())
    (one,) = catalogue.plan([store], now=NOW)
    assert (one.identifier, one.bytes) == ("one", 2)
    with catalogue._reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM editions").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM files").scalar() == 1


def test_results_may_be_written_while_a_plan_is_read(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package(f"{number:04}", 1) for number in range(603)])
    seen = []
    for one in catalogue.plan([store], now=NOW):
        seen.append(one.identifier)
        if len(seen) % 50 == 0:
            catalogue.results(store, [check(name, 1) for name in seen[-50:]], "run")
    assert len(seen) == len(set(seen)) == 603


def test_a_second_rebuild_has_the_first_give_way(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")

    def found() -> Iterator[IndexedObject]:
        with catalogue.rebuilding(store) as second:
            second.put_objects([package("second", 1)])
        yield package("first", 1)

    with pytest.raises(CatalogueError, match="gives way"), catalogue.rebuilding(store) as rebuild:
        rebuild.put_objects(found())
    assert [one.identifier for one in catalogue.plan([store], now=NOW)] == ["second"]
