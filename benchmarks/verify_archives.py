"""How long verifying a bag inside an archive takes against verifying the same bag as a folder.

Two bags with sha256 and sha512 manifests in the page cache: 20,000 files of 4 KiB, and 1 GiB in 4 files. The whole
command is timed, in turns; medians and their ratios to the folder are printed. Target: at most 1.2 for tar and zip. For
tar.gz, which has no target, the floor is printed too: gzip -dc, twice, since headers come before what they are for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 7
BAGS = {"20,000 files of 4 KiB": (20_000, 4 << 10), "1 GiB in 4 files": (4, 256 << 20)}
WORDS = b"the letters of the society with notes on their dates, hands and seals, as found in box "
ARCHIVES = ("bag.tar", "bag.zip", "deflated.zip", "bag.tar.gz")


def main() -> None:
    """Measure and print."""
    for title, (files, size) in BAGS.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "bag"
            _make(folder, files, size)
            _pack(folder)
            print(f"{title}, {os.cpu_count()} cores")
            _measure(folder)


def _measure(folder: Path) -> None:
    names = ["bag", *ARCHIVES]
    runs: dict[str, Callable[[], None]] = {name: _verifying(folder.parent / name) for name in names}
    runs["gzip -dc twice"] = lambda: _inflate(folder.parent / "bag.tar.gz")
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(RUNS):
        for name, run in runs.items():
            started = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - started)
    floor = statistics.median(times["bag"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        spread = f"(min {min(seconds):.2f}, max {max(seconds):.2f})"
        print(f"  {name:<16}{median:7.2f} s {spread}  {median / floor:.2f} x folder")


def _verifying(path: Path) -> Callable[[], None]:
    def run() -> None:
        subprocess.run([sys.executable, "-P", "-m", "archiver", "verify", str(path)], check=True, capture_output=True)

    return run


def _inflate(archive: Path) -> None:
    gzip = shutil.which("gzip") or "gzip"
    for _ in range(2):
        subprocess.run([gzip, "-dc", str(archive)], check=True, stdout=subprocess.DEVNULL)


def _make(folder: Path, files: int, size: int) -> None:
    manifests: dict[str, list[str]] = {"sha256": [], "sha512": []}
    for number in range(files):
        path = f"data/{number // 200:03}/{number:05}.txt"
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        line = WORDS + str(number).encode() + b"\n"
        content = (line * (min(size, 1 << 20) // len(line) + 1))[: min(size, 1 << 20)] * max(1, size >> 20)
        target.write_bytes(content)
        for name, lines in manifests.items():
            lines.append(f"{hashlib.new(name, content).hexdigest()}  {path}\n")
    for name, lines in manifests.items():
        (folder / f"manifest-{name}.txt").write_text("".join(lines))
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")


def _pack(folder: Path) -> None:
    paths = sorted(folder.rglob("*"))
    for name, method in (("bag.zip", zipfile.ZIP_STORED), ("deflated.zip", zipfile.ZIP_DEFLATED)):
        with zipfile.ZipFile(folder.parent / name, "w", method) as zipped:
            for path in paths:
                zipped.write(path, path.relative_to(folder.parent))
    with tarfile.open(folder.parent / "bag.tar", "w") as tar:
        for path in paths:
            tar.add(path, path.relative_to(folder.parent), recursive=False)
    gzip = shutil.which("gzip") or "gzip"
    subprocess.run([gzip, "-1", "--keep", str(folder.parent / "bag.tar")], check=True)


if __name__ == "__main__":
    main()
