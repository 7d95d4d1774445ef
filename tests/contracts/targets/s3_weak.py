"""The target ``s3`` with rclone's server, which checks nothing and says that it did: packages of one part."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model.deposits import EvidenceLevel
from tests.contracts.targets._buckets import BucketBench, Server, changing_files
from tests.judges import rclone

if TYPE_CHECKING:
    import pytest

JUDGES = ("rclone",)


@contextlib.contextmanager
def weak_bench(in_parts: int | None) -> Iterator[BucketBench]:
    """Give a bucket of a server of its own: of two clients at once, rclone 1.75 lets both wait for ever."""
    with tempfile.TemporaryDirectory(prefix="rclone-") as home, rclone.running_rclone(Path(home)) as told:
        yield BucketBench(
            server=Server(port=told["port"], bucket=rclone.BUCKET, keys=(rclone.ACCESS_KEY, rclone.SECRET_KEY)),
            min_evidence=EvidenceLevel.SERVER_MD5,
            in_parts=in_parts,
            parallel=1,
            changes=changing_files(Path(told["bucket"])),
        )


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[BucketBench]:  # noqa: ARG001 - as every target
    """Give a bucket of the server."""
    with weak_bench(None) as bench:
        yield bench
