"""What a report asks of a catalogue, in both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.storage.catalogue import IndexedFile, IndexedObject, IndexedVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archiver.storage.catalogue import Catalogue

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)


def package(name: str, contents: Mapping[str, str], created: str = "2026-01-01T00:00:00Z") -> IndexedObject:
    """Make a package; a digit stands for a content of 10 bytes."""
    files = [
        IndexedFile(path=path, content_path=f"v1/content/{path}", digest=digit * 128, size=10, document=True)
        for path, digit in contents.items()
    ]
    return IndexedObject(
        identifier=f"urn:x:{name}",
        path=f"at/{name}",
        head="v1",
        versions=[IndexedVersion(number=1, created=created)],
        inventory_digest="ab" * 64,
        digest_algorithm="sha512",
        created=created,
        bytes=10 * len(set(contents.values())),
        content_files=len(set(contents.values())),
        files=files,
    )


def check(name: str, outcome: FixityOutcome, at: datetime) -> FixityResult:
    """Make the result of a check."""
    finding = Finding(severity=Severity.ERROR, code="file-missing", file="a", message="it is gone", fix="seek it")
    return FixityResult(
        identifier=f"urn:x:{name}",
        path=f"at/{name}",
        version="v1",
        inventory_digest="ab" * 64,
        outcome=outcome,
        files=1,
        bytes=10,
        started=at,
        ended=at,
        findings=() if outcome is FixityOutcome.OK else (finding,),
    )


def test_totals_by_year_and_by_age(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    other = catalogue.register_store("/other")
    catalogue.put_objects(
        store,
        [
            package("a", {"1": "1", "2": "2"}, "2025-12-31T23:59:59Z"),
            package("b", {"1": "3"}),
            package("c", {"1": "4"}, "yesterday"),
            package("d", {"1": "5"}, "0000-01-01"),
        ],
    )
    catalogue.put_objects(other, [package("e", {"1": "6"})])
    asked = catalogue.reporting([store])
    years = {year: (one.packages, one.files, one.bytes) for year, one in asked.years().items()}
    assert years == {2025: (1, 2, 20), 2026: (1, 1, 10), None: (2, 2, 20)}
    assert catalogue.reporting().years()[2026].packages == 2
    catalogue.results(
        store,
        [
            check("a", FixityOutcome.OK, NOW - 30 * DAY),
            check("b", FixityOutcome.DAMAGED, NOW - 31 * DAY),
            check("c", FixityOutcome.OK, NOW - 400 * DAY),
            check("d", FixityOutcome.COULD_NOT_CHECK, NOW),
        ],
        "run-1",
    )
    catalogue.results(store, [check("c", FixityOutcome.COULD_NOT_CHECK, NOW)], "run-2")
    ages = {band: (one.packages, one.bytes) for band, one in asked.ages(NOW, (30, 90, 365)).items()}
    assert ages == {0: (1, 20), 1: (1, 10), 3: (1, 10), None: (1, 10)}, "what had no answer is no check"


def test_copies_and_what_is_held_once(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    other = catalogue.register_store("/other")
    catalogue.put_objects(
        store, [package("a", {"1": "1", "2": "1", "3": "1", "4": "2"}), package("b", {"1": "1", "2": "3"})]
    )
    asked = catalogue.reporting([store])
    assert asked.held_more_than_once() == (1, 10)
    assert asked.held_once() == 20
    catalogue.put_objects(other, [package("a", {"1": "1", "4": "2"})])
    assert catalogue.reporting().held_more_than_once() == (2, 30)
    assert catalogue.reporting([other]).held_more_than_once() == (0, 0)


def test_failures_are_counted_and_the_oldest_told(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package(name, {"1": name}) for name in "abc"])
    when = {"a": NOW - DAY, "b": NOW - 3 * DAY, "c": NOW - 2 * DAY}
    catalogue.results(store, [check(name, FixityOutcome.DAMAGED, at) for name, at in when.items()], "run-1")
    total, told = catalogue.reporting([store]).failures(2)
    assert total == 3
    assert [one.identifier for one in told] == ["urn:x:b", "urn:x:c"]
    assert told[0].findings[0].message == "it is gone"
    assert told == catalogue.open_failures([store])[:2]
    catalogue.acknowledge(store, "urn:x:b", when=NOW)
    assert catalogue.reporting([store]).failures(9)[0] == 2


def test_every_check_is_told_once_and_with_all_that_is_known(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    other = catalogue.register_store("/other")
    names = [f"{number:03}" for number in range(450)]  # more than two pages
    catalogue.put_objects(store, [package(name, {"1": "1"}) for name in names])
    catalogue.put_objects(other, [package("000", {"1": "1"}), package("z", {"1": "1"})])
    damaged = check("000", FixityOutcome.DAMAGED, NOW)
    first = [check(name, FixityOutcome.OK, NOW - DAY) for name in names]
    catalogue.results(store, first, "run-1")
    catalogue.results(store, [damaged], "run-2")
    catalogue.results(other, [replace(damaged, path="elsewhere")], "run-2")
    asked = catalogue.reporting([store, other])
    assert sorted(asked.packages()) == sorted([*(f"urn:x:{name}" for name in names), "urn:x:z"])
    assert [one.result for one in asked.checks() if one.run == "run-1"] == first
    some = [(one.store, one.run, one.result) for one in asked.checks(["urn:x:000"])]
    assert some == [
        (store, "run-1", first[0]),
        (store, "run-2", damaged),
        (other, "run-2", replace(damaged, path="elsewhere")),
    ]
    assert list(asked.packages(["urn:x:000", "urn:x:none"])) == ["urn:x:000"]


def test_an_empty_catalogue_has_nothing_to_tell(catalogue: Catalogue) -> None:
    asked = catalogue.reporting()
    assert (asked.years(), asked.ages(NOW, (30,)), asked.failures(1)) == ({}, {}, (0, ()))
    assert (asked.held_more_than_once(), asked.held_once()) == ((0, 0), 0)
    assert list(asked.packages()) == []
    assert list(asked.checks()) == []
