"""A bag in an archive has the verdict that it has as a folder: valid, damaged, incomplete, and for the same reasons."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

import pytest

from archiver.model import BagVerdict, VerifyLevel
from archiver.standards.bagit import BAGIT_TXT
from archiver.storage.bag_reader import bytes_to_read, verify_bag
from tests.storage.archives.packing import EXTENSIONS, pack

SUITE = Path(__file__).resolve().parents[3].parent / "shared" / "conformance" / "bagit-conformance-suite.tar.xz"


def summary(verdict: BagVerdict) -> tuple[object, ...]:
    return (
        *(verdict.valid, verdict.complete, verdict.bagit_version, verdict.algorithms, verdict.files, verdict.bytes),
        verdict.findings,
    )


@pytest.mark.parametrize("extension", [*EXTENSIONS, ".tgz", ".tzst", ".TAR"])
@pytest.mark.parametrize("level", ["full", "fast", "complete"])
def test_a_valid_bag(bag: Path, extension: str, level: VerifyLevel) -> None:
    archive = pack(bag, extension)
    steps: list[int] = []
    before = archive.read_bytes()
    assert summary(verify_bag(archive, level, progress=steps.append)) == summary(verify_bag(bag, level))
    assert verify_bag(archive, level).valid is (True if level == "full" else None)
    assert verify_bag(archive, level).findings == ()
    assert archive.read_bytes() == before
    assert sorted(path.name for path in bag.parent.iterdir()) == sorted([bag.name, archive.name])
    if level == "full":
        assert sum(steps) == bytes_to_read(archive, level) > 0


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("path", ["data/letter.txt", "data/é", "bag-info.txt", "manifest-sha256.txt", "bagit.txt"])
@pytest.mark.parametrize("change", ["altered", "emptied", "removed"])
def test_a_changed_bag(bag: Path, extension: str, path: str, change: str) -> None:
    if change == "removed":
        (bag / path).unlink()
    else:
        (bag / path).write_bytes(b"" if change == "emptied" else (bag / path).read_bytes() + b"x")
    found = verify_bag(pack(bag, extension))
    expected = verify_bag(bag)
    if (change, path) == ("removed", "bagit.txt"):
        assert [f.code for f in found.findings] == [f.code for f in expected.findings] == ["not-a-bag"]
    else:
        assert summary(found) == summary(expected)
    assert found.valid is ((change, path) == ("emptied", "data/é"))


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_many_and_large_files_in_an_order_of_their_own(tmp_path: Path, extension: str) -> None:
    payload = {f"data/{number * 7919 % 500:03}/{'n' * 150}": number.to_bytes(3, "big") * 100 for number in range(500)}
    payload["data/large"] = b"".join(hashlib.sha512(number.to_bytes(4, "big")).digest() for number in range(50_000))
    payload["data/zeros"] = bytes(5_000_000)
    bag = tmp_path / "bag"
    for path, data in payload.items():
        (bag / path).parent.mkdir(parents=True, exist_ok=True)
        (bag / path).write_bytes(data)
    (bag / "bagit.txt").write_bytes(BAGIT_TXT)
    lines = [f"{hashlib.md5(data, usedforsecurity=False).hexdigest()} {path}\n" for path, data in payload.items()]
    (bag / "manifest-md5.txt").write_text("".join(lines))
    (bag / "data/large").write_bytes(payload["data/large"][:-1] + b"!")
    (bag / "data/007" / ("n" * 150)).write_bytes(b"")
    archive = pack(bag, extension)
    assert summary(verify_bag(archive)) == summary(verify_bag(bag))
    assert [f.file for f in verify_bag(archive).findings if f.code == "bag-file-damaged"] == [
        f"data/007/{'n' * 150}",
        "data/large",
    ]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_conformance_suite(tmp_path: Path, extension: str) -> None:
    with tarfile.open(SUITE) as archive:
        archive.extractall(tmp_path, filter="data")
    bags = [path for path in tmp_path.glob("*/v*/*/*") if path.is_dir()]
    assert len(bags) > 50
    for bag in bags:
        found, expected = verify_bag(pack(bag, extension)), verify_bag(bag)
        if expected.bagit_version:
            assert summary(found) == summary(expected), bag
        else:
            assert [f.code for f in found.findings] == [f.code for f in expected.findings]


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("start", range(7))
def test_flipped_bits(bag: Path, extension: str, start: int) -> None:
    archive = pack(bag, extension)
    clean = verify_bag(bag)
    original = archive.read_bytes()
    noticed = 0
    for position in range(start, len(original) * 8, 7 * (41 if extension == ".tar" else 1)):
        changed = bytearray(original)
        changed[position // 8] ^= 1 << position % 8
        archive.write_bytes(changed)
        found = verify_bag(archive)
        # A flip may hit what means nothing: an owner, a time, padding. It never makes another bag of it.
        noticed += found.valid is not True
        if found.valid:
            assert (found.files, found.bytes, found.algorithms) == (clean.files, clean.bytes, clean.algorithms)
    assert noticed > 15


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_cut_off_anywhere(bag: Path, extension: str) -> None:
    archive = pack(bag, extension)
    original = archive.read_bytes()
    end = len(original.rstrip(b"\0")) if extension == ".tar" else len(original)
    for length in range(0, end, 97 if extension == ".tar" else 13):
        archive.write_bytes(original[:length])
        found = verify_bag(archive)
        assert found.valid is False, length
        assert {f.code for f in found.findings} & {
            *("archive-unreadable", "archive-truncated", "archive-damaged", "archive-end-missing", "not-a-bag"),
        }
