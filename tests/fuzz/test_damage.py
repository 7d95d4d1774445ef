"""Damage at random is found, and none is imagined: the short form of ``bin/fuzz damage``, the same damage each time."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from fuzz.damage import damaged_and_found

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", [1, 2])
def test_damage_is_found_and_none_is_imagined(tmp_path: Path, seed: int) -> None:
    outcome = damaged_and_found(tmp_path, corruptions=24, packages=40, clean=80, chance=Random(seed))  # noqa: S311 - no secret
    assert outcome.wrong == []
    assert outcome.corruptions == 24
    assert len(outcome.kinds) >= 4
    assert outcome.clean > 300
