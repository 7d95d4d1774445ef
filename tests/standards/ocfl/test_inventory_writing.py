"""Tests of inventories as JSON."""

from __future__ import annotations

import json

import pytest

from archiver.standards.ocfl.inventory import Inventory, User, Version
from archiver.standards.ocfl.inventory_writing import inventory_bytes


def _inventory(**changes: object) -> Inventory:
    values: dict[str, object] = {
        "identifier": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "digest_algorithm": "sha512",
        "head": "v10",
        "manifest": {"bb": ("v1/content/b", "v1/content/a"), "aa": ("v2/content/é\n",)},
        "versions": {
            "v2": Version(created="2026-01-02T03:04:05Z", state={"aa": ("é\n",)}),
            "v10": Version(
                created="2026-01-02T03:04:05Z",
                state={"bb": ("b", "a")},
                message='say "it"',
                user=User(name="Jane Doe", address="mailto:jane@example.org"),
            ),
        },
    }
    return Inventory(**(values | changes))  # type: ignore[arg-type]


def test_every_value_is_there_under_the_name_of_the_standard() -> None:
    written = json.loads(inventory_bytes(_inventory(fixity={"md5": {"cc": ("v1/content/a",)}})))
    assert written == {
        "id": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha512",
        "head": "v10",
        "manifest": {"aa": ["v2/content/é\n"], "bb": ["v1/content/a", "v1/content/b"]},
        "versions": {
            "v2": {"created": "2026-01-02T03:04:05Z", "state": {"aa": ["é\n"]}},
            "v10": {
                "created": "2026-01-02T03:04:05Z",
                "state": {"bb": ["a", "b"]},
                "message": 'say "it"',
                "user": {"name": "Jane Doe", "address": "mailto:jane@example.org"},
            },
        },
        "fixity": {"md5": {"cc": ["v1/content/a"]}},
    }


def test_the_order_in_which_values_came_makes_no_difference() -> None:
    one = _inventory()
    other = _inventory(manifest={"aa": ("v2/content/é\n",), "bb": ("v1/content/a", "v1/content/b")})
    assert inventory_bytes(one) == inventory_bytes(other)
    assert list(json.loads(inventory_bytes(one))["versions"]) == ["v2", "v10"]


def test_a_content_directory_of_another_name_is_stated() -> None:
    assert "contentDirectory" not in json.loads(inventory_bytes(_inventory()))
    assert json.loads(inventory_bytes(_inventory(content_directory="data")))["contentDirectory"] == "data"


def test_a_name_that_is_no_text_cannot_be_written() -> None:
    with pytest.raises(UnicodeEncodeError):
        inventory_bytes(_inventory(manifest={"aa": ("v1/content/\udcff",)}))
