"""Objects with one sheet about them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.contracts.targets._exports import ExportBench

if TYPE_CHECKING:
    import pytest

JUDGES = ()


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[ExportBench]:  # noqa: ARG001 - no server
    """Give a folder that is not there yet."""
    yield ExportBench(kind="opf-csv", home=folder / "out")
