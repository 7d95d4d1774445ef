"""How long writing a bag straight into an archive takes against the archive alone, written by GNU tar or Info-ZIP.

Three folders, made anew in the temporary folder: 20,000 files of 4 KiB and 8 files of 256 MiB of noise for tar, and
200 MB of text for tar.gz and zip. The peer writes the same folder and has the disk finish it (``sync``); it neither
hashes nor reads back, which ``archiver bag`` does. All in one run on one machine, in turn; prints medians of wall and
processor time, and the ratios.
"""

from __future__ import annotations

import os
import random
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3
MIB = 1 << 20

PEERS = {
    "tar": "tar -c -f {file} {folder} && sync {file}",
    "tar.gz": "tar -c {folder} | gzip -6 > {file} && sync {file}",
    "zip": "zip -q -r -6 {file} {folder} && sync {file}",
}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        for name, make, forms in (
            ("20,000 x 4 KiB", _small, ("tar",)),
            ("8 x 256 MiB", _large, ("tar",)),
            ("200 MB of text", _text, ("tar.gz", "zip")),
        ):
            make(place / "folder")
            for form in forms:
                _compare(name, form, place)
            shutil.rmtree(place / "folder")


def _compare(name: str, form: str, place: Path) -> None:
    file = place / f"out.{form}"
    bag = f"{shlex.quote(sys.executable)} -P -m archiver bag folder {file.name} --algorithm sha512"
    commands = {"peer": PEERS[form].format(file=file.name, folder="folder"), "archiver": bag}
    times: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
    sizes = dict.fromkeys(commands, 0)
    for _ in range(RUNS):
        for what, command in commands.items():
            times[what].append(_timed(command, place))
            sizes[what] = file.stat().st_size
            file.unlink()
    wall, cpu = _medians(times["peer"])
    our_wall, our_cpu = _medians(times["archiver"])
    print(f"{name}, {form}")
    print(f"  peer         {wall:6.2f} s, processor {cpu:6.2f} s, {sizes['peer'] / 1e6:7.1f} MB")
    print(f"  archiver bag {our_wall:6.2f} s, processor {our_cpu:6.2f} s, {sizes['archiver'] / 1e6:7.1f} MB")
    print(f"  ratio        {our_wall / wall:6.2f}    processor {our_cpu / cpu:6.2f}")


def _medians(runs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(wall for wall, _ in runs), statistics.median(cpu for _, cpu in runs)


def _timed(command: str, place: Path) -> tuple[float, float]:
    """Return wall and processor seconds of one command and whatever it starts."""
    started = time.perf_counter()
    process = subprocess.Popen(["/bin/sh", "-c", command], cwd=place, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with status {process.returncode}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime


def _small(folder: Path) -> None:
    for number in range(20_000):
        file = folder / f"{number // 500:03}" / f"{number:05}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(4096))


def _large(folder: Path) -> None:
    folder.mkdir()
    for number in range(8):
        with (folder / f"{number}.bin").open("wb") as file:
            for _ in range(256):
                file.write(os.urandom(MIB))


def _text(folder: Path) -> None:
    folder.mkdir()
    words = ("the", "of", "archive", "letter", "box", "folder", "date", "town", "council", "minutes", "1921", "1922")
    choice = random.Random(0)  # noqa: S311 - the same text each time, and no secret
    for number in range(200):
        text = " ".join(choice.choices(words, k=180_000))
        (folder / f"{number:03}.txt").write_text(text[:MIB], encoding="ascii")


if __name__ == "__main__":
    main()
