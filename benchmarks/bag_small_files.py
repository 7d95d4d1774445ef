"""How long bagging 20,000 files of 4 KiB takes, by two algorithms, against bagit-python, which copies nothing.

``archiver bag`` copies, makes every file durable and reads the bag back; bagit-python renames the files and hashes them
once. Target: at least 3 times faster than bagit-python with one process and with two. In memory, or on the disk of the
folder that is given: ``bin/bench`` measures in memory.
"""

from __future__ import annotations

from benchmarks.measuring.bagging import measure


def main() -> None:
    """Measure and print."""
    measure(20_000, 4 << 10, at_once=500, keep=True)


if __name__ == "__main__":
    main()
