"""What makes bags of one folder in turn: ``archiver bag``, bagit-python in its place, and a durable copy alone."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measuring.bags import ALGORITHMS, command, floor, in_turn, make_bag, print_rows, scratch

_COPY = """
import os, sys
source, target = sys.argv[1:]
for folder, _, names in os.walk(source):
    place = target + folder[len(source):]
    os.mkdir(place)
    for name in names:
        with open(f"{folder}/{name}", "rb") as read, open(f"{place}/{name}", "xb") as copy:
            while os.copy_file_range(read.fileno(), copy.fileno(), 1 << 30):
                pass
            os.fsync(copy.fileno())
for folder, _, _ in os.walk(target, topdown=False):
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
"""


def measure(files: int, size: int, at_once: int, *, keep: bool) -> None:
    """Measure the making of bags of so many files and print a table row each.

    Args:
        files: how many.
        size: bytes of each.
        at_once: files that one ``openssl`` is given.
        keep: leave what was made until the end, since removing many files takes time and slows making the next.
    """
    with _place() as folder:
        bag = make_bag(folder / "hashed", files, size)
        source = bag / "data"
        options = [word for name in ALGORITHMS for word in ("--algorithm", name)]
        numbers = itertools.count()

        def beside(make: Callable[[Path], Callable[[], None]]) -> Callable[[], None]:
            def run() -> None:
                target = folder / f"made-{next(numbers)}"
                make(target)()
                if not keep:
                    shutil.rmtree(target)

            return run

        def in_place(processes: int) -> Callable[[], None]:
            own = folder / f"own-{processes}"
            shutil.copytree(source, own)
            words = [f"--{name}" for name in ALGORITHMS]
            make = command("bagit", "--quiet", "--processes", str(processes), *words, own)

            def run() -> None:
                make()
                _undo(own)

            return run

        taken = in_turn(
            {
                "openssl dgst": floor(bag, at_once),
                "copy and fsync alone": beside(lambda target: _copying(source, target)),
                "archiver bag": beside(lambda target: command("archiver", "bag", source, target, *options)),
                "bagit-python in place": in_place(1),
                "bagit-python in place --processes 2": in_place(2),
            }
        )
    print_rows(taken, "openssl dgst", ("bagit-python in place", "bagit-python in place --processes 2"))


@contextlib.contextmanager
def _place() -> Iterator[Path]:
    """Give a folder on the disk that is named on the command line, else in memory."""
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory(prefix="archiver-bench-", dir=sys.argv[1]) as folder:
            yield Path(folder)
    else:
        with scratch() as folder:
            yield folder


def _copying(source: Path, target: Path) -> Callable[[], None]:
    def run() -> None:
        subprocess.run([sys.executable, "-c", _COPY, source, target], check=True)

    return run


def _undo(bag: Path) -> None:
    """Make a bag the folder again that it was: a rename for each folder or file at its top."""
    for entry in list(bag.iterdir()):
        if entry.is_file():
            entry.unlink()
    for entry in list((bag / "data").iterdir()):
        entry.rename(bag / entry.name)
    (bag / "data").rmdir()
