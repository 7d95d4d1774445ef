"""Searching: what is found, and that no text of a stranger is ever taken for syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import UsageError
from archiver.storage.catalogue import IndexedObject

if TYPE_CHECKING:
    from archiver.storage.catalogue import Catalogue

HOSTILE = (
    *("'", '"', "''", "\\", "\\'", "%", "_", ";", "--", "/*", "\0", "a\0b", "\ud800x", ")", "(", "a)", "(a", "a OR"),
    *("NEAR(a b)", "title_words:a", "{a b}:c", "-a", "^a", "a AND", "a NOT", "*", "a**", '"a', 'a" b', "a:*", "!a"),
    *("a & | b", "<->", "a <-> b", "'a':B", "$$a$$", "%(wanted)s", ":wanted", "?", "x'; DROP TABLE objects; --"),
    *("a " * 5_000, "a" * 100_000, '"' * 999, "é́́́", "ﷺ", "𝔘𝔫𝔦", "\u202e", "日本語" * 3_000),
)


def put(catalogue: Catalogue, *texts: str) -> int:
    store = catalogue.register_store("/store")
    catalogue.put_objects(
        store,
        [
            IndexedObject(
                identifier=f"n{number}",
                path=f"n{number}",
                head="v1",
                versions=(),
                inventory_digest="",
                digest_algorithm="sha512",
                title=text.partition("|")[0],
                description=text.partition("|")[2],
            )
            for number, text in enumerate(texts)
        ],
    )
    return store


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_taken_for_syntax(catalogue: Catalogue, text: str) -> None:
    put(catalogue, "harmless|nothing of it", f"{text}|{text}")
    try:
        found = catalogue.search(text)
    except UsageError:
        return  # there is no word in it
    assert "n1" in [hit.identifier for hit in found]
    assert catalogue.search("harmless") != ()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(max_size=60))
def test_what_was_put_is_found_by_its_own_words(catalogue: Catalogue, text: str) -> None:
    put(catalogue, f"{text}|{text}")
    try:
        assert len(catalogue.search(f'"{text}"')) <= 1
        assert len(catalogue.search(text)) == 1
    except UsageError:
        return


def test_titles_count_more_than_descriptions(catalogue: Catalogue) -> None:
    put(catalogue, "Harbour|of the town, and its ships", "Minutes|harbour once, " + "and more " * 30, "Ships|none")
    assert [hit.identifier for hit in catalogue.search("harbour")] == ["n0", "n1"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("ÆRØ", ["n0"]),
        ("aero", []),
        ("école", ["n1"]),
        ("ecole NAIVE", ["n1"]),
        ("ёлка", ["n2"]),
        ("елка", ["n2"]),
        ("本語", ["n3"]),
        ("語本", []),
        ('"harbour town"', []),
        ('"town harbour"', ["n4"]),
        ("harb* tow*", ["n4"]),
        ("harb", []),
        ("report.pdf", ["n5"]),
        ("pdf.report", []),
    ],
)
def test_what_is_found(catalogue: Catalogue, wanted: str, found: list[str]) -> None:
    put(catalogue, "Ærø|", "École|naïve", "Ёлка|", "日本語|", "The town harbour|", "x|report.pdf")
    assert [hit.identifier for hit in catalogue.search(wanted)] == found


def test_only_the_stores_that_are_asked_for_are_searched(catalogue: Catalogue) -> None:
    put(catalogue, "Harbour|")
    other = catalogue.register_store("/other")
    assert catalogue.search("harbour", stores=[other]) == ()
    assert len(catalogue.search("harbour")) == 1


def test_names_that_no_database_takes_come_back_as_they_were(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/st\udc80re")
    names = {"a\0b word", "\udcff word", "\x1ax word", "plain word"}
    for name in names:
        one = IndexedObject(
            identifier=name, path=name, head="v1", versions=(), inventory_digest="", digest_algorithm="", title=name
        )
        catalogue.put_objects(store, [one])
    hits = catalogue.search("word")
    assert {hit.title for hit in hits} == {hit.identifier for hit in hits} == {hit.path for hit in hits} == names
    assert {one.location for one in catalogue.stores()} == {"/st\udc80re"}
