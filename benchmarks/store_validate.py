"""Times ``archiver store validate`` against openssl hashing the same content, and reading a very large inventory.

Run it from the checkout: ``python -P -m benchmarks.store_validate``. Everything lies in memory, so that no disk is
measured. The inventory is read in a process of its own, and parsed alone by ``json`` in another.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.audit import SHAPES, make_store
from benchmarks.measuring.bags import command, in_turn, print_rows, scratch

FILES = 1_000_000

_MEASURED = """
import gc, resource, sys, time
from pathlib import Path
{prepare}
gc.set_threshold(50_000, 20, 20)  # as the command line does
data = Path(sys.argv[1]).read_bytes()
began = time.perf_counter()
value = {read}
taken = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"{{taken:.1f}} s, at most {{peak >> 10:,}} MiB")
"""

_READERS = {
    "json.loads": ("import json", "json.loads(data)"),
    "read_inventory": (
        "from archiver.standards.ocfl.reading.inventories import read_inventory",
        "read_inventory(data).inventory.head",
    ),
}


def main() -> None:
    """Measure and print."""
    for name, packages, files, size in SHAPES:
        with scratch() as folder:
            store = make_store(folder / "store", packages, files, size)
            validate = command("archiver", "store", "validate", "--store", store, "--workers", "2")
            taken = in_turn({"openssl dgst": floor(store), "archiver store validate": validate})
            shutil.rmtree(store)
        print(f"{name}: {packages:,} packages of {files} files, {packages * files * size / 1e9:.1f} GB:")
        print_rows(taken, "openssl dgst")
    with scratch() as folder:
        inventory = folder / "inventory.json"
        write_inventory(inventory)
        print(f"an inventory of {FILES:,} files, {inventory.stat().st_size / 1e6:.0f} MB:")
        for name, (prepare, read) in _READERS.items():
            script = _MEASURED.format(prepare=prepare, read=read)
            ended = subprocess.run(
                [sys.executable, "-P", "-c", script, inventory], capture_output=True, text=True, check=True
            )
            print(f"{name}: {ended.stdout.strip()}")


def floor(store: Path) -> Callable[[], None]:
    """Return what hashes the content with ``openssl dgst`` in two processes."""
    names = b"\0".join(os.fsencode(path) for path in sorted(store.glob("*/*/v1/content/*")))

    def run() -> None:
        words = ["xargs", "-0", "-P2", "-n64", "openssl", "dgst", "-sha512"]
        subprocess.run(words, input=names, stdout=subprocess.DEVNULL, check=True)

    return run


def write_inventory(file: Path) -> None:
    """Write an inventory of one version, no two files the same."""
    paths = [f"data/representations/original/data/folder{number // 1000:04}/{number:07}.txt" for number in range(FILES)]
    digests = [hashlib.sha512(str(number).encode()).hexdigest() for number in range(FILES)]
    with file.open("w", encoding="utf-8") as out:
        out.write('{"id": "urn:x:a", "type": "https://ocfl.io/1.1/spec/#inventory", "digestAlgorithm": "sha512",\n')
        out.write('"head": "v1", "manifest": {\n')
        out.write(",\n".join(f'"{one}": ["v1/content/{path}"]' for one, path in zip(digests, paths, strict=True)))
        out.write('}, "versions": {"v1": {"created": "2026-01-01T00:00:00Z", "message": "m",\n')
        out.write('"user": {"name": "Ann", "address": "mailto:ann@example.org"}, "state": {\n')
        out.write(",\n".join(f'"{one}": ["{path}"]' for one, path in zip(digests, paths, strict=True)))
        out.write("}}}}\n")


if __name__ == "__main__":
    main()
