"""Bags of a given shape, the hashing floor over them, and what one command takes in time and memory."""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ALGORITHMS = ("sha256", "sha512")
RUNS = 5
FILES_A_FOLDER = 200
_BLOCK = 1 << 20


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder in memory where there is one, so that no disk is measured."""
    memory = Path("/dev/shm")  # noqa: S108 - made anew inside it, by a random name
    with tempfile.TemporaryDirectory(prefix="archiver-bench-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def make_bag(folder: Path, files: int, size: int) -> Path:
    """Make a BagIt 1.0 bag with both algorithms.

    Args:
        folder: made by this.
        files: how many.
        size: bytes of each; no two are the same.
    """
    block = hashlib.shake_128(b"archiver").digest(min(size, _BLOCK))
    (folder / "data").mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        manifests = {name: stack.enter_context((folder / f"manifest-{name}.txt").open("w")) for name in ALGORITHMS}
        for number in range(files):
            path = f"data/folder{number // FILES_A_FOLDER:05}/document-{number:07}.txt"
            if number % FILES_A_FOLDER == 0:
                (folder / path).parent.mkdir()
            hashers = {name: hashlib.new(name) for name in ALGORITHMS}
            with (folder / path).open("wb") as file:
                left = size
                while left:
                    piece = (str(number).encode() + block)[: min(left, _BLOCK)]
                    left -= file.write(piece)
                    for hasher in hashers.values():
                        hasher.update(piece)
            for name, hasher in hashers.items():
                manifests[name].write(f"{hasher.hexdigest()}  {path}\n")
    _write_tag_files(folder, f"{files * size}.{files}")
    return folder


def _write_tag_files(folder: Path, oxum: str) -> None:
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (folder / "bag-info.txt").write_text(f"Payload-Oxum: {oxum}\n")
    listed = [path for path in sorted(folder.iterdir()) if path.is_file()]
    for name in ALGORITHMS:
        lines = [f"{hashlib.new(name, path.read_bytes()).hexdigest()}  {path.name}\n" for path in listed]
        (folder / f"tagmanifest-{name}.txt").write_text("".join(lines))


def floor(bag: Path, at_once: int) -> Callable[[], None]:
    """Return what hashes the payload with ``openssl dgst`` in two processes, by one algorithm after the other.

    Args:
        bag: as :func:`make_bag` made it.
        at_once: files that one ``openssl`` is given.
    """
    names = b"\0".join(os.fsencode(path) for path in sorted((bag / "data").rglob("*")) if path.is_file())

    def run() -> None:
        for name in ALGORITHMS:
            words = ["xargs", "-0", "-P2", f"-n{at_once}", "openssl", "dgst", f"-{name}"]
            subprocess.run(words, input=names, stdout=subprocess.DEVNULL, check=True)

    return run


def command(*words: str | Path) -> Callable[[], None]:
    """Return what runs a command in this Python and fails with it."""

    def run() -> None:
        subprocess.run([sys.executable, "-P", "-m", *map(str, words)], capture_output=True, check=True)

    return run


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What several runs of one thing took."""

    walls: tuple[float, ...]
    """Seconds."""

    processor: float
    """Seconds of all its processes, the median."""

    @property
    def wall(self) -> float:
        """The median."""
        return statistics.median(self.walls)


def in_turn(things: Mapping[str, Callable[[], None]], runs: int = RUNS) -> dict[str, Taken]:
    """Run each thing so many times, taking turns, after once for the page cache."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in things}
    for number in range(runs + 1):
        for name, run in things.items():
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            run()
            wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            if number:
                taken[name].append((wall, used))
    return {
        name: Taken(walls=tuple(wall for wall, _ in pairs), processor=statistics.median(used for _, used in pairs))
        for name, pairs in taken.items()
    }


def print_rows(taken: Mapping[str, Taken], against: str, peers: tuple[str, ...] = ()) -> None:
    """Print a table row each: wall (lowest to highest), processor, ratio to the floor, how much faster than peers."""
    columns = ["wall", "lowest to highest", "processor", f"to {against}", *(f"faster than {peer}" for peer in peers)]
    print(f"| | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for name, one in taken.items():
        ratios = [one.wall / taken[against].wall, *(taken[peer].wall / one.wall for peer in peers)]
        cells = [f"{one.wall:.2f} s", f"{min(one.walls):.2f} to {max(one.walls):.2f} s", f"{one.processor:.2f} s"]
        print(f"| {name} | {' | '.join([*cells, *(f'{ratio:.2f}' for ratio in ratios)])} |")
