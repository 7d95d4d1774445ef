"""How long bagging 2 GiB in 8 files takes, by two algorithms, against hashing them and against bagit-python.

Every byte is hashed twice, when it is copied and when it is read back, and written once: the floor, which hashes once,
cannot be met. In memory, or on the disk of the folder that is given.
"""

from __future__ import annotations

from benchmarks.measuring.bagging import measure


def main() -> None:
    """Measure and print."""
    measure(8, 256 << 20, at_once=1, keep=False)


if __name__ == "__main__":
    main()
