"""How long verifying 20,000 files of 4 KiB takes, by two algorithms, against hashing them and against bagit-python.

Targets: at most 1.5 times the floor, at least 5 times faster than bagit-python with one process and with two.
"""

from __future__ import annotations

from benchmarks.measuring.bags import command, floor, in_turn, make_bag, print_rows, scratch

FILES = 20_000
BYTES = 4 << 10


def main() -> None:
    """Measure and print."""
    with scratch() as folder:
        bag = make_bag(folder / "bag", FILES, BYTES)
        taken = in_turn(
            {
                "openssl dgst": floor(bag, at_once=500),
                "archiver verify --workers 1": command("archiver", "verify", bag, "--workers", "1"),
                "archiver verify --workers 2": command("archiver", "verify", bag, "--workers", "2"),
                "bagit-python": command("bagit", "--validate", bag),
                "bagit-python --processes 2": command("bagit", "--validate", "--processes", "2", bag),
            }
        )
    print_rows(taken, "openssl dgst", ("bagit-python", "bagit-python --processes 2"))


if __name__ == "__main__":
    main()
