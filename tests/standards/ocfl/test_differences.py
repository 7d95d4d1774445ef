"""States are compared by paths and digests: added, removed, changed, renamed, each path once."""

from __future__ import annotations

import pytest

from archiver.standards.ocfl.differences import Differences, state_differences

A, B, C = "aa" * 64, "bb" * 64, "cc" * 64


def found(
    added: str = "", removed: str = "", changed: str = "", renamed: tuple[tuple[str, str], ...] = ()
) -> Differences:
    return Differences(
        added=tuple(added.split()), removed=tuple(removed.split()), changed=tuple(changed.split()), renamed=renamed
    )


@pytest.mark.parametrize(
    ("before", "after", "differences"),
    [
        pytest.param({A: ("x",)}, {A: ("x",)}, found(), id="the same"),
        pytest.param({A: ("x",)}, {A.upper(): ("x",)}, found(), id="the same in another case"),
        pytest.param({}, {A: ("y", "x")}, found(added="x y"), id="added"),
        pytest.param({A: ("x",), B: ("y",)}, {A: ("x",)}, found(removed="y"), id="removed"),
        pytest.param({A: ("x",)}, {B: ("x",)}, found(changed="x"), id="changed"),
        pytest.param({A: ("x",)}, {A: ("z/x",)}, found(renamed=(("x", "z/x"),)), id="renamed"),
        pytest.param({A: ("x",)}, {A: ("x", "y")}, found(added="y"), id="a copy is added"),
        pytest.param({A: ("x", "y")}, {A: ("z",)}, found(removed="y", renamed=(("x", "z"),)), id="one of two renamed"),
        pytest.param({A: ("x",), B: ("y",)}, {A: ("y",), B: ("x",)}, found(changed="x y"), id="swapped"),
        pytest.param(
            {A: ("x",), B: ("y",)},
            {B: ("x",), C: ("z",)},
            found(added="z", removed="y", changed="x"),
            id="what takes a name that is there is changed",
        ),
    ],
)
def test_each_path_stands_once(
    before: dict[str, tuple[str, ...]], after: dict[str, tuple[str, ...]], differences: Differences
) -> None:
    seen = state_differences(before, after)
    assert seen == differences
    assert bool(seen) is (differences != found())
