"""How long a deposit of 1 GiB takes in an object store, against ``rclone copyto`` to the same server with its checks.

The server is SeaweedFS on this machine, in the tests' environment; so is rclone. Ours is the deposit of a tar that is
ready, with its journal: sent in parts with their SHA-256, completed, and the digest of digests compared. rclone sends
parts of the same size, as many at once, with its own digests. The server takes its part of both cores in either.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.judges.rclone import PROGRAM
from tests.judges.seaweedfs import ACCESS_KEY, BUCKET, SECRET_KEY, ObjectStore, running_seaweedfs

SIZE = 1 << 30
RUNS = 5
PART = 16 << 20
AT_ONCE = 2
MEMORY = 150
"""MiB, at most."""

_DEPOSIT = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from archiver.config.tables import Table
from archiver.config.targets import SecretPlace, TargetSettings
from archiver.deposits.journal import DepositJournal
from archiver.deposits.running import Bandwidth, Rules, Run, RunClock, run_deposit
from archiver.deposits.s3 import make
from archiver.deposits.surroundings import Surroundings
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel, ParcelFile
from archiver.steps.deposits.folders import LocalFolders
import threading, time
told = json.loads(sys.argv[1])
settings = TargetSettings(
    name="bench", kind="s3", parallel=told["at_once"],
    own=Table(name="targets.bench", file="archiver.toml", values=told["own"]),
    secrets={"secret_access_key": SecretPlace(kind="stdin")},
)
target = make(settings, Surroundings(
    secret=lambda name: told["secret"], now=lambda: datetime.now(UTC), environment={}, folders=LocalFolders(),
    store=lambda settings: None,
))
file = ParcelFile(path=told["name"], source=Path(told["file"]), size=told["size"], digests=told["digests"])
parcel = Parcel(
    identifier="urn:bench:" + told["name"], name=told["name"], package_digest=told["digests"]["sha256"],
    packaging=Packaging.TAR, files=(file,), bag=Path(told["file"]).parent,
)
stop = threading.Event()
clock = RunClock(now=lambda: datetime.now(UTC), monotonic=time.monotonic, sleep=stop.wait, chance=lambda: 1)
rules = Rules(min_evidence=EvidenceLevel.SERVER_SHA256, attempts=1, retry_wait=1, patience=1)
run = Run(name="bench", rules=rules, clock=clock, bandwidth=Bandwidth(None, time.monotonic), stop=stop)
with DepositJournal.open(Path(told["records"])) as journal:
    deposit = run_deposit(target, parcel, journal, origin="bench", run=run)
sys.exit(0 if deposit.state == "verified" else f"{deposit.state}: {deposit.reason}")
"""


def main() -> None:
    """Measure and print."""
    place = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(prefix="archiver-bench-", dir=place) as name:
        folder = Path(name)
        digests = _write(folder / "bench.tar")
        print(f"one tar of {SIZE:,} bytes, parts of {PART >> 20} MiB, {AT_ONCE} at once")
        ours, theirs, peaks = [], [], []
        for number in range(RUNS):
            with _store(place) as store:
                seconds, peak = _measured(_ours(folder, store, digests, number), {})
            ours.append(seconds)
            peaks.append(peak)
            with _store(place) as store:
                theirs.append(_measured(_rclone(folder, number), _rclone_settings(store))[0])
        for words, found in (("archiver", ours), ("rclone copyto", theirs)):
            print(f"{words:<16}{statistics.median(found):8.2f} s  ({min(found):.2f} to {max(found):.2f})")
        print(f"speed to rclone's: {statistics.median(theirs) / statistics.median(ours):.2f} (at least 0.8)")
        print(f"memory: {max(peaks)} MiB (at most {MEMORY})")


@contextmanager
def _store(place: str | None) -> Iterator[ObjectStore]:
    """Give an empty server: what is removed from one takes room for a while."""
    with (
        tempfile.TemporaryDirectory(prefix="weed-", dir=place) as home,
        running_seaweedfs(Path(home), volumes=2 * SIZE // 100_000_000) as store,
    ):
        yield store


def _write(file: Path) -> dict[str, str]:
    block = hashlib.shake_128(b"archiver").digest(1 << 20)
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in ("sha512", "sha256", "md5")}
    with file.open("wb") as out:
        for number in range(SIZE >> 20):
            piece = number.to_bytes(8, "big") + block[8:]
            out.write(piece)
            for digest in digests.values():
                digest.update(piece)
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _ours(folder: Path, store: ObjectStore, digests: dict[str, str], number: int) -> list[str]:
    told = {
        "at_once": AT_ONCE,
        "own": {
            "bucket": BUCKET,
            "prefix": f"ours/{number}",
            "endpoint_url": store.endpoint_url,
            "access_key_id": ACCESS_KEY,
            "part_size": f"{PART >> 20} MiB",
        },
        "secret": SECRET_KEY,
        "name": "bench.tar",
        "file": str(folder / "bench.tar"),
        "size": SIZE,
        "digests": digests,
        "records": str(folder / f"records-{number}"),
    }
    return [sys.executable, "-P", "-c", _DEPOSIT, json.dumps(told)]


def _rclone(folder: Path, number: int) -> list[str]:
    words = ["copyto", "--config", os.devnull, "--s3-chunk-size", str(PART), "--s3-upload-concurrency", str(AT_ONCE)]
    return [str(PROGRAM), *words, str(folder / "bench.tar"), f":s3:{BUCKET}/theirs/{number}/bench.tar"]


def _rclone_settings(store: ObjectStore) -> dict[str, str]:
    return {
        "RCLONE_S3_PROVIDER": "SeaweedFS",
        "RCLONE_S3_ENDPOINT": store.endpoint_url,
        "RCLONE_S3_ACCESS_KEY_ID": ACCESS_KEY,
        "RCLONE_S3_SECRET_ACCESS_KEY": SECRET_KEY,
    }


def _measured(words: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Run a command, and return its seconds and the MiB that it took at most."""
    begin = time.monotonic()
    child = subprocess.Popen(words, env=os.environ | environment)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{words[0]} ended with {child.returncode}")
    return time.monotonic() - begin, used.ru_maxrss >> 10


if __name__ == "__main__":
    main()
