"""What verifying a bag of a million files takes in memory and time, against bags of a tenth and a hundredth of it.

Targets: within 400 MiB, and time for each file about the same from 10,000 files on (at most 1.3 times). Memory is that
of the command and its workers together: their own and what they share, counted once (Pss), and counted for each (Rss).
Needs 1.2 million inodes and 6 GB where the bags are made.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring.bags import make_bag, scratch

BYTES = 32
LOOK_EVERY = 0.05


@dataclass(slots=True)
class Peak:
    """Most memory seen, in KiB."""

    shared_once: int = 0
    each: int = 0


def main() -> None:
    """Measure and print."""
    print(
        "| files | workers | wall | for each file | memory, shared once | memory, summed |\n|---|---|---|---|---|---|"
    )
    for files in (10_000, 100_000, 1_000_000):
        with scratch() as folder:
            bag = make_bag(folder / "bag", files, BYTES)
            for workers in (1, 2):
                seconds, peak = measured(bag, workers)
                cells = [f"{files:,}", str(workers), f"{seconds:.2f} s", f"{seconds / files * 1e6:.1f} us"]
                cells += [f"{peak.shared_once / 1024:.0f} MiB", f"{peak.each / 1024:.0f} MiB"]
                print(f"| {' | '.join(cells)} |", flush=True)


def measured(bag: Path, workers: int) -> tuple[float, Peak]:
    """Return the seconds and the memory that verifying took."""
    words = [sys.executable, "-P", "-m", "archiver", "verify", str(bag), "--workers", str(workers)]
    peak = Peak()
    started = time.perf_counter()
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as running:
        while running.poll() is None:
            look(running.pid, peak)
            time.sleep(LOOK_EVERY)
        seconds = time.perf_counter() - started
    if running.returncode:
        raise SystemExit(f"verifying {bag} ended with {running.returncode}")
    return seconds, peak


def look(pid: int, peak: Peak) -> None:
    """Add up what the process and its children hold at this moment."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        held = [memory(one) for one in (str(pid), *children)]
    except (OSError, KeyError):  # one has just ended
        return
    peak.shared_once = max(peak.shared_once, sum(pss for pss, _ in held))
    peak.each = max(peak.each, sum(rss for _, rss in held))


def memory(pid: str) -> tuple[int, int]:
    """Return a process's Pss and Rss in KiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    fields = {name: int(value.split()[0]) for name, value in (line.split(":") for line in lines)}
    return fields["Pss"], fields["Rss"]


if __name__ == "__main__":
    main()
