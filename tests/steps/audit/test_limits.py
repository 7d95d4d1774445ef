"""What an audit keeps to: the configuration's limits, the schedule of a place, what the command line says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from archiver.config import AuditedLocation, AuditSettings
from archiver.errors import ConfigurationError
from archiver.steps.audit.limits import AuditLimits, Schedule, configured_limits

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = AuditSettings(
    older_than="90 days",
    max_bytes="10 GB",
    max_time="2h",
    rate="50MB/s",
    locations=(
        AuditedLocation(path="/mnt/tape", every="1 year"),
        AuditedLocation(path="/mnt/tape/new", every="1 month", rate="5 MB"),
        AuditedLocation(path="s3://bucket", rate="1 MB/s"),
    ),
    file="archiver.toml",
)


def test_limits_are_read() -> None:
    limits = configured_limits(SETTINGS)
    assert limits.schedule == Schedule(older_than=timedelta(days=90), rate=50_000_000)
    assert (limits.max_bytes, limits.max_time) == (10_000_000_000, timedelta(hours=2))
    assert configured_limits(AuditSettings()) == AuditLimits()


@pytest.mark.parametrize(
    ("location", "days", "rate"),
    [
        ("/srv/store", 90, 50_000_000),
        ("/mnt/tape", 365, 50_000_000),
        ("/mnt/tape/a/store", 365, 50_000_000),
        ("/mnt/tapes", 90, 50_000_000),
        ("/mnt/tape/new/store", 30, 5_000_000),
        ("s3://bucket/store", 90, 1_000_000),
        ("s3://bucket2/store", 90, 50_000_000),
    ],
)
def test_the_nearest_place_has_the_schedule(location: str, days: int, rate: int) -> None:
    assert configured_limits(SETTINGS).of_store(location) == Schedule(older_than=timedelta(days=days), rate=rate)


def test_a_store_named_from_here_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = AuditSettings(locations=(AuditedLocation(path=str(tmp_path / "x" / ".." / "tape"), every="1 year"),))
    assert configured_limits(settings).of_store("tape/store").older_than == timedelta(days=365)


def test_what_is_asked_for_holds_everywhere() -> None:
    limits = configured_limits(SETTINGS).overridden(older_than=timedelta(days=1), rate=7)
    for location in ("/srv/store", "/mnt/tape/new", "s3://bucket"):
        assert limits.of_store(location) == Schedule(older_than=timedelta(days=1), rate=7)
    assert configured_limits(SETTINGS).overridden() == configured_limits(SETTINGS)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (AuditSettings(older_than="often", file="a.toml"), "a.toml: audit.older_than"),
        (AuditSettings(max_bytes="all", file="a.toml"), "audit.max_bytes"),
        (AuditSettings(max_time="0h", file="a.toml"), "audit.max_time"),
        (AuditSettings(rate="fast", file="a.toml"), "audit.rate"),
        (AuditSettings(locations=(AuditedLocation(path="a", every="0d"),), file="a.toml"), "audit.location.every"),
        (AuditSettings(locations=(AuditedLocation(path="a", rate="x"),), file="a.toml"), "audit.location.rate"),
    ],
)
def test_what_cannot_be_read_is_named(settings: AuditSettings, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        configured_limits(settings)
