"""``[audit]``: limits and schedules are read in people's units, and what cannot be is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.config import AuditedLocation, AuditSettings, read_configuration
from archiver.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_key_is_read(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(
        '[audit]\nolder_than = "90 days"\nmax_bytes = "10 GB"\nmax_time = "2h"\nrate = "50MB/s"\nworkers = 3\n'
        '[[audit.location]]\npath = "tapes"\nevery = "1 year"\nrate = "20 MB"\n'
        '[[audit.location]]\npath = "s3://bucket/store"\n'
    )
    assert read_configuration(file).audit == AuditSettings(
        older_than="90 days",
        max_bytes="10 GB",
        max_time="2h",
        rate="50MB/s",
        workers=3,
        locations=(
            AuditedLocation(path=str(tmp_path / "tapes"), every="1 year", rate="20 MB"),
            AuditedLocation(path="s3://bucket/store"),
        ),
        file=str(file),
    )


def test_nothing_said_is_no_limit(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text("")
    assert read_configuration(file).audit == AuditSettings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[audit]\nworkers = 0", "workers"),
        ("[audit]\nmax_bytes = 10", "max_bytes"),
        ("[audit]\nlocation = 3", "[[audit.location]]"),
        ("[audit]\nlocation = [3]", "[[audit.location]]"),
        ('[[audit.location]]\nevery = "1 year"', "path"),
        ('[[audit.location]]\npath = "a"\never = "1 year"', "'ever'; did you mean 'every'"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as refused:
        read_configuration(file)
    assert said in str(refused.value)
    assert str(file) in str(refused.value)
