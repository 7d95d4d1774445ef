"""Fixtures of the steps' tests: a source folder and a build of it without the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration
from archiver.steps.building.running import build
from archiver.steps.building.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.results import ItemResult

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@dataclass(slots=True)
class Heard:
    """What a build told of its progress."""

    total: int | None = None
    steps: list[int] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def begin(self, total: int) -> None:
        assert self.total is None
        self.total = total

    def advance(self, count: int) -> None:
        assert self.total is not None
        self.steps.append(count)
        assert sum(self.steps) <= self.total

    def item(self, name: str) -> None:
        self.items.append(name)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return an empty source folder."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, source: Path) -> BuildSettings:
    """Return settings of a build without renditions, to be changed with ``dataclasses.replace``."""
    return BuildSettings(
        source=source,
        metadata=None,
        destination=tmp_path / "packages",
        configuration=Configuration(pdfa=None, workers=1),
        now=NOW,
    )


@pytest.fixture
def heard() -> Heard:
    """Return a listener to the progress of one build."""
    return Heard()


@pytest.fixture
def built() -> Callable[[BuildSettings], list[ItemResult]]:
    """Return a function that builds and gives every result."""
    return lambda settings: list(build(settings, Heard()).results)
