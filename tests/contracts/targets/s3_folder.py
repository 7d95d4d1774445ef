"""The target ``s3`` with SeaweedFS: packages as folders, the largest file of them in parts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model.deposits import Packaging
from tests.contracts.targets._buckets import ONE_PART, BucketBench
from tests.contracts.targets.s3 import strict_server

if TYPE_CHECKING:
    import pytest

JUDGES = ("s3",)


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[BucketBench]:  # noqa: ARG001 - as every target
    """Give a folder of the bucket."""
    yield BucketBench(server=strict_server(request), packaging=Packaging.FOLDER, in_parts=ONE_PART)
