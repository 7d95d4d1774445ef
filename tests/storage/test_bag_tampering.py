"""Single flipped bits and structural tampering: noticed, or proven meaningless."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from archiver.standards.bagit import BAGIT_TXT, manifest_text
from archiver.storage.bag_reader import verify_bag

PAYLOAD = {"data/letter.txt": b"Dear all,\n", "data/50%": b"\x00\xff", "data/b/c": b"c" * 40}


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    for path, data in PAYLOAD.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    tags = {
        "bagit.txt": BAGIT_TXT,
        "bag-info.txt": b"Payload-Oxum: 52.3\n",
        "manifest-sha256.txt": manifest_text(
            (path, hashlib.sha256(data).hexdigest()) for path, data in PAYLOAD.items()
        ).encode(),
    }
    tags["tagmanifest-sha256.txt"] = manifest_text(
        (path, hashlib.sha256(data).hexdigest()) for path, data in tags.items()
    ).encode()
    for name, data in tags.items():
        (tmp_path / name).write_bytes(data)
    assert verify_bag(tmp_path).valid
    return tmp_path


@pytest.mark.parametrize("start", range(4))
def test_flipped_bits(bag: Path, start: int) -> None:
    flips = 0
    for file in sorted(path for path in bag.rglob("*") if path.is_file()):
        original = file.read_bytes()
        for position in range(start, len(original) * 8, 4):
            changed = bytearray(original)
            changed[position // 8] ^= 1 << position % 8
            file.write_bytes(changed)
            # A letter of a digest in the tag manifest may change its case and mean the same.
            in_digest = (
                file.name.startswith("tagmanifest") and position // 8 - original.rfind(b"\n", 0, position // 8) <= 64
            )
            same = in_digest and bytes(changed).lower() == original.lower()
            assert verify_bag(bag).valid is same, (file.name, position)
            flips += 1
        file.write_bytes(original)
    assert flips > 1000


@pytest.mark.parametrize("name", [*PAYLOAD, "bagit.txt", "bag-info.txt", "manifest-sha256.txt"])
def test_every_file_matters(bag: Path, name: str) -> None:
    content = (bag / name).read_bytes()
    for tampered in (content[:-1], content + b"\n", b""):
        (bag / name).write_bytes(tampered)
        assert verify_bag(bag).valid is False
    (bag / name).unlink()
    assert verify_bag(bag).valid is False


def test_swapped_files_are_noticed(bag: Path) -> None:
    first, second = bag / "data/letter.txt", bag / "data/b/c"
    first.rename(bag / "data/x")
    second.rename(first)
    (bag / "data/x").rename(second)
    assert [finding.code for finding in verify_bag(bag).findings] == ["bag-file-damaged"] * 2
