"""The target ``s3`` with SeaweedFS, which checks digests and conditions: packages of one part."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.contracts.targets._buckets import BucketBench, Server
from tests.judges import seaweedfs

if TYPE_CHECKING:
    import pytest

JUDGES = ("s3",)


def strict_server(request: pytest.FixtureRequest) -> Server:
    """Return the run's server."""
    told = request.getfixturevalue("bucket_server")
    return Server(port=told["port"], bucket=told["bucket"], keys=(seaweedfs.ACCESS_KEY, seaweedfs.SECRET_KEY))


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[BucketBench]:  # noqa: ARG001 - as every target
    """Give a folder of the bucket."""
    yield BucketBench(server=strict_server(request))
