from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from archiver.storage.bag_reader import verify_bag
from archiver.storage.bag_tags import manifest_name
from archiver.storage.bag_writer import BagWriter
from archiver.storage.source_files import SourceUnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.verdict import JudgeResult


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "bag"
    folder.mkdir()
    return folder


def test_a_bag_of_copies_and_records_is_valid_to_both_programs(
    tmp_path: Path, root: Path, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    (tmp_path / "letter.txt").write_bytes(b"Dear archive,\n")
    bag = BagWriter(root=root, algorithms=["sha512", "sha256"])
    seen: list[int] = []
    copied = bag.copy(tmp_path, "letter.txt", "originals/letter.txt", seen.append)
    written = bag.write("records/é ж.xml", [b"<a>", b"", b"</a>"])
    bag.seal([("Source-Organization", "Small Archive"), ("External-Description", "x" * 200)])
    assert copied.digests["sha256"] == hashlib.sha256(b"Dear archive,\n").hexdigest()
    assert (written.size, written.digests["sha512"]) == (7, hashlib.sha512(b"<a></a>").hexdigest())
    assert sum(seen) == copied.size
    verdict = verify_bag(root)
    assert (verdict.valid, verdict.algorithms, verdict.files, verdict.bytes) == (True, ("sha256", "sha512"), 2, 21)
    assert verdict.findings == ()
    assert "Payload-Oxum: 21.2\n" in (root / "bag-info.txt").read_text(encoding="utf-8")
    judged = bagit_judge(root)
    assert judged.passed, judged.detail


def test_manifests_list_everything_there_is(root: Path) -> None:
    bag = BagWriter(root=root, algorithms=["sha3_256"])
    for name in ("b", "a/b", "a%0A\n"):
        bag.write(name, [name.encode()])
    bag.seal([])
    lines = (root / "manifest-sha3256.txt").read_text(encoding="utf-8").splitlines()
    # RFC 8493 section 2.1.3: percent-encoding of LF, CR and % alone
    assert {line.split(None, 1)[1] for line in lines} == {"data/b", "data/a/b", "data/a%250A%0A"}
    tagged = (root / "tagmanifest-sha3256.txt").read_text(encoding="utf-8").splitlines()
    names = {"bagit.txt", "bag-info.txt", "manifest-sha3256.txt"}
    assert {line.split(None, 1)[1] for line in tagged} == names
    assert verify_bag(root).valid


def test_the_same_bytes_make_the_same_bag(tmp_path: Path) -> None:
    bags = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        bag = BagWriter(root=tmp_path / place, algorithms=["sha512"])
        for name in ("c", "a", "b"):
            bag.write(name, [name.encode()])
        bag.seal([("Bagging-Date", "2023-11-14")])
        files = sorted(file for file in (tmp_path / place).rglob("*") if file.is_file())
        bags.append({str(file.relative_to(tmp_path / place)): file.read_bytes() for file in files})
    assert bags[0] == bags[1]


def test_nothing_is_written_over(tmp_path: Path, root: Path) -> None:
    (tmp_path / "x").write_bytes(b"second")
    bag = BagWriter(root=root, algorithms=["sha512"])
    bag.write("a", [b"first"])
    with pytest.raises(FileExistsError):
        bag.write("a", [b"second"])
    with pytest.raises(FileExistsError):
        bag.copy(tmp_path, "x", "a")
    assert (root / "data" / "a").read_bytes() == b"first"
    assert bag.payload["a"].size == 5


def test_what_could_not_be_copied_is_not_listed(tmp_path: Path, root: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    bag = BagWriter(root=root, algorithms=["sha512"])
    for name in ("link", "pipe", "nowhere"):
        with pytest.raises(SourceUnreadableError):
            bag.copy(tmp_path, name, name)
    assert bag.payload == {}


@pytest.mark.parametrize(
    ("algorithm", "name"),
    [("sha512", "sha512"), ("SHA-256", "sha256"), ("sha3_512", "sha3512"), ("blake2b", "blake2b")],
)
def test_manifest_names(algorithm: str, name: str) -> None:
    assert manifest_name(algorithm) == name
