from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

import bagit
import pytest

from archiver.errors import FindingsError
from archiver.standards.bagit import manifest_text
from archiver.storage.bag import Bag

PAYLOAD = {"data/100%.txt": b"percent\n", "data/a.txt": b"alpha\n", "data/box/b.bin": bytes(range(256))}
INFO = "Contact-Name: Jane\nX-Note: first\nx-note: second\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "bag"
    for path, data in PAYLOAD.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    (root / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (root / "bag-info.txt").write_text(INFO)
    for algorithm in ("sha512", "sha256"):
        _list(root, f"manifest-{algorithm}.txt", algorithm, PAYLOAD)
    tags = {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}
    _list(root, "tagmanifest-sha256.txt", "sha256", tags)
    return root


def _list(root: Path, name: str, algorithm: str, files: dict[str, bytes]) -> None:
    entries = [(path, hashlib.new(algorithm, data).hexdigest()) for path, data in files.items()]
    (root / name).write_bytes(manifest_text(entries).encode())


def test_it_says_what_the_bag_says_of_itself(folder: Path) -> None:
    with Bag.open(folder) as bag:
        assert (bag.path, bag.version, bag.encoding) == (folder, "1.0", "utf-8")
        assert bag.algorithms == ("sha256", "sha512")
        assert bag.info == (("Contact-Name", "Jane"), ("X-Note", "first"), ("x-note", "second"))
        assert bag.info_values("X-NOTE") == ("first", "second")
        assert bag.info_values("Nothing") == ()
        assert bag.payload == {path: len(data) for path, data in PAYLOAD.items()}
        assert set(bag.files) - set(bag.payload) == {path.name for path in folder.iterdir() if path.is_file()}
        assert bag.fetch == ()
        assert bag.findings == ()


def test_manifests_are_what_hashlib_and_bagit_python_read(folder: Path) -> None:
    peer = bagit.Bag(str(folder))
    with Bag.open(folder) as bag:
        assert bag.manifest("sha512") == {path: hashlib.sha512(data).hexdigest() for path, data in PAYLOAD.items()}
        assert dict(bag.tag_manifest("sha256")) == {
            path: digests["sha256"] for path, digests in peer.tagfile_entries().items()
        }
        for path in ("data/a.txt", "data/box/b.bin"):
            assert bag.manifest("sha256")[path] == peer.entries[path]["sha256"]
        with pytest.raises(KeyError):
            bag.tag_manifest("sha512")
        with pytest.raises(KeyError):
            bag.manifest("md5")


def test_bytes_are_read_in_place_from_a_folder_and_from_a_tar(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "bag.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, "bag")
    for place in (folder, archive):
        with Bag.open(place) as bag:
            assert {path: b"".join(bag.read(path)) for path in bag.payload} == PAYLOAD
            assert bag.verify().valid is True
            assert bag.verify("fast").valid is None
            with pytest.raises(KeyError):
                bag.read("data/none")
            with pytest.raises(KeyError):
                bag.read("../bag/data/a.txt")


def test_what_is_wrong_in_tag_files_is_said_and_the_rest_is_read(folder: Path) -> None:
    (folder / "manifest-sha256.txt").write_text("not a line\n")
    (folder / "link").symlink_to("/etc/passwd")
    with Bag.open(folder) as bag:
        assert {"bag-symbolic-link", "bag-manifest-syntax"} <= {finding.code for finding in bag.findings}
        assert bag.manifest("sha256") == {}
        assert len(bag.manifest("sha512")) == len(PAYLOAD)
        assert bag.verify().valid is False


@pytest.mark.parametrize("kind", ["missing", "no bag", "file", "no archive"])
def test_what_is_no_bag_is_refused_with_the_reason(tmp_path: Path, kind: str) -> None:
    place = tmp_path / ("x.zip" if kind == "no archive" else "x")
    if kind == "no bag":
        place.mkdir()
    elif kind != "missing":
        place.write_bytes(b"no archive")
    with pytest.raises(FindingsError) as caught:
        Bag.open(place)
    assert caught.value.findings


def test_it_is_closed_once_and_for_all(folder: Path) -> None:
    with Bag.open(folder) as bag:
        pass
    bag.close()
    with pytest.raises(OSError, match="descriptor"):
        list(bag.read("data/a.txt"))
