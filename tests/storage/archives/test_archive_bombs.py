"""Archives made to fill disks or memory, or to keep a reader busy for hours: stopped within limits."""

from __future__ import annotations

import gzip
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from archiver.storage.archives.limits import Limits, RefusedArchiveError
from archiver.storage.archives.opening import open_archive
from archiver.storage.bag_reader import verify_bag
from tests.storage.archives.packing import Files, tar, zipped, zstd_compressed


def test_bombs_stop_at_the_limit(tmp_path: Path, files: Files) -> None:
    big = {**files, "data/zeros": bytes(3_000_000)}
    limits = Limits(content=1_000_000, ratio=20)
    packed = tmp_path / "bag.tar.zst"
    packed.write_bytes(zstd_compressed(tar(tmp_path / "bag.tar", big).read_bytes()))
    for archive in (packed, tar(tmp_path / "bag.tar.gz", big), zipped(tmp_path / "bag.zip", big)):
        with pytest.raises(RefusedArchiveError) as refusal, open_archive(archive, "full", None, limits):
            pass
        assert [f.code for f in refusal.value.findings] == ["archive-expands-too-far"]
    for archive in (tar(tmp_path / "bag.tar", files), zipped(tmp_path / "bag.zip", files)):
        for few in (Limits(entries=3), Limits(names=30)):
            with pytest.raises(RefusedArchiveError) as refusal, open_archive(archive, "full", None, few):
                pass
            assert [f.code for f in refusal.value.findings] == ["archive-too-many-entries"]


def test_folders_of_deep_names_count_as_names(tmp_path: Path, files: Files) -> None:
    # A name of 16,000 bytes, each second one a slash, has 8,000 parents with 64 MB of names.
    deep = [(tarfile.TarInfo(f"bag/{number}/{'d/' * 2000}x"), b"") for number in range(4)]
    archive = tar(tmp_path / "bag.tar", files, *deep, form=tarfile.GNU_FORMAT)
    with pytest.raises(RefusedArchiveError), open_archive(archive, "full", None, Limits(names=12_000_000)):
        pass
    with open_archive(archive, "full", None, Limits(names=20_000_000)) as (bag, _):
        assert len(bag.listing().files) == len(files) + 4


@pytest.mark.parametrize("records", [b"", b"5 a=\n" * 1000])
def test_headers_without_end_stop_at_the_limit(tmp_path: Path, records: bytes) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(records)
    block = header.tobuf() + records + bytes(-len(records) % 512)
    archive = tmp_path / "bag.tar.gz"
    archive.write_bytes(gzip.compress(block * 400))
    with pytest.raises(RefusedArchiveError) as refusal, open_archive(archive, "full", None, Limits(extensions=200_000)):
        pass
    assert [f.code for f in refusal.value.findings] == ["archive-too-many-entries"]
    with open_archive(archive, "full", None) as (bag, _):
        assert not bag.listing().files


def test_gzip_members_without_content_are_read_in_linear_time(tmp_path: Path, files: Files) -> None:
    archive = tar(tmp_path / "bag.tar.gz", files)
    filled = gzip.compress(b"") * 40_000 + archive.read_bytes()
    archive.write_bytes(filled)
    started = time.process_time()
    assert verify_bag(archive).findings == ()
    one = time.process_time() - started
    archive.write_bytes(gzip.compress(b"") * 120_000 + filled)
    started = time.process_time()
    assert verify_bag(archive).findings == ()
    assert time.process_time() - started < 10 * one


def quoted_overlap(count: int, kernel: bytes) -> bytes:
    """Return a zip in which each entry quotes the header of the next in a stored block, and all share one content."""
    content = zlib.compress(kernel, 9, wbits=-zlib.MAX_WBITS)
    bodies: list[tuple[bytes, int, int, int]] = []
    tail, size, plain = content, len(kernel), kernel
    for number in reversed(range(count)):
        name = f"bag/data/{number:04}"
        header = local_header(name, zlib.crc32(plain), len(tail), size)
        bodies.append((name.encode(), zlib.crc32(plain), len(tail), size))
        # What comes before quotes this header: a stored block of deflate, not its last.
        quote = b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF)
        whole = header + tail
        tail, plain = quote + whole, header + plain
        size = len(plain)
    start = whole
    directory = b""
    offset = 0
    for encoded, crc, compressed, expanded in reversed(bodies):
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, compressed, expanded, len(encoded), *[0] * 5, offset
        )
        directory += encoded
        offset += 30 + len(encoded) + 5
    return start + directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), len(start), 0)


def local_header(name: str, crc: int, compressed: int, size: int) -> bytes:
    fields = (b"PK\3\4", 20, 0, 8, 0, 0, crc, compressed, size, len(name), 0)
    return struct.pack("<4s5H3I2H", *fields) + name.encode()


def test_a_bomb_of_quoted_overlapping_entries(tmp_path: Path) -> None:
    archive = tmp_path / "bag.zip"
    archive.write_bytes(quoted_overlap(50, bytes(1_000_000)))
    with zipfile.ZipFile(archive) as file:  # a bomb that readers without such a rule fall for
        assert sum(info.file_size for info in file.infolist()) > 50_000_000 > 1000 * archive.stat().st_size
    with open_archive(archive, "full", None) as (bag, _):
        listing = bag.listing()
    assert [f.code for f in listing.findings].count("archive-entries-overlap") == 49
    assert sum(listing.files.values()) <= 1_000_000
    assert list(tmp_path.iterdir()) == [archive]


@pytest.mark.parametrize("extension", [".tar", ".tar.gz", ".zip"])
def test_memory_an_entry_takes(tmp_path: Path, extension: str) -> None:
    # A million entries take 20 times as much: tests of that length are no short ones.
    count = 50_000
    archive = tmp_path / f"bag{extension}"
    names = [f"bag/data/{number // 1000:04}/document-{number:07}.txt" for number in range(count)]
    if extension == ".zip":
        with zipfile.ZipFile(archive, "w") as file:
            for name in names:
                file.writestr(name, b"")
    else:
        blocks = b"".join(tarfile.TarInfo(name).tobuf(tarfile.GNU_FORMAT) for name in names) + bytes(1024)
        archive.write_bytes(gzip.compress(blocks, 1) if extension == ".tar.gz" else blocks)
        del blocks
    del names
    tracemalloc.start()
    try:
        with open_archive(archive, "full", None) as (bag, _):
            assert len(bag.listing().files) == count
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 300 * count + (8 << 20)
