"""Files that got another name from one version to the next."""

from __future__ import annotations

import pytest

from archiver.standards.ocfl.renames import renamed_files


@pytest.mark.parametrize(
    ("before", "since", "renames"),
    [
        pytest.param({"aa": ("x",)}, {"aa": ("x",)}, (), id="nothing happened"),
        pytest.param({"aa": ("x",)}, {"AA": ("y",)}, (("x", "y"),), id="renamed, in another case of digits"),
        pytest.param({"aa": ("x",)}, {"aa": ("x", "y")}, (), id="a further name"),
        pytest.param({"aa": ("x", "y")}, {"aa": ("x",)}, (), id="one name less"),
        pytest.param({"aa": ("x",)}, {"bb": ("y",)}, (), id="other bytes"),
        pytest.param({"aa": ("x", "y")}, {"aa": ("p", "q")}, (("x", "p"), ("y", "q")), id="several, in order"),
        pytest.param({"aa": ("x",), "bb": ("y",)}, {"aa": ("y",), "bb": ("x",)}, (), id="swapped: no name is gone"),
    ],
)
def test_renames(
    before: dict[str, tuple[str, ...]], since: dict[str, tuple[str, ...]], renames: tuple[tuple[str, str], ...]
) -> None:
    assert renamed_files(before, since) == renames
