"""What a catalogue does, in both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from archiver.errors import UsageError
from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.storage.catalogue import IndexedFile, IndexedFormat, IndexedObject, IndexedVersion

if TYPE_CHECKING:
    from archiver.storage.catalogue import Catalogue

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def package(name: str, *, head: int = 1, path: str | None = None, text: str = "", **files: str) -> IndexedObject:
    """Make a package whose documents are given by name and hexadecimal digest."""
    return IndexedObject(
        identifier=f"urn:x:{name}",
        path=path or f"objects/{name}",
        head=f"v{head}",
        versions=[IndexedVersion(number=number, created="2026-01-01T00:00:00Z") for number in range(1, head + 1)],
        inventory_digest="ab" * 64,
        digest_algorithm="sha512",
        bytes=100,
        content_files=len(files),
        files=[
            IndexedFile(
                path=f"data/{file}",
                content_path=f"v{head}/content/data/{file}",
                digest=digest * 64,
                size=10,
                document=True,
                form=IndexedFormat(puid="x-fmt/111", media_type="text/plain", name="Plain Text File"),
            )
            for file, digest in files.items()
        ],
        title=f"Title of {name}",
        description=text,
    )


def check(name: str, outcome: FixityOutcome = FixityOutcome.OK, *, at: datetime = START) -> FixityResult:
    """Make the result of a check."""
    finding = Finding(severity=Severity.ERROR, code="file-missing", file="data/a", message="it is gone", fix="seek it")
    return FixityResult(
        identifier=f"urn:x:{name}",
        path=f"objects/{name}",
        version="v1",
        inventory_digest="ab" * 64,
        outcome=outcome,
        files=1,
        bytes=100,
        started=at,
        ended=at + timedelta(seconds=1),
        findings=() if outcome is FixityOutcome.OK else (finding,),
    )


def test_a_package_is_found_by_its_words(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package("a", text="Letters from Ærø"), package("b", text="Maps of Москва")])
    assert [hit.identifier for hit in catalogue.search("МОСКВА maps")] == ["urn:x:b"]
    assert [hit.excerpt for hit in catalogue.search("lett*")] == ["Letters from Ærø"]
    assert catalogue.search("letters москва") == ()


def test_the_longest_unchecked_comes_first(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package(name) for name in "abc"])
    catalogue.results(store, [check("a", at=START + DAY), check("b", at=START)], "run-1")
    plan = catalogue.plan([store], now=START + 9 * DAY)
    assert [one.identifier for one in plan] == ["urn:x:c", "urn:x:b", "urn:x:a"]


def test_a_failure_stays_until_it_is_acknowledged(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package("a")])
    catalogue.results(store, [check("a", FixityOutcome.DAMAGED)], "run-1")
    catalogue.results(store, [check("a", at=START + DAY)], "run-2")
    (failure,) = catalogue.open_failures([store])
    assert failure.outcome is FixityOutcome.DAMAGED
    assert failure.since is FixityOutcome.OK
    assert [one.code for one in failure.findings] == ["file-missing"]
    assert catalogue.acknowledge(store, "urn:x:a", when=START + 2 * DAY) == 1
    assert catalogue.open_failures() == ()


def test_the_same_bytes_are_found_in_several_packages(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package("a", one="ab", two="cd"), package("b", three="ab"), package("c", four="ef")])
    (found,) = catalogue.duplicates()
    assert [(copy.identifier, copy.path) for copy in found.copies] == [
        ("urn:x:a", "data/one"),
        ("urn:x:b", "data/three"),
    ]
    assert [copy.content_path for copy in catalogue.files_by_digest("cd" * 64)] == ["v1/content/data/two"]


def test_of_very_many_copies_the_first_are_told_and_all_counted(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package(f"{number:04}", one="ab", two="cd") for number in range(1_010)])
    first, second = catalogue.duplicates()
    assert (len(first.copies), first.copies_in_all, first.packages) == (1_000, 1_010, 1_010)
    assert {first.digest[:2], second.digest[:2]} == {"ab", "cd"}


def test_a_change_may_be_written_while_duplicates_are_read(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package("a", one="ab", two="cd"), package("b", one="ab", two="cd")])
    found = catalogue.duplicates()
    next(found)
    catalogue.put_objects(store, [package("c", one="ab")])
    assert len(list(found)) == 1


def test_a_check_before_the_acknowledgement_opens_nothing_though_it_is_heard_of_later(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.put_objects(store, [package("a")])
    catalogue.results(store, [check("a", FixityOutcome.DAMAGED, at=START + DAY)], "run-2")
    assert catalogue.acknowledge(store, "urn:x:a", when=START + 2 * DAY) == 1
    catalogue.results(store, [check("a", FixityOutcome.DAMAGED, at=START)], "run-1")
    assert catalogue.open_failures() == ()
    catalogue.results(store, [check("a", FixityOutcome.DAMAGED, at=START + 3 * DAY)], "run-3")
    (failure,) = catalogue.open_failures()
    assert (failure.times, failure.first_seen) == (1, START + 3 * DAY + timedelta(seconds=1))


def test_nothing_to_search_for_is_said(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError):
        catalogue.search('"-*')
