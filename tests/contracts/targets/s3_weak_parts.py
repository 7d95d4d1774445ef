"""The target ``s3`` with rclone's server: packages of many parts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.contracts.targets._buckets import SMALL_PARTS, BucketBench
from tests.contracts.targets.s3_weak import weak_bench

if TYPE_CHECKING:
    import pytest

JUDGES = ("rclone",)


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[BucketBench]:  # noqa: ARG001 - as every target
    """Give a bucket of the server."""
    with weak_bench(SMALL_PARTS) as bench:
        yield bench
