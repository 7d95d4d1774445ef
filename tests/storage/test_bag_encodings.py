"""Tag files in declared encodings, with and without a byte-order mark, whole and broken, in pieces of any size."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from archiver.storage.bag_checks.opened import _Decoder
from archiver.storage.bag_reader import verify_bag

if TYPE_CHECKING:
    from pathlib import Path


def bag(folder: Path, encoding: str, manifest: bytes) -> Path:
    (folder / "data").mkdir()
    (folder / "data" / "\u0436").write_bytes(b"x")
    (folder / "bagit.txt").write_bytes(f"BagIt-Version: 1.0\nTag-File-Character-Encoding: {encoding}\n".encode())
    (folder / "manifest-md5.txt").write_bytes(manifest)
    return folder


LINE = f"{hashlib.md5(b'x', usedforsecurity=False).hexdigest()}  data/\u0436\n"


@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-32"])
@pytest.mark.parametrize("form", ["le with mark", "be with mark", "be"])
def test_byte_orders(tmp_path: Path, encoding: str, form: str) -> None:
    data = ("\ufeff" * ("mark" in form) + LINE).encode(f"{encoding}-{form[:2]}")
    assert verify_bag(bag(tmp_path, encoding, data)).valid


@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-32"])
@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"\xff\xd8d\x006", b"??\0\0", b"\xff\xfe\0\0\xff\xff\xff\xff", b"\xfe\xff\xdc"]
)
def test_bytes_that_are_no_text_are_findings(tmp_path: Path, encoding: str, data: bytes) -> None:
    codes = {finding.code for finding in verify_bag(bag(tmp_path, encoding, data)).findings}
    assert codes & {"bag-tag-file-encoding", "bag-manifest-syntax", "bag-file-unlisted"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "shift_jis"])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pieces_of_any_size_decode_alike(encoding: str, size: int) -> None:
    bad = b"\0\xdc" if encoding == "utf-16" else b"\xff\xff\xff\xff"
    data = "a\u30a2\nb".encode(encoding) + bad + "c".encode(encoding)
    whole = _Decoder(encoding)
    text = whole.decode(data, final=True)
    pieces = _Decoder(encoding)
    parts = [pieces.decode(data[at : at + size]) for at in range(0, len(data), size)]
    assert "".join(parts) + pieces.decode(b"", final=True) == text
    assert pieces.bad_byte == whole.bad_byte is not None


@pytest.mark.parametrize("name", ["manifest-sha512\u202e.txt", "tagmanifest-\x85.txt", "manifest-\x1b[2Jmd5.txt"])
def test_a_manifest_named_to_deceive_is_no_manifest(tmp_path: Path, name: str) -> None:
    """Its name would reach the terminal in every message about its lines, and in the list of algorithms."""
    folder = bag(tmp_path, "UTF-8", LINE.encode())
    (folder / name).write_text("zz  data/a\n", encoding="utf-8")
    verdict = verify_bag(folder)
    assert verdict.valid is False
    assert verdict.algorithms == ("md5",)
    assert "bag-algorithm-unknown" in {finding.code for finding in verdict.findings}
    assert all(finding.message.isprintable() for finding in verdict.findings)
