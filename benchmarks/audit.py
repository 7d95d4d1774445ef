"""Times ``archiver audit`` over whole stores, against openssl hashing the same content in two processes.

Run it from the checkout: ``python -P -m benchmarks.audit``. Everything lies in memory, so that no disk is measured. An
audit's readers give way to everybody else, so openssl does too: both have the lowest priority.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from archiver.standards.ocfl.inventory import Inventory, Version
from archiver.standards.ocfl.inventory_writing import inventory_bytes
from archiver.standards.ocfl.names import declaration, sidecar_content
from benchmarks.measuring.bags import command, in_turn, print_rows, scratch

SHAPES = (
    ("large files", 16, 4, 128 << 20),
    ("packages of 8 MB", 1024, 16, 512 << 10),
    ("small packages", 3000, 12, 8192),
)
"""Name, packages, files of each, bytes of each file."""

_BLOCK = 1 << 20
"""Bytes that files have; the rest of a large one is a hole, which takes no memory and is read as zeros."""


def main() -> None:
    """Measure and print."""
    for name, packages, files, size in SHAPES:
        with scratch() as folder:
            store = make_store(folder / "store", packages, files, size)
            audit = command("archiver", "audit", "--store", store, "--workers", "2")
            audit()  # makes the catalogue, once for all
            taken = in_turn({"openssl dgst": floor(store), "archiver audit": audit})
            shutil.rmtree(store)
        print(f"{name}: {packages:,} packages of {files} files, {packages * files * size / 1e9:.1f} GB:")
        print_rows(taken, "openssl dgst")


def make_store(root: Path, packages: int, files: int, size: int) -> Path:
    """Make a store of packages with one version; no two files are the same."""
    root.mkdir()
    (root / "0=ocfl_1.1").write_bytes(declaration("0=ocfl_1.1"))
    block = hashlib.shake_128(b"archiver").digest(min(size, _BLOCK))
    for number in range(packages):
        folder = root / f"{number % 97:02}" / f"{number:06}"
        content = folder / "v1/content"
        content.mkdir(parents=True)
        (folder / "0=ocfl_object_1.1").write_bytes(declaration("0=ocfl_object_1.1"))
        manifest: dict[str, tuple[str, ...]] = {}
        state: dict[str, tuple[str, ...]] = {}
        for one in range(files):
            data = f"{number}/{one}".encode().ljust(16) + block[16:]
            file = content / f"{one:04}"
            file.write_bytes(data)
            os.truncate(file, size)
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha512").hexdigest()
            manifest[digest], state[digest] = (f"v1/content/{one:04}",), (f"{one:04}",)
        inventory = Inventory(
            identifier=f"urn:example:{number}",
            digest_algorithm="sha512",
            head="v1",
            manifest=manifest,
            versions={"v1": Version(created="2026-01-01T00:00:00Z", state=state)},
        )
        data = inventory_bytes(inventory)
        for place in (folder, folder / "v1"):
            (place / "inventory.json").write_bytes(data)
            (place / "inventory.json.sha512").write_bytes(sidecar_content(hashlib.sha512(data).hexdigest()))
    return root


def floor(store: Path) -> Callable[[], None]:
    """Return what hashes the content with ``openssl dgst`` in two processes, with the lowest priority."""
    files = [os.fsencode(path) for path in sorted(store.glob("*/*/v1/content/*"))]
    names = b"\0".join(files)
    at_once = str(min(64, max(1, len(files) // 16)))  # few large ones must not all go to one process

    def run() -> None:
        words = [
            "nice",
            "-n",
            "19",
            "ionice",
            "-c",
            "3",
            "xargs",
            "-0",
            "-P2",
            "-n",
            at_once,
            "openssl",
            "dgst",
            "-sha512",
        ]
        subprocess.run(words, input=names, stdout=subprocess.DEVNULL, check=True)

    return run


if __name__ == "__main__":
    main()
