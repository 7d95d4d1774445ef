"""``archiver bag`` killed in the middle of many files: the next run copies what is missing, and nothing else."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from archiver.storage.payload_copying import BATCH_FILES
from tests.stories.tracing import injecting
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver

FILES = 2 * BATCH_FILES + 10
WORDS = ("bag", "source", "out/bag", "--algorithm", "sha256", "--algorithm", "sha512")
GOING_ON = re.compile(rf"Going on from an earlier run: (\d+) of {FILES} files are there already\.")

_OPENED = re.compile(r'openat\(\d+<[^>]*/source(?:/[^>]*)?>, "([^"]*\.txt)"')

# Each file is written once and fsynced once, a batch's writes before its fsyncs; the journal is a write a batch.
POINTS = {
    "before the first batch is durable": ("fsync", BATCH_FILES // 2, 0),
    "before the first batch is noted": ("fsync", BATCH_FILES, 0),
    "in the second batch": ("write", 2 * BATCH_FILES - 9, 1),
    "before the second batch is noted": ("fsync", 2 * BATCH_FILES, 1),
    "in the last batch": ("write", 2 * BATCH_FILES + 12, 2),
    "before the folders are durable": ("fsync", FILES + 6, 3),
    "at the rename": ("renameat2", 1, 3),
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a working folder with a source of more files than two batches hold."""
    for number in range(FILES):
        file = tmp_path / "place" / "source" / f"{number % 3}" / f"{number:04}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%d\n" % number * (number % 40 + 1))
    return tmp_path / "place"


@pytest.mark.parametrize("point", POINTS)
def test_killed_the_next_run_copies_only_what_is_missing(
    strace: str, archiver: Archiver, place: Path, tmp_path: Path, point: str
) -> None:
    name, when, noted = POINTS[point]
    sources = touched(place / "source")
    assert archiver("bag", "source", tmp_path / "undisturbed", *WORDS[3:], cwd=place).status == 0
    ran = archiver(*WORDS, cwd=place, prefix=injecting(strace, name, when, "signal=SIGKILL"))
    assert ran.status == -signal.SIGKILL, ran.stderr
    assert not (place / "out" / "bag").exists()
    log = tmp_path / "log"
    prefix: list[str | Path] = [strace, "-y", "-s", "200", "-o", log, "-e", "trace=openat"]
    again = archiver(*WORDS, cwd=place, prefix=prefix)
    assert again.status == 0, again.stderr
    assert contents(place / "out" / "bag") == contents(tmp_path / "undisturbed")
    assert [one.name for one in (place / "out").iterdir()] == ["bag"]
    told = GOING_ON.search(again.stderr)
    kept = int(told[1]) if told else 0
    assert kept == min(noted * BATCH_FILES, FILES)
    assert len(_OPENED.findall(log.read_text(encoding="utf-8"))) == FILES - kept
    assert touched(place / "source") == sources


def test_the_options_are_explained(archiver: Archiver, tmp_path: Path) -> None:
    assert "--start-over" in archiver("bag", "--help", cwd=tmp_path).stdout
