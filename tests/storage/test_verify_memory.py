"""Verifying needs little memory for each file. The long form, a million files, is benchmarks/verify_million.py."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.standards.bagit import BAGIT_TXT, manifest_text

FEW = 10_000
"""Manifests of more than one chunk: what reading a chunk takes is the same for both then."""

MANY = 40_000
MOST_FOR_EACH = 450
"""Bytes: the path of 40 characters once (96), its place and size (100), two digests (96), and a third more."""

PROGRAM = """
import sys
from pathlib import Path
from archiver.storage.bag_reader import verify_bag
verdict = verify_bag(Path(sys.argv[1]), workers=int(sys.argv[2]))
assert verdict.valid, verdict
(peak,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(peak)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_memory_grows_little_with_each_file(tmp_path: Path) -> None:
    few, many = (make_bag(tmp_path / str(files), files) for files in (FEW, MANY))
    for workers in (1, 2):
        assert (peak(many, workers) - peak(few, workers)) / (MANY - FEW) < MOST_FOR_EACH


def peak(bag: Path, workers: int) -> int:
    """Return the most bytes that a process verifying the bag held."""
    words = [sys.executable, "-P", "-c", PROGRAM, str(bag), str(workers)]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout) << 10


def make_bag(folder: Path, files: int) -> Path:
    """Make a bag of empty files with two manifests."""
    paths = [f"data/folder{number // 500:05}/document-{number:09}.txt" for number in range(files)]
    for path in paths:
        place = folder / path
        if not place.parent.is_dir():
            place.parent.mkdir(parents=True)
        place.touch()
    (folder / "bagit.txt").write_bytes(BAGIT_TXT)
    for name in ("sha256", "sha512"):
        digest = hashlib.new(name).hexdigest()
        (folder / f"manifest-{name}.txt").write_text(manifest_text((path, digest) for path in paths))
    return folder
