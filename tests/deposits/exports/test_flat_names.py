"""Tests of names in a folder without folders: DSpace's list of lines and tabs must be able to hold each."""

from __future__ import annotations

import random

import pytest

from archiver.deposits.exports.flat_names import flat_names, one_line

RESERVED = ("contents", "handle", "license.txt")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("letter.txt", "letter.txt"),
        ("box 3/letter.txt", "box 3__letter.txt"),
        ("é\u0301.txt", "é\u0301.txt"),
        ("-r x", "_-r x"),
        (".hidden", "_.hidden"),
        ("../../etc/passwd", "_..__..__etc__passwd"),
        ("a\tb\nc\r.txt", "a_b_c_.txt"),
        (" a ", "a"),
        ("a\u2028\u202eb", "a__b"),
        ("C:\\x", "C__x"),
    ],
)
def test_a_name_is_kept_where_it_can_be(path: str, name: str) -> None:
    assert flat_names([path], RESERVED) == {path: name}


@pytest.mark.parametrize("path", ["contents", "CONTENTS", "handle", "license.txt"])
def test_names_with_a_meaning_of_their_own_are_not_given(path: str) -> None:
    name = flat_names([path], RESERVED)[path]
    assert name.lower() not in RESERVED
    assert name.startswith(path.partition(".")[0])


def test_no_two_paths_share_a_name_however_hostile_they_are() -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable
    alphabet = "aA.-_/\t\n\\:é\u0301\u202e\ud7ff \U0001f600"
    paths = list({"".join(chance.choices(alphabet, k=chance.randint(1, 6))) for _ in range(3000)}) + ["x" * 900] * 1
    names = flat_names(paths, RESERVED)
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert 0 < len(name.encode()) <= 210
        assert not set("\t\n\r/\\") & set(name)
        assert name == name.strip()
        assert name[0] not in "-."


def test_a_long_name_keeps_its_ending() -> None:
    (name,) = flat_names([f"{'é' * 200}.tiff"], ()).values()
    assert name.endswith(".tiff")
    assert len(name.encode()) <= 200


def test_text_between_tabs_has_no_tab() -> None:
    assert one_line(" a\tb\n\u2028c  d ") == "a b c d"
