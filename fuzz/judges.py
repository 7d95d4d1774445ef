"""What ocfl-py and rocfl say of a storage root, as ``bin/test`` has set them up."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.judges.ocfl import OcflVerdict, judge_with_ocfl_py, judge_with_rocfl

Judge = Callable[[Path, Path], OcflVerdict]

ALLOWED = frozenset({"W004", "W013"})
"""Warnings that a good root may have: another digest than SHA-512, and an extension that is not registered."""


def storage_root_faults(root: Path) -> str | None:
    """Return what ocfl-py has against a storage root, or None.

    Raises:
        JudgeBrokenError: it is not there.
    """
    return faults_in(judge_with_ocfl_py, root)


def both_judges_faults(root: Path) -> str | None:
    """Return what ocfl-py or rocfl has against a storage root, or None.

    Raises:
        JudgeBrokenError: one is not there.
    """
    return faults_in(judge_with_ocfl_py, root) or faults_in(judge_with_rocfl, root)


def faults_in(judge: Judge, root: Path) -> str | None:
    """Return what one judge has against a storage root, or None."""
    with tempfile.TemporaryDirectory() as home:
        verdict = judge(root, Path(home))
    return None if verdict.passed and verdict.codes <= ALLOWED else verdict.detail
