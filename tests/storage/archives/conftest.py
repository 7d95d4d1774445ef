from __future__ import annotations

import hashlib
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


@pytest.fixture
def files() -> dict[str, bytes]:
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
def bag(tmp_path: Path, files: dict[str, bytes]) -> Path:
    root = tmp_path / "bag"
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root
