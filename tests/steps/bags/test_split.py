from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model import Finding, Severity, SourceDocument
from archiver.steps.bags.source import BagSource
from archiver.steps.bags.split import group_names, split


def source(sizes: dict[str, int], *, kept: tuple[str, ...] = (), about: tuple[str, ...] = ()) -> BagSource:
    """Return a source with files of some sizes."""
    paths = sorted(sizes, key=str.encode)
    findings = (Finding(severity=Severity.WARNING, code="x", file=path, message="x.", fix="x.") for path in about)
    return BagSource(
        documents=tuple(SourceDocument(path=path, size=sizes[path]) for path in paths),
        kept_folders=kept,
        findings=tuple(findings),
    )


def paths(bags: tuple[BagSource, ...]) -> list[list[str]]:
    """Return what each bag holds."""
    return [sorted(bag.payload) for bag in bags]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param({"a": 10}, [["a"]], id="fits exactly"),
        pytest.param({"a/1": 5, "b/2": 5}, [["a/1", "b/2"]], id="all in one"),
        pytest.param({"a/1": 6, "b/1": 4, "c/1": 6}, [["a/1", "b/1"], ["c/1"]], id="by folder"),
        pytest.param({"a/1": 6, "b/1": 3, "b/2": 3, "c": 4}, [["a/1", "c"], ["b/1", "b/2"]], id="into the first gap"),
        pytest.param({"a/1": 8, "b/1": 3, "b/2": 9}, [["a/1"], ["b/1"], ["b/2"]], id="a folder taken apart"),
        pytest.param(
            {"a/b/1": 4, "a/b/2": 4, "a/c/1": 5, "a/d": 1},
            [["a/b/1", "a/b/2", "a/d"], ["a/c/1"]],
            id="inner folders stay together",
        ),
        pytest.param({"a": 11, "b": 0, "c": 1}, [["a"], ["b", "c"]], id="too large, alone even among empty files"),
        pytest.param({"a": 0, "b": 12}, [["a"], ["b"]], id="too large, last"),
        pytest.param({"a-b/1": 6, "a/1": 3, "a/2": 3}, [["a-b/1"], ["a/1", "a/2"]], id="a name before its prefix"),
    ],
)
def test_what_goes_where(sizes: dict[str, int], expected: list[list[str]]) -> None:
    assert paths(split(source(sizes), 10)) == expected


def test_findings_go_with_their_files_and_the_rest_with_the_first_bag() -> None:
    bags = split(
        source({"a": 20, "b": 7, "c\n": 7}, kept=("empty",), about=("b", "c\\x0a", "empty", "a folder")),
        10,
    )
    assert paths(bags) == [["a"], ["b", "empty/.keep"], ["c\n"]]
    assert [[(one.code, one.file) for one in bag.findings] for bag in bags] == [
        [("file-over-split-size", "a"), ("x", "empty"), ("x", "a folder")],
        [("x", "b")],
        [("x", "c\\x0a")],
    ]


NAMES = st.lists(st.sampled_from(["a", "b", "é", "a-b", "a.b"]), min_size=1, max_size=4).map("/".join)


@given(st.dictionaries(NAMES.map(lambda path: f"{path}/file"), st.integers(0, 30), min_size=1), st.integers(1, 40))
def test_every_file_is_in_one_bag_and_no_bag_is_too_large(sizes: dict[str, int], limit: int) -> None:
    bags = split(source(sizes), limit)
    assert sorted(path for bag in bags for path in bag.payload) == sorted(sizes)
    for bag in bags:
        assert bag.bytes <= limit or len(bag.payload) == 1
        assert bag.payload
    for folder in {path.rpartition("/")[0] for path in sizes}:
        inside = {path for path in sizes if path.startswith(f"{folder}/")}
        if sum(sizes[path] for path in inside) <= limit:
            assert sum(not inside.isdisjoint(bag.payload) for bag in bags) == 1


def test_many_bags_take_no_long_search() -> None:
    sizes = {f"{number:06}": 6 + number % 2 for number in range(20_000)}
    assert len(split(source(sizes), 10)) == 20_000


@pytest.mark.parametrize(
    ("count", "first", "last"),
    [
        (1, "x-001-of-001", "x-001-of-001"),
        (12, "x-001-of-012", "x-012-of-012"),
        (1000, "x-0001-of-1000", "x-1000-of-1000"),
    ],
)
def test_names_sort_as_they_count(count: int, first: str, last: str) -> None:
    names = list(group_names("x", count))
    assert (names[0], names[-1], names) == (first, last, sorted(names))
