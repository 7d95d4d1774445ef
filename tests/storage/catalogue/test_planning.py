"""Whose turn it is to be checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from archiver.model import FixityOutcome, FixityResult
from archiver.storage.catalogue import IndexedObject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiver.storage.catalogue import Catalogue

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def put(catalogue: Catalogue, store: int, **sizes: int) -> None:
    catalogue.put_objects(
        store,
        [
            IndexedObject(
                identifier=name,
                path=name,
                head="v1",
                versions=(),
                inventory_digest="",
                digest_algorithm="sha512",
                bytes=size,
            )
            for name, size in sizes.items()
        ],
    )


def check(name: str, days: int, outcome: FixityOutcome = FixityOutcome.OK) -> FixityResult:
    at = NOW + days * DAY
    return FixityResult(
        identifier=name,
        path=name,
        version=None,
        inventory_digest=None,
        outcome=outcome,
        files=0,
        bytes=0,
        started=at,
        ended=at,
    )


def names(found: object) -> Sequence[str]:
    return [one.identifier for one in found]  # type: ignore[attr-defined]


def test_the_oldest_over_several_stores_comes_first(catalogue: Catalogue) -> None:
    one, two = catalogue.register_store("/one"), catalogue.register_store("/two")
    put(catalogue, one, a=1, c=1)
    put(catalogue, two, b=1, d=1)
    catalogue.results(one, [check("a", 1), check("c", 3)], "run")
    catalogue.results(two, [check("b", 2), check("d", 4)], "run")
    assert names(catalogue.plan([one, two], now=NOW + 9 * DAY)) == ["a", "b", "c", "d"]
    assert names(catalogue.plan([two], now=NOW + 9 * DAY)) == ["b", "d"]
    due = catalogue.plan([one, two], now=NOW + 9 * DAY, older_than={one: 7 * DAY, two: 365 * DAY})
    assert names(due) == ["a"]


def test_one_that_cannot_be_read_goes_to_the_end_and_stays_due(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/one")
    put(catalogue, store, a=1, b=1, c=1)
    catalogue.results(store, [check(name, 0) for name in "abc"], "first")
    catalogue.results(store, [check("a", 100, FixityOutcome.COULD_NOT_CHECK)], "second")
    planned = list(catalogue.plan([store], now=NOW + 101 * DAY, older_than=30 * DAY))
    assert names(planned) == ["b", "c", "a"]
    assert planned[2].last_checked == NOW
    assert planned[2].last_outcome is FixityOutcome.COULD_NOT_CHECK


def test_the_bytes_are_kept_to_but_one_is_always_taken(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/one")
    put(catalogue, store, a=50, b=40, c=20, d=1)
    assert names(catalogue.plan([store], now=NOW, limit_bytes=95)) == ["a", "b"]
    assert names(catalogue.plan([store], now=NOW, limit_bytes=10)) == ["a"]
    assert names(catalogue.plan([store], now=NOW, limit_bytes=111)) == ["a", "b", "c", "d"]


def test_a_sample_is_the_same_for_the_same_seed(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/one")
    put(catalogue, store, **{f"p{number}": 1 for number in range(600)})
    drawn = names(catalogue.plan([store], now=NOW, sample=50, seed="x"))
    assert len(drawn) == 50
    assert drawn == names(catalogue.plan([store], now=NOW, sample=50, seed="x"))
    assert drawn != names(catalogue.plan([store], now=NOW, sample=50, seed="y"))
    share = len(names(catalogue.plan([store], now=NOW, share=0.25, seed="x")))
    assert 100 < share < 200
    assert names(catalogue.plan([store], now=NOW, share=1.0)) == names(catalogue.plan([store], now=NOW))
    assert names(catalogue.plan([store], now=NOW, share=0.0)) == []
