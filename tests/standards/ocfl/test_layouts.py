"""Tests of storage layouts: the mappings that the extensions publish, and identifiers that nobody should trust."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from archiver.standards.ocfl.layouts import LAYOUTS, LayoutError, layout_named

LONG = "abcdefghij" * 10 + "a"
LONG_DIGEST = "5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220"
MD5 = {"digestAlgorithm": "md5", "tupleSize": 2, "numberOfTuples": 15}
NONE = {"tupleSize": 0, "numberOfTuples": 0}
REVERSED = {"delimiter": ":", "tupleSize": 4, "numberOfTuples": 2, "reverseObjectRoot": True}
RIGHT = {"delimiter": "edu/", "zeroPadding": "right"}
UUID = "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"


@pytest.mark.parametrize(
    ("number", "parameters", "identifier", "path"),
    [
        ("0002", {}, "object-01", "object-01"),
        ("0002", {}, "..hor_rib:lé-$id", "..hor_rib:lé-$id"),
        ("0003", {}, "object-01", "3c0/ff4/240/object-01"),
        ("0003", {}, "..hor/rib:le-$id", "487/326/d8c/%2e%2ehor%2frib%3ale-%24id"),
        ("0003", {}, "..Hor/rib:lè-$id", "373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id"),
        ("0003", {}, LONG, f"5cc/73e/648/{LONG[:100]}-{LONG_DIGEST}"),
        ("0003", {}, LONG[:100], f"fcb/b61/d05/{LONG[:100]}"),
        ("0003", MD5, "object-01", "ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/object-01"),
        ("0003", NONE, "..hor/rib:le-$id", "%2e%2ehor%2frib%3ale-%24id"),
        (
            "0004",
            {},
            "object-01",
            "3c0/ff4/240/3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4",
        ),
        (
            "0004",
            {**MD5, "shortObjectRoot": True},
            "object-01",
            "ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/4e",
        ),
        (
            "0004",
            {**MD5, "shortObjectRoot": True},
            "..hor/rib:le-$id",
            "08/31/97/66/fb/6c/29/35/dd/17/5b/94/26/77/17/e0",
        ),
        (
            "0004",
            NONE,
            "..hor/rib:le-$id",
            "487326d8c2a3c0b885e23da1469b4d6671fd4e76978924b4443e9e3c316cda6d",
        ),
        ("0006", {"delimiter": ":"}, "namespace:12887296", "12887296"),
        ("0006", {"delimiter": ":"}, UUID, "6e8bc430-9c3a-11d9-9669-0800200c9a66"),
        ("0006", {"delimiter": "edu/"}, "https://institution.edu/3448793", "3448793"),
        ("0006", {"delimiter": "EDU/"}, "https://institution.edu/abc/edu/f8.05v", "f8.05v"),
        ("0007", REVERSED, "namespace:12887296", "6927/8821/12887296"),
        ("0007", REVERSED, UUID, "66a9/c002/6e8bc430-9c3a-11d9-9669-0800200c9a66"),
        ("0007", REVERSED, "abc123", "321c/ba00/abc123"),
        ("0007", RIGHT, "https://institution.edu/3448793", "344/879/300/3448793"),
        ("0007", RIGHT, "https://institution.edu/abc/edu/f8.05v", "f8./05v/000/f8.05v"),
    ],
)
def test_the_mappings_that_the_extensions_publish(
    number: str, parameters: dict[str, object], identifier: str, path: str
) -> None:
    assert layout_named(number, parameters).object_path(identifier) == path


@pytest.mark.parametrize(
    ("number", "parameters", "identifier"),
    [
        pytest.param("0002", {}, "info:fedora/object-01", id="slash"),
        pytest.param("0002", {}, "abcdefghij" * 26, id="longer than a folder name"),
        pytest.param("0002", {}, "..", id="folder above"),
        pytest.param("0002", {}, ".", id="root itself"),
        pytest.param("0002", {}, "", id="empty"),
        pytest.param("0002", {}, "Extensions", id="the root's own folder"),
        pytest.param("0002", {}, "0=ocfl_1.1", id="the root's declaration"),
        pytest.param("0002", {}, "ocfl_layout.json", id="the root's layout"),
        pytest.param("0002", {}, "a\nb", id="line feed"),
        pytest.param("0002", {}, "a\0b", id="NUL"),
        pytest.param("0002", {}, "a\u202eb", id="direction changed"),
        pytest.param("0002", {}, "\udcff", id="no text"),
        pytest.param("0003", {}, "", id="empty, hashed"),
        pytest.param("0003", {}, "\udcff", id="no text, hashed"),
        pytest.param("0006", {"delimiter": "info:"}, "info:fedora/object-01", id="slash after the prefix"),
        pytest.param("0006", {"delimiter": ":"}, "ends:", id="nothing after the prefix"),
        pytest.param("0006", {"delimiter": ":"}, "a:..", id="folder above after the prefix"),
        pytest.param("0007", {}, "a:/etc", id="slash, tuples"),
        pytest.param("0007", {"tupleSize": 2, "numberOfTuples": 2}, "a:....", id="folders above as tuples"),
        pytest.param("0007", {}, "a:\u00e9t\u00e9", id="letters that cannot be cut"),
    ],
)
def test_identifiers_without_a_safe_place_are_refused(
    number: str, parameters: dict[str, object], identifier: str
) -> None:
    with pytest.raises(LayoutError):
        layout_named(number, parameters).object_path(identifier)


@pytest.mark.parametrize("number", ["0003", "0004"])
@pytest.mark.parametrize("identifier", ["..", "/", "a\nb", "a\0b", "é" * 300, "a/../../b", " ", "CON", "%2e"])
def test_a_hash_gives_any_text_a_path_below_the_root(number: str, identifier: str) -> None:
    path = layout_named(number, {}).object_path(identifier)
    segments = PurePosixPath(path).parts
    assert len(segments) == 4
    assert all(len(segment.encode()) <= 255 and segment not in {".", ".."} for segment in segments)
    assert all(character.isascii() and character.isprintable() for character in path)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("0099", {}, "there is no storage layout '0099' here"),
        ("0003", {"tupleSize": 0}, "both 0"),
        ("0003", {"tupleSize": 33}, "from 0 to 32"),
        ("0003", {"tupleSize": True}, "from 0 to 32"),
        ("0003", {"tupleSize": 9, "numberOfTuples": 8}, "more characters"),
        ("0003", {"digestAlgorithm": "crc32"}, "digestAlgorithm"),
        ("0003", {"digestAlgoritm": "md5"}, "no parameter 'digestAlgoritm'"),
        ("0004", {"tupleSize": 8, "numberOfTuples": 8, "shortObjectRoot": True}, "shortObjectRoot"),
        ("0004", {"shortObjectRoot": "yes"}, "true or false"),
        ("0006", {}, "delimiter"),
        ("0006", {"delimiter": ""}, "delimiter"),
        ("0007", {"tupleSize": 0}, "from 1 to 32"),
        ("0007", {"zeroPadding": "both"}, "zeroPadding"),
        ("0002", {"delimiter": ":"}, "it has none"),
    ],
)
def test_parameters_that_a_layout_does_not_have_are_named(name: str, parameters: dict[str, object], words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        layout_named(name, parameters)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_read_from_its_own_parameters_is_the_same(name: str) -> None:
    given = {"delimiter": ":"} if "omit" in name else {}
    layout = layout_named(name, given)
    assert layout_named(layout.extension, {"extensionName": name, **layout.parameters}) == layout
    assert layout.description.endswith(".")
