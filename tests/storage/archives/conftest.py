from __future__ import annotations

import hashlib
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.standards.bagit import BAGIT_TXT, manifest_text

PAYLOAD = {
    "data/letter.txt": b"Dear all,\n",
    "data/50%": b"\x00\xff",
    "data/b/c": b"c" * 40,
    "data/é": b"",
    "data/z": b"z",
}

Pack = Callable[[Path, Path], None]


def pack_tar(bag: Path, archive: Path) -> None:
    with tarfile.open(archive, "w:gz" if archive.suffix in {".gz", ".tgz"} else "w") as file:
        file.add(bag, bag.name)


def pack_zip(bag: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in [bag, *sorted(bag.rglob("*"))]:
            file.write(path, path.relative_to(bag.parent))


def pack(bag: Path, extension: str, folder: Path) -> Path:
    archive = folder / (bag.name + extension)
    (pack_zip if extension == ".zip" else pack_tar)(bag, archive)
    return archive


def bag_files() -> dict[str, bytes]:
    """Return a valid bag, path to content."""
    files = {
        "bagit.txt": BAGIT_TXT,
        "bag-info.txt": f"Payload-Oxum: {sum(map(len, PAYLOAD.values()))}.{len(PAYLOAD)}\n".encode(),
        "manifest-sha256.txt": manifest_text(
            (path, hashlib.sha256(data).hexdigest()) for path, data in PAYLOAD.items()
        ).encode(),
    }
    files["tagmanifest-sha256.txt"] = manifest_text(
        (path, hashlib.sha256(data).hexdigest()) for path, data in files.items()
    ).encode()
    return {**PAYLOAD, **files}


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    root = tmp_path / "bag"
    for path, data in bag_files().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root
