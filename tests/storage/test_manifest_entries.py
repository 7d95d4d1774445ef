"""What manifests list, packed: behaves as a dictionary whatever is there, is not there, or is written oddly."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Callable, MutableMapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.standards.bagit import BAGIT_TXT
from archiver.storage.bag_checks.file_table import FileTable
from archiver.storage.bag_checks.manifest_entries import ManifestEntries
from archiver.storage.bag_reader import verify_bag

THERE = ["bagit.txt", "data/%41.txt", "data/a b.txt", "data/a.txt", "data/b\\c", "data/sub/b.txt", "z.txt"]
PATHS = st.sampled_from([*THERE, "data/absent", "data/gone", "other"])


def digest(number: int) -> bytes:
    return hashlib.md5(bytes([number]), usedforsecurity=False).digest()


def entries(length: int = 16) -> ManifestEntries:
    return ManifestEntries(FileTable((path, 3) for path in THERE), length)


@settings(deadline=None)
@given(st.lists(st.tuples(PATHS, st.integers(0, 255) | st.none())))
def test_it_is_a_dictionary(steps: list[tuple[str, int | None]]) -> None:
    ours: MutableMapping[str, bytes] = entries()
    expected: dict[str, bytes] = {}
    for path, number in steps:
        if number is None:
            assert ours.pop(path, None) == expected.pop(path, None)
        else:
            ours[path] = expected[path] = digest(number)
        assert dict(ours) == expected
        assert len(ours) == len(expected)
        assert {path for path in THERE if path in ours} == expected.keys() & set(THERE)


@pytest.mark.parametrize("line", ["{}  data/a.txt", "{}  data/a b.txt", "{}  data/sub/b.txt"])
def test_plain_lines_are_taken(line: str) -> None:
    for digits in (digest(1).hex(), digest(1).hex().upper()):
        ours = entries()
        assert ours.plain_taker()(line.format(digits))
        assert dict(ours) == {line[4:]: digest(1)}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "{} data/a.txt",
        "{}\tdata/a.txt",
        "{}   data/a.txt",
        "{} *data/a.txt",
        "{}  ./data/a.txt",
        "{}  data/a.txt ",
        "{}  data/absent",
        "{}  bagit.txt",
        "{}  data/%41.txt",  # there under this very name, and yet it may not be what is meant
        "{}  data/b\\c",
        "{}0  data/a.txt",
        "0{}  data/a.txt",
        " {} data/a.txt",
        "00 00" + "0" * 27 + "  data/a.txt",
        "g" * 32 + "  data/a.txt",
        "\u0660" * 32 + "  data/a.txt",
    ],
)
def test_every_other_line_is_left_to_the_grammar(line: str) -> None:
    ours = entries()
    assert not ours.plain_taker()(line.format(digest(1).hex()))
    assert dict(ours) == {}


def test_a_second_line_on_a_file_is_left_to_the_grammar() -> None:
    ours = entries()
    assert ours.plain_taker()(f"{digest(1).hex()}  data/a.txt")
    assert not ours.plain_taker()(f"{digest(2).hex()}  data/a.txt")
    assert ours["data/a.txt"] == digest(1)


def test_what_is_not_listed_and_what_is_not_there_is_known() -> None:
    ours = entries()
    ours["data/a.txt"] = ours["data/gone"] = digest(1)
    assert list(ours.unlisted()) == ["data/%41.txt", "data/a b.txt", "data/b\\c", "data/sub/b.txt"]
    assert list(ours.absent) == ["data/gone"]


def test_a_manifest_of_an_unknown_algorithm_lists_without_digests() -> None:
    ours = entries(length=0)
    ours["data/a.txt"] = b""
    assert dict(ours) == {"data/a.txt": b""}


def test_ten_thousand_manifests_of_one_line_cost_little() -> None:
    table = FileTable((f"data/{number:06}", 0) for number in range(20_000))
    tracemalloc.start()
    many = [ManifestEntries(table, 16) for _ in range(10_000)]
    for number, one in enumerate(many):
        one[f"data/{number:06}"] = digest(0)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 10_000 * 1500


def test_a_file_table_is_a_mapping_that_knows_the_payload() -> None:
    files = {path: number for number, path in enumerate(THERE)}
    table = FileTable(files.items())
    assert dict(table) == dict(table.items()) == files
    assert list(table) == list(table.keys()) == THERE
    assert list(table.values()) == list(files.values())
    assert table.get("data/gone") is None
    assert table.position("data/a.txt") == 3
    assert list(table.payload_paths()) == THERE[1:6]
    assert table.payload_bytes == 1 + 2 + 3 + 4 + 5
    assert list(FileTable().payload_paths()) == list(FileTable([("a", 1)]).payload_paths()) == []
    assert FileTable([("a", 1)]).payload_bytes == 0


@pytest.mark.parametrize(
    ("between", "behind", "codes"),
    [("", "", []), ("\n", "", ["bag-manifest-blank-line"]), ("", "\n\n", [])],
    ids=["none", "between entries", "at the end"],
)
def test_blank_lines_among_plain_ones_are_told(tmp_path: Path, between: str, behind: str, codes: list[str]) -> None:
    (tmp_path / "data").mkdir()
    lines = []
    for name in ("a", "b"):
        (tmp_path / "data" / name).write_bytes(b"x")
        lines.append(f"{hashlib.sha256(b'x').hexdigest()}  data/{name}\n")
    (tmp_path / "bagit.txt").write_bytes(BAGIT_TXT)
    (tmp_path / "manifest-sha256.txt").write_text(between.join(lines) + behind)
    found = [finding.code for finding in verify_bag(tmp_path).findings]
    assert found == [*codes, "bag-tag-manifest-absent"]


PAYLOAD = [f"data/{number:03}" for number in range(40)]
SPOILT: dict[str, Callable[[str], str]] = {
    "nothing": lambda line: line,
    "upper case": lambda line: line[:32].upper() + line[32:],
    "no hexadecimal": lambda line: "g" + line[1:],
    "space in the digest": lambda line: line[:4] + "  " + line[6:],
    "one space": lambda line: line[:32] + " " + line[34:],
    "binary": lambda line: line[:33] + "*" + line[34:],
    "longer digest": lambda line: "ab" + line,
    "other path": lambda line: line[:34] + "data/other",
    "longer path": lambda line: line + "x",
    "repeated": lambda _: f"{digest(0).hex()}  {PAYLOAD[0]}",
}


@settings(deadline=None)
@given(cut=st.integers(1, 39), spoilt=st.integers(1, 39), how=st.sampled_from(sorted(SPOILT)))
def test_runs_of_lines_are_taken_as_lines_are(cut: int, spoilt: int, how: str) -> None:
    lines = [f"{digest(number).hex()}  {path}" for number, path in enumerate(PAYLOAD)]
    lines[spoilt] = SPOILT[how](lines[spoilt])
    files = FileTable((path, 3) for path in ["bagit.txt", *PAYLOAD, "z.txt"])
    ours = ManifestEntries(files, 16)
    take_run = ours.run_taker()
    first, second = take_run(lines[:cut]), take_run(lines[cut:])
    harmless = how in {"nothing", "upper case"}
    assert first == (harmless or spoilt >= cut)
    assert second == harmless
    taken = PAYLOAD if harmless else PAYLOAD[: cut if first else 0]
    assert dict(ours) == {path: digest(number) for number, path in enumerate(taken)}
    assert not take_run(["x"])
    if not second:
        assert not take_run(lines[cut:]), "it goes on after a run that it did not take"


@pytest.mark.parametrize("path", ["data/%41.txt", "data/b\\c"])
def test_runs_with_names_that_may_mean_others_are_not_taken(path: str) -> None:
    ours = ManifestEntries(FileTable([(path, 3)]), 16)
    assert not ours.run_taker()([f"{digest(1).hex()}  {path}"])
    assert not ours
