"""Inventories are read with every rule that one can break by itself; what strangers put into them does no harm."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from archiver.model import Severity
from archiver.standards.ocfl.inventory import User
from archiver.standards.ocfl.inventory_writing import inventory_bytes
from archiver.standards.ocfl.reading.inventories import InventoryReading, read_inventory

if TYPE_CHECKING:
    from collections.abc import Callable

A, B, C = "a1" * 64, "b2" * 64, "c3" * 64
USER = {"name": "Ann", "address": "mailto:ann@example.org"}
GOOD: dict[str, Any] = {
    "id": "urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e",
    "type": "https://ocfl.io/1.1/spec/#inventory",
    "digestAlgorithm": "sha512",
    "head": "v2",
    "contentDirectory": "content",
    "manifest": {A: ["v1/content/a.txt"], B: ["v1/content/b/c.txt", "v2/content/d.txt"], C: ["v2/content/e.txt"]},
    "versions": {
        "v1": {
            "created": "2026-01-31T12:00:00Z",
            "state": {A: ["a.txt"], B: ["b/again.txt", "b/c.txt"]},
            "message": "first",
            "user": USER,
        },
        "v2": {
            "created": "2026-02-01T12:00:00.25+02:00",
            "state": {B: ["d.txt"], C: ["e.txt"]},
            "message": "second",
            "user": USER,
        },
    },
    "fixity": {"md5": {"d4" * 16: ["v1/content/a.txt"]}},
}


def read(value: object, **changes: object) -> InventoryReading:
    if isinstance(value, dict):
        value = {**value, **changes}
    return read_inventory(json.dumps(value).encode())


def rules(reading: InventoryReading) -> list[str]:
    return [finding.message.rpartition("(OCFL ")[2].rstrip(").") for finding in reading.findings]


def test_a_good_inventory() -> None:
    reading = read(GOOD)
    assert reading.findings == ()
    inventory = reading.inventory
    assert inventory is not None
    assert (inventory.identifier, inventory.head, inventory.ocfl_version) == (GOOD["id"], "v2", "1.1")
    assert inventory.manifest[B] == ("v1/content/b/c.txt", "v2/content/d.txt")
    assert list(inventory.versions) == ["v1", "v2"]
    assert inventory.versions["v1"].state == {A: ("a.txt",), B: ("b/again.txt", "b/c.txt")}
    assert inventory.versions["v1"].user == User(name="Ann", address="mailto:ann@example.org")
    assert inventory.fixity == {"md5": {"d4" * 16: ("v1/content/a.txt",)}}


def test_what_is_written_is_read() -> None:
    inventory = read(GOOD).inventory
    assert inventory is not None
    again = read_inventory(inventory_bytes(inventory))
    assert (again.inventory, again.findings) == (inventory, ())


def test_versions_come_in_the_order_of_their_numbers() -> None:
    version = GOOD["versions"]["v1"]
    versions = {f"v{n}": version for n in (10, 2, 9, 1, 3, 4, 5, 6, 7, 8)}
    reading = read(GOOD, versions=versions, head="v10", manifest={A: ["v1/content/a"], B: ["v1/content/b"]}, fixity={})
    assert reading.findings == ()
    assert reading.inventory is not None
    assert list(reading.inventory.versions) == [f"v{n}" for n in range(1, 11)]


def at(*keys: str) -> Callable[[dict[str, Any], object], None]:
    def put(value: dict[str, Any], new: object) -> None:
        for key in keys[:-1]:
            value = value[key]
        if new is GONE:
            del value[keys[-1]]
        else:
            value[keys[-1]] = new

    return put


GONE = object()
FAULTS = [
    ("E036", ("id",), GONE, False),
    ("E036", ("type",), GONE, False),
    ("E036", ("digestAlgorithm",), GONE, False),
    ("E036", ("head",), GONE, False),
    ("E037", ("id",), "", False),
    ("E037", ("id",), 5, False),
    ("W005", ("id",), "no uri", True),
    ("E038", ("type",), "https://ocfl.io/9.9/spec/#inventory", False),
    ("E038", ("type",), ["x"], False),
    ("E025", ("digestAlgorithm",), "md5", False),
    ("E025", ("digestAlgorithm",), {}, False),
    ("E039", ("digestAlgorithm",), "sha256", False),
    ("E040", ("head",), "v1", False),
    ("E040", ("head",), "v3", False),
    ("E040", ("head",), ["v2"], False),
    ("E017", ("contentDirectory",), "a/b", False),
    ("E017", ("contentDirectory",), 1, False),
    ("E017", ("contentDirectory",), "", False),
    ("E018", ("contentDirectory",), "..", False),
    ("E042", ("contentDirectory",), "data", True),
    ("E102", ("colour",), "blue", True),
    ("E041", ("manifest",), GONE, False),
    ("E106", ("manifest",), [], False),
    ("E092", ("manifest", A), "v1/content/a.txt", False),
    ("E092", ("manifest", A), [], False),
    ("E092", ("manifest", A), [1], False),
    ("E096", ("manifest", A.upper()), ["v1/content/other"], False),
    ("E039", ("manifest", "xyz"), ["v1/content/other"], False),
    ("E039", ("manifest", "g1" * 64), ["v1/content/other"], False),
    ("E107", ("manifest", "d4" * 64), ["v1/content/other"], True),
    ("E099", ("manifest", A), ["v1/content/../../../etc/passwd"], False),
    ("E099", ("manifest", A), ["v1/content//a"], False),
    ("E099", ("manifest", A), ["v1/content/./a"], False),
    ("E099", ("manifest", A), ["../v1/content/a"], False),
    ("E100", ("manifest", A), ["/etc/passwd"], False),
    ("E100", ("manifest", A), ["v1/content/a/"], False),
    ("E100", ("manifest", A), [""], False),
    ("E100", ("manifest", A), ["v1/content/a\0b"], False),
    ("E042", ("manifest", A), ["a.txt"], False),
    ("E042", ("manifest", A), ["v3/content/a.txt"], False),
    ("E042", ("manifest", A), ["v1/a.txt"], False),
    ("E042", ("manifest", A), ["v1/other/a.txt"], True),
    ("E042", ("manifest", A), ["v1/content"], False),
    ("E101", ("manifest", A), ["v2/content/d.txt"], False),
    ("E101", ("manifest", A), ["v1/content/b"], False),
    ("E101", ("manifest", A), ["v1/content/b/c.txt/d/e"], False),
    ("E043", ("versions",), GONE, False),
    ("E044", ("versions",), [], False),
    ("E008", ("versions",), {}, False),
    ("E047", ("versions", "v1"), [], False),
    ("E104", ("versions", "1"), {}, False),
    ("E105", ("versions", "v0"), {}, False),
    ("E105", ("versions", "v1.5"), {}, False),
    ("E105", ("versions", "v" + "9" * 5000), {}, False),
    ("E010", ("versions", "v4"), GOOD["versions"]["v2"], False),
    ("E009", ("versions", "v1"), GONE, False),
    ("E012", ("versions", "v01"), GOOD["versions"]["v1"], False),
    ("E013", ("versions", "v03"), GOOD["versions"]["v1"], False),
    ("E048", ("versions", "v1", "created"), GONE, True),
    ("E048", ("versions", "v1", "state"), GONE, False),
    ("E102", ("versions", "v1", "colour"), "blue", True),
    ("E049", ("versions", "v1", "created"), "2026-01-31T12:00:00", True),
    ("E049", ("versions", "v1", "created"), "2026-01-31T12:00Z", True),
    ("E049", ("versions", "v1", "created"), "2026-02-30T12:00:00Z", True),
    ("E049", ("versions", "v1", "created"), "2026-01-31T24:00:00Z", True),
    ("E049", ("versions", "v1", "created"), "2026-01-31T12:00:00+24:00", True),
    ("E049", ("versions", "v1", "created"), "\u0662026-01-31T12:00:00Z", True),
    ("E049", ("versions", "v1", "created"), {}, True),
    ("E050", ("versions", "v1", "state"), "none", False),
    ("E050", ("versions", "v1", "state", "e5" * 64), ["x"], False),
    ("E051", ("versions", "v1", "state", A), "x", False),
    ("E051", ("versions", "v1", "state", A), [], False),
    ("E051", ("versions", "v1", "state", A), [None], False),
    ("E052", ("versions", "v1", "state", A), ["../../a"], False),
    ("E052", ("versions", "v1", "state", A), ["a//b"], False),
    ("E052", ("versions", "v1", "state", A), [".."], False),
    ("E053", ("versions", "v1", "state", A), ["/a"], False),
    ("E053", ("versions", "v1", "state", A), ["a/"], False),
    ("E053", ("versions", "v1", "state", A), [""], False),
    ("E095", ("versions", "v1", "state", A), ["b/c.txt"], False),
    ("E095", ("versions", "v1", "state", A), ["b"], False),
    ("E095", ("versions", "v1", "state", A), ["b/c.txt/x"], False),
    ("E094", ("versions", "v1", "message"), 1, True),
    ("W007", ("versions", "v1", "message"), GONE, True),
    ("W007", ("versions", "v1", "user"), GONE, True),
    ("E054", ("versions", "v1", "user"), "Ann", True),
    ("E054", ("versions", "v1", "user"), {"address": "mailto:a@example.org"}, True),
    ("E054", ("versions", "v1", "user"), {"name": "", "address": "mailto:a@example.org"}, True),
    ("E054", ("versions", "v1", "user"), {"name": "Ann", "address": 1}, True),
    ("W008", ("versions", "v1", "user"), {"name": "Ann"}, True),
    ("W009", ("versions", "v1", "user"), {"name": "Ann", "address": "her house"}, True),
    ("E102", ("versions", "v1", "user"), {**USER, "age": "9"}, True),
    ("E111", ("fixity",), [], True),
    ("E056", ("fixity", "rot13"), {}, True),
    ("E057", ("fixity", "md5"), [], True),
    ("E057", ("fixity", "md5", "d4" * 15), ["v1/content/a.txt"], True),
    ("E057", ("fixity", "md5", "e5" * 16), "v1/content/a.txt", True),
    ("E093", ("fixity", "md5", "e5" * 16), ["v1/content/none"], True),
    ("E097", ("fixity", "md5", "D4" * 16), ["v2/content/e.txt"], True),
    ("E099", ("fixity", "md5", "e5" * 16), ["v1/content/../a.txt"], True),
    ("E100", ("fixity", "md5", "e5" * 16), ["/v1/content/a.txt"], True),
]


@pytest.mark.parametrize(("rule", "where", "new", "usable"), FAULTS)
def test_each_rule_is_seen(rule: str, where: tuple[str, ...], new: object, *, usable: bool) -> None:
    value = copy.deepcopy(GOOD)
    at(*where)(value, new)
    reading = read(value)
    assert rule in rules(reading), reading.findings
    assert (reading.inventory is not None) is usable
    severity = Severity.WARNING if rule.startswith("W") else Severity.ERROR
    assert {one.severity for one in reading.findings if rule in one.message} == {severity}
    if usable:
        # The fixity block speaks of a path that the manifest has lost then.
        assert set(rules(reading)) - {"E093"} == {rule} - {"E093"}


def test_a_digest_in_another_case_is_told_and_found() -> None:
    value = copy.deepcopy(GOOD)
    state = value["versions"]["v1"]["state"]
    state[A.upper()] = state.pop(A)
    reading = read(value)
    assert rules(reading) == ["E050"]
    assert reading.inventory is not None
    assert reading.inventory.manifest[A] == ("v1/content/a.txt",)


def test_upper_case_throughout_is_fine() -> None:
    text = json.dumps(GOOD).replace(A, A.upper()).replace(B, B.upper())
    reading = read_inventory(text.encode())
    assert reading.findings == ()
    assert reading.inventory is not None
    assert set(reading.inventory.manifest) == {A, B, C}


def test_padded_versions() -> None:
    text = json.dumps(GOOD).replace('"v1', '"v001').replace('"v2', '"v002')
    reading = read_inventory(text.encode())
    assert rules(reading) == ["W001"]
    assert reading.inventory is not None
    assert reading.inventory.head == "v002"
    text = text.replace("v002", "v0002")
    assert set(rules(read_inventory(text.encode()))) >= {"E013"}


def test_the_rules_of_1_0_have_its_codes() -> None:
    value = {**copy.deepcopy(GOOD), "type": "https://ocfl.io/1.0/spec/#inventory"}
    reading = read(value)
    assert reading.inventory is not None
    assert reading.inventory.ocfl_version == "1.0"
    assert rules(read(value, manifest=[], fixity={})) == ["E041"]
    value["manifest"]["d4" * 64] = ["v1/content/other"]  # 1.0 does not forbid what no version uses
    assert rules(read(value)) == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param(b"{" * 100_000, id="open"),
        pytest.param(b"[" * 1_000_000, id="deep"),
        pytest.param(b'{"a":' * 200_000 + b"1" + b"}" * 200_000, id="deep objects"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b"NaN", id="no number"),
        pytest.param(b'{"id": Infinity}', id="infinite"),
        pytest.param(b'{"id": "\xff"}', id="not UTF-8"),
        pytest.param(b'{"id": "\\ud800"}', id="half a pair"),
        pytest.param(json.dumps(GOOD).encode()[:-20], id="cut off"),
        pytest.param(json.dumps(GOOD).encode("utf-16"), id="UTF-16"),
        pytest.param(json.dumps(GOOD).encode().replace(b'"head"', b'"id": "urn:other", "head"'), id="a key twice"),
    ],
)
def test_what_is_no_inventory(data: bytes) -> None:
    reading = read_inventory(data)
    assert reading.inventory is None
    assert "E033" in rules(reading)
    assert {finding.code for finding in reading.findings if "E033" in finding.message} == {"ocfl-inventory-unreadable"}


def test_a_surrogate_pair_is_a_character() -> None:
    value = copy.deepcopy(GOOD)
    value["versions"]["v1"]["state"][A] = ["\U0001f600.txt"]
    reading = read(value)
    assert reading.inventory is not None
    assert reading.inventory.versions["v1"].state[A] == ("\U0001f600.txt",)


def test_numbers_of_any_length_do_no_harm() -> None:
    data = json.dumps({**GOOD, "colour": 0}).replace('"colour": 0', '"colour": ' + "9" * 1_000_000)
    assert rules(read_inventory(data.encode())) == ["E102"]


def test_what_would_fill_the_memory_is_refused_unparsed() -> None:
    reading = read_inventory(b"[" + b"[]," * (25 << 20) + b"[]]")
    assert rules(reading) == ["E033"]
    assert "memory" in reading.findings[0].message


def test_findings_are_bounded_and_counted() -> None:
    value = copy.deepcopy(GOOD)
    value["manifest"][A] = [f"/{n}" for n in range(5000)]
    reading = read(value)
    assert len(reading.findings) < 300
    assert "4,800 more" in reading.findings[-1].message


def test_what_strangers_wrote_is_escaped_and_cut() -> None:
    reading = read(GOOD, id="\x1b[31m\u202e" + "x" * 100_000)
    message = reading.findings[0].message
    assert "\\x1b" in message
    assert "\\u202e" in message
    assert len(message) < 300
