from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.names import (
    collision_key,
    derived_name,
    has_hidden_characters,
    is_utf8,
    path_units,
    printable,
    slug,
    unportable_reasons,
)

ANY_NAME = st.binary(min_size=1, max_size=255).filter(lambda name: not {0, 47} & set(name)).map(os.fsdecode)


@pytest.mark.parametrize(
    ("name", "utf8", "hidden", "shown"),
    [
        ("plain.txt", True, False, "plain.txt"),
        ("Ж 語 é e\u0301 😀", True, False, "Ж 語 é e\u0301 😀"),
        (os.fsdecode(b"caf\xe9"), False, True, "caf\\xe9"),
        ("two\nlines", True, True, "two\\x0alines"),
        ("bell\x07\x1b[31m\x7f\x85", True, True, "bell\\x07\\x1b[31m\\x7f\\x85"),
        ("bidi\u202etxt.exe", True, True, "bidi\\u202etxt.exe"),
        ("line\u2028break", True, True, "line\\u2028break"),
        ("می\u200cخواهم", True, False, "می\u200cخواهم"),  # a joiner that Persian is spelt with
    ],
)
def test_what_is_awkward_about_a_name(name: str, *, utf8: bool, hidden: bool, shown: str) -> None:
    assert (is_utf8(name), has_hidden_characters(name), printable(name)) == (utf8, hidden, shown)


@given(ANY_NAME)
def test_a_printable_name_can_be_printed_and_stays_on_its_line(name: str) -> None:
    shown = printable(name)
    assert shown.encode()
    assert len(shown.splitlines()) <= 1
    assert not has_hidden_characters(shown)
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.txt", "A.TXT", True),
        ("é", "e\u0301", True),
        ("É", "e\u0301", True),
        ("straße", "STRASSE", True),
        ("a", "b", False),
        ("ﬁ", "fi", True),
    ],
)
def test_names_collide_where_a_file_system_folds_them(one: str, other: str, *, same: bool) -> None:
    assert (collision_key(one) == collision_key(other)) is same


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Letter to the Board", "letter-to-the-board"),
        ("  --a__b--  ", "a__b"),
        ("Протокол №5", "протокол-no5"),
        ("e\u0301te\u0301", "été"),
        ("...", "item"),
        ("", "item"),
        ("/../etc", "etc"),
        ("CON", "con-item"),
        ("lpt1", "lpt1-item"),
        ("a\x00b\nc", "a-b-c"),
        ("\u202eabc", "abc"),
        ("x" * 300, "x" * 80),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(ANY_NAME)
def test_a_slug_is_a_folder_name_anywhere(name: str) -> None:
    made = slug(name)
    assert 0 < len(made.encode()) <= 255 - 32
    assert not {"/", "\\", ".", ":", "\0", " "} & set(made)
    assert made[0] != "-"
    assert made[-1] != "-"
    assert not has_hidden_characters(made)
    assert slug(name) == made


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=255))
def test_a_derived_name_fits_and_keeps_its_ending(name: str) -> None:
    made = derived_name(name, ".dc.xml")
    assert len(made.encode()) <= 255
    assert made.endswith(".dc.xml")
    if len(name.encode()) <= 255 - len(".dc.xml"):
        assert made == f"{name}.dc.xml"


def test_long_names_that_differ_at_their_end_stay_apart() -> None:
    one, other = (derived_name("ж" * 120 + ending, ".dc.xml") for ending in ("а.txt", "б.txt"))
    assert one != other
    assert one.startswith("ж" * 100)
    assert one == derived_name("ж" * 120 + "а.txt", ".dc.xml")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("letter.txt", []),
        ("console.txt", []),
        ("com10", []),
        (".hidden", []),
        ("été, 50%.txt", []),
        ("CON", ["device"]),
        ("nul.tar.gz", ["device"]),
        ("aux .txt", ["device"]),
        ("com\u00b9", ["device"]),
        ("CONIN$", ["device"]),
        ("etc.", ["ends with a dot"]),
        ("letter ", ["ends with a space"]),
        ('a<b>:"|?*', ['holds " * : < > ? |,']),
        ("a\\b", ["holds \\,"]),
        ("lpt1:.", ["ends with a dot", "holds :,"]),
        ("prn. ", ["device", "ends with a space"]),
    ],
)
def test_names_that_windows_does_not_keep(name: str, parts: list[str]) -> None:
    reasons = unportable_reasons(name)
    assert len(reasons) == len(parts)
    assert all(part in reason for part, reason in zip(parts, reasons, strict=True))


def test_the_length_of_a_path_is_counted_as_windows_does() -> None:
    assert (path_units("abc"), path_units("é"), path_units("\U0001f4dc")) == (3, 1, 2)
