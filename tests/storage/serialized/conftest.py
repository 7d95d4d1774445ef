"""A source folder with awkward but lawful names, and archives written of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.storage.serialized.archive import Serialization
from archiver.storage.serialized.bag_archive import ArchivePlan, BagArchive
from archiver.storage.source_files import OpenFolder

FILES = {
    "letter.txt": b"A letter.\n",
    "zero": b"",
    "box 3/\xc3\xa9t\xc3\xa9/data.bin".encode("latin-1").decode(): bytes(range(256)) * 5000,
    "back\\slash and\nline end": b"x" * 512,
    "a" * 255: b"the longest name of Linux",
    "é" * 127: b"as long, and not ASCII",
    "/".join(["ninety-nine characters".ljust(99, "_")] * 20): b"a long path",
    "d" * 60 + "/" + "f" * 60: b"for the prefix of ustar",
    "lines.txt": b"one line after the other\n" * 4000,
}
"""Path -> content."""

TIME = 1_000_000_000
MODIFIED = 1_699_920_000

Write = Callable[..., Path]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return the folder of :data:`FILES`."""
    folder = tmp_path / "source"
    for path, data in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        os.utime(folder / path, (TIME, TIME))
    return folder


@pytest.fixture
def write(tmp_path: Path, source: Path) -> Write:
    """Return a function that writes the source, or some paths of it, into a new archive and gives its place."""

    def made(form: Serialization, name: str = "bag", paths: list[str] | None = None, threads: int = 1) -> Path:
        place = tmp_path / f"{name}.{form}"
        chosen = sorted(FILES if paths is None else paths, key=str.encode)
        plan = ArchivePlan(
            form=form,
            folder=name,
            payload={path: (source / path).stat().st_size for path in chosen},
            algorithms=("sha256", "sha512"),
            bag_info=(("Contact-Name", "Zoë"),),
            modified=MODIFIED,
            threads=threads,
        )
        with BagArchive(place, plan) as archive, OpenFolder(source) as folder:
            for path in chosen:
                archive.copy(folder, path)
            archive.seal()
        return place

    return made
