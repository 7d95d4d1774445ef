"""How long verifying large files takes, by two algorithms, against hashing them and against bagit-python.

2 GiB in 8 files, target: at most 1.05 times the floor; and 2 GiB in one file, which two cores share by algorithm.
"""

from __future__ import annotations

from benchmarks.measuring.bags import command, floor, in_turn, make_bag, print_rows, scratch

TOTAL = 2 << 30


def main() -> None:
    """Measure and print."""
    for files in (8, 1):
        with scratch() as folder:
            bag = make_bag(folder / "bag", files, TOTAL // files)
            taken = in_turn(
                {
                    "openssl dgst": floor(bag, at_once=1),
                    "archiver verify --workers 1": command("archiver", "verify", bag, "--workers", "1"),
                    "archiver verify --workers 2": command("archiver", "verify", bag, "--workers", "2"),
                    "bagit-python --processes 2": command("bagit", "--validate", "--processes", "2", bag),
                }
            )
        print(f"2 GiB in {files}:")
        print_rows(taken, "openssl dgst", ("bagit-python --processes 2",))


if __name__ == "__main__":
    main()
