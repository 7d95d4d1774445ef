"""How fast ``archiver protect`` makes parity, in MiB of content a second of processor time, against par2 alone.

Target: at least 150 MiB a second a core. Everything lies in memory, so that no disk is measured.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from archiver.storage.parity.program import find_par2
from archiver.storage.parity.shards import block_bytes, recovery_blocks
from benchmarks.audit import make_store
from benchmarks.measuring.bags import Taken, command, in_turn, scratch

SHAPES = (("one large package", 1, 8, 64 << 20), ("one of small files", 1, 40_000, 8192), ("small ones", 200, 12, 8192))
"""Name, packages, files of each, bytes of each file."""

PERCENT = 5
_MEBIBYTE = 1 << 20


def main() -> None:
    """Measure and print."""
    print("| | content | wall | processor | MiB a second a core |\n|---|---|---|---|---|")
    for name, packages, files, size in SHAPES:
        with scratch() as folder:
            store = make_store(folder / "store", packages, files, size)
            things = {"archiver protect": _fresh(folder / "store.archiver", store)}
            if packages == 1:
                things["par2 alone"] = _alone(folder, store)
            taken = in_turn(things, runs=3)
        for thing, one in taken.items():
            print(_row(f"{name}: {thing}", packages * files * size, one))


def _fresh(records: Path, store: Path) -> Callable[[], None]:
    protect = command("archiver", "protect", "--store", store, "--percent", str(PERCENT))

    def run() -> None:
        shutil.rmtree(records, ignore_errors=True)
        protect()

    return run


def _alone(folder: Path, store: Path) -> Callable[[], None]:
    work = folder / "alone"
    work.mkdir()
    with (work / "shard").open("wb") as shard:
        for file in sorted(store.glob("*/*/v1/content/*")):
            shard.write(file.read_bytes())
    size = (work / "shard").stat().st_size
    options = [f"-s{block_bytes(size)}", f"-c{recovery_blocks(size, PERCENT)}", "-n1", "-q", "-q", "-t2", "-T2"]

    def run() -> None:
        for made in work.glob("*.par2"):
            made.unlink()
        words = [find_par2().executable, "create", *options, "shard.par2", "shard"]
        subprocess.run(words, cwd=work, check=True)

    return run


def _row(name: str, size: int, taken: Taken) -> str:
    rate = size / _MEBIBYTE / taken.processor
    return f"| {name} | {size / 1e6:.0f} MB | {taken.wall:.2f} s | {taken.processor:.2f} s | {rate:.0f} |"


if __name__ == "__main__":
    main()
