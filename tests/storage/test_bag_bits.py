"""Every single bit of three small bags flipped: each flip is noticed, or is one of the few named here.

A bag whose tag manifest lists all its tag files hides nothing but the case of hexadecimal digits in the tag manifest
itself. Without a tag manifest nothing vouches for the tag files: what may change in them is named exactly.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from archiver.standards.bagit import parse_bag_info
from archiver.storage.bag_reader import verify_bag
from tests.storage.tampered_bags import as_folder, as_zip, fetched, loose, strict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHARDS = 4


def flips(data: bytes, shard: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield byte, bit and content for every bit of the shard."""
    for position in range(shard, len(data) * 8, SHARDS):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        yield position // 8, position % 8, bytes(changed)


def digit_changes_case(data: bytes, changed: bytes, at: int) -> bool:
    """Tell whether only a digit of a digest is written in another case."""
    column = at - data.rfind(b"\n", 0, at) - 1
    return changed.lower() == data.lower() and column < data.index(b" ")


def says_the_same(name: str, data: bytes, changed: bytes, at: int) -> bool:
    """Tell whether a flip in a tag file that no tag manifest lists may go unnoticed."""
    if "manifest" in name:
        return digit_changes_case(data, changed, at)
    if name == "bagit.txt":
        # BagIt 0.97 is not strict about case and about white space around a value; the drafts share their rules.
        drafts = {b":00.97", b": 0.96", b": 0.95", b": 0.93"}
        others = {data.replace(b": 0.97", other) for other in drafts} | {data[:-1] + b"\x0b"}
        return changed.lower() == data.lower() or changed in others
    if name == "bag-info.txt":
        try:
            info = parse_bag_info(changed.decode())
        except UnicodeDecodeError:
            return False
        return not info.findings and info.values("payload-oxum") in {(), ("30.2",), ("030.2",)}
    return False


@pytest.mark.parametrize("shard", range(SHARDS))
def test_with_a_tag_manifest(tmp_path: Path, shard: int) -> None:
    files = strict()
    bag = as_folder(files, tmp_path)
    assert verify_bag(bag).findings == ()
    tried = unnoticed = 0
    for name, data in files.items():
        for at, bit, changed in flips(data, shard):
            (bag / name).write_bytes(changed)
            same = name.startswith("tagmanifest") and digit_changes_case(data, changed, at)
            assert verify_bag(bag).valid is same, (name, at, bit, changed)
            tried, unnoticed = tried + 1, unnoticed + same
        (bag / name).write_bytes(data)
    assert tried > 2000
    assert (unnoticed > 0) is (shard == 5 % SHARDS)  # bit 5 is the case of a letter
    assert verify_bag(bag).findings == ()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_without_a_tag_manifest(tmp_path: Path, shard: int) -> None:
    files = loose()
    bag = as_folder(files, tmp_path)
    assert [finding.code for finding in verify_bag(bag).findings] == ["bag-tag-manifest-absent"]
    for name, data in files.items():
        for at, bit, changed in flips(data, shard):
            (bag / name).write_bytes(changed)
            verdict = verify_bag(bag)
            assert verdict.valid is says_the_same(name, data, changed, at), (name, at, bit, changed)
            assert {finding.code for finding in verdict.findings} != set()
        (bag / name).write_bytes(data)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_inside_a_zip(tmp_path: Path, shard: int) -> None:
    """What no reader goes by may change in a zip; of the bag itself nothing, but for losing its tag manifest's name."""
    path = as_zip(fetched(), tmp_path)
    data = path.read_bytes()
    fields = fields_of(path)
    assert len(fields) == len(data)
    unnoticed = set()
    for at, bit, changed in flips(data, shard):
        path.write_bytes(changed)
        verdict = verify_bag(path)
        if verdict.valid:
            field = fields[at]
            if field == "directory name":
                field = "the tag manifest's name, as if it were not there"
                assert "bag-tag-manifest-absent" in {finding.code for finding in verdict.findings}
            elif field == "tagmanifest content":
                assert changed.lower() == data.lower()
            if not field.endswith("flags"):
                unnoticed.add(field)
            else:  # bit 0 says that the content is encrypted
                assert bit or fields[at - 1] == field
    allowed = {
        *("header version", "header time", "header size", "directory made by", "directory version", "directory time"),
        *("directory disk", "directory internal attributes", "directory external attributes", "end entries here"),
        *("tagmanifest content", "the tag manifest's name, as if it were not there", "padding of deflated content"),
    }
    assert unnoticed <= allowed


_LOCAL = "signature4 version2 flags2 method2 time4 crc4 compressed4 size4 name-length2 extra-length2"
_DIRECTORY = (
    "signature4 made-by2 version2 flags2 method2 time4 crc4 compressed4 size4 name-length2 extra-length2 "
    "comment-length2 disk2 internal-attributes2 external-attributes4 offset4"
)
_END = "signature4 disk2 first-disk2 entries-here2 entries2 size4 offset4 comment-length2"


def fields_of(path: Path) -> list[str]:
    """Name what each byte of a zip file is."""
    found: list[str] = []

    def fixed(where: str, layout: str) -> None:
        for word in layout.split():
            found.extend([f"{where} {word[:-1].replace('-', ' ')}"] * int(word[-1]))

    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    for entry in entries:
        fixed("header", _LOCAL)
        found += ["header name"] * len(entry.filename)
        is_tagmanifest = "/tagmanifest-" in entry.filename
        content = ["tagmanifest content" if is_tagmanifest else "content"] * entry.compress_size
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            content[-1] = "padding of deflated content"
        found += content
    for entry in entries:
        fixed("directory", _DIRECTORY)
        found += ["directory name"] * len(entry.filename)
    fixed("end", _END)
    return found
