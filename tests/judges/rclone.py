"""rclone, as a second client that fetches what was deposited, and as a server that speaks S3 weakly.

As a server it checks no digest and knows no conditions, repeats digests that it was sent as if they were its own, and
forgets metadata when it ends. Its entity tags are the MD5 of what lies on its disk.
"""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.judges.ending import end
from tests.judges.verdict import JUDGES, JudgeBrokenError, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCESS_KEY = "TESTS-OF-RCLONE"
SECRET_KEY = "what-only-the-tests-of-rclone-know"  # noqa: S105 - of a server that lives as long as the tests
BUCKET = "weak"
PROGRAM = JUDGES / "rclone" / "bin" / "rclone"
_READY = "Starting s3 server on [http://127.0.0.1:"
_START_LIMIT = 60.0


@contextmanager
def running_rclone(home: Path) -> Iterator[dict[str, Any]]:
    """Run the server for the length of the block.

    Args:
        home: an empty folder.

    Yields:
        ``port`` on 127.0.0.1, and ``bucket``: the folder of what it holds.

    Raises:
        JudgeBrokenError: it did not start; with what it said.
    """
    bucket = home / "data" / BUCKET
    bucket.mkdir(parents=True)
    words = ["serve", "s3", "--addr", "127.0.0.1:0", "--config", os.devnull, "--cache-dir", str(home / "cache")]
    server = subprocess.Popen(
        # Names that are not there are not remembered: tests put files behind its back. Streaming uploads in parts,
        # rclone 1.75 stands still for ever when two requests meet.
        [PROGRAM, *words, "--dir-cache-time", "0s", "--disable-multipart-streaming", home / "data"],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "RCLONE_AUTH_KEY": f'"{ACCESS_KEY},{SECRET_KEY}"'},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    late = threading.Timer(_START_LIMIT, server.kill)
    late.start()
    try:
        assert server.stderr is not None
        said = ""
        while _READY not in said and (line := server.stderr.readline()):
            said += line
        late.cancel()
        if _READY not in said:
            raise JudgeBrokenError(f"rclone did not start: {said}")
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield {"port": int(said.rpartition(_READY)[2].partition("/")[0]), "bucket": str(bucket)}
    finally:
        late.cancel()
        end(server)


def fetch_bucket(endpoint_url: str, keys: tuple[str, str], place: str, folder: Path, home: Path) -> None:
    """Copy what lies at a place of an object store into a folder, with rclone as its client.

    Args:
        endpoint_url: of the store.
        keys: access key and its secret.
        place: bucket, and a path in it.
        folder: that gets the files.
        home: rclone's own.

    Raises:
        JudgeBrokenError: it could not.
    """
    fetch(
        f":s3:{place}",
        folder,
        home,
        {
            "RCLONE_S3_PROVIDER": "Other",
            "RCLONE_S3_ENDPOINT": endpoint_url,
            "RCLONE_S3_ACCESS_KEY_ID": keys[0],
            "RCLONE_S3_SECRET_ACCESS_KEY": keys[1],
        },
    )


def fetch(remote: str, folder: Path, home: Path, environment: Mapping[str, str]) -> None:
    """Copy a place that rclone reaches into a folder.

    Raises:
        JudgeBrokenError: it could not.
    """
    words = ["copy", "--config", os.devnull, "--cache-dir", str(home / "cache"), remote, str(folder)]
    done = run([PROGRAM, *words], home=home, environment=environment)
    if done.returncode != 0:
        raise JudgeBrokenError(f"rclone could not fetch {remote}: {done.stderr[-2000:]}")
