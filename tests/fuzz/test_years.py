"""Years of audits leave nothing overdue and a log that holds: the short form of ``bin/fuzz years``, months instead."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from fuzz.years import lived

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_is_forgotten_through_outages_and_kills(tmp_path: Path) -> None:
    outcome = lived(tmp_path, 400, 100, timedelta(days=20), Random(4))  # noqa: S311 - no secret
    assert outcome.checks > 400 * 100 / 20 * 0.8
    assert outcome.killed > 0
    assert outcome.days_off > 0
    assert timedelta(days=20) <= outcome.longest < timedelta(days=45)
