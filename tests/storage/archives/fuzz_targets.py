"""What a fuzzer calls on the readers of archives: bytes in, and an exception out where a reader is wrong.

Each target reads its bytes as one archive, takes the listing, reads every file of it, and returns how many it read
whole. A refusal and a failed read are answers; anything else that is raised is a fault. ``TARGETS`` has the targets by
name, ``seeds`` real archives to begin with. The bytes lie in memory: nothing is written to a disk.
"""

from __future__ import annotations

import functools
import gzip
import io
import os
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress

from archiver.storage.archives.compressed_feed import Compression
from archiver.storage.archives.content_stream import ContentStream
from archiver.storage.archives.gzip_content import GZIP
from archiver.storage.archives.limits import Limits, RefusedArchiveError
from archiver.storage.archives.tar_bag import PlainSource, StreamSource, TarBag
from archiver.storage.archives.zip_bag import ZipBag
from archiver.storage.archives.zstd_content import ZSTD
from archiver.storage.bag_checks.container import BagContainer
from tests.storage.archives.packing import zstd_compressed

LIMITS = Limits(content=1 << 20, ratio=20, entries=1000, name=1 << 12, names=1 << 16, tag_files=1 << 12, restarts=2)
"""Small, so that reaching one takes no fuzzer long."""

_FRAME_TO_SKIP = b"\x53\x2a\x4d\x18\x03\0\0\0abc"
_NAMES = ("bagit.txt", "manifest-md5.txt", "data/a", "data/" + "ä" * 90, "data/b/" + "c" * 200)


def tar_file(data: bytes) -> int:
    """Read a tar file."""
    return _with_file(data, lambda descriptor: TarBag(PlainSource(descriptor), "bag", LIMITS))


def tar_with_checksums(data: bytes) -> int:
    """Read a tar file in which each block that could be a header has the checksum of one: fields are what is tried."""
    blocks = bytearray(data)
    for at in range(0, len(blocks) - 511, 512):
        if any(blocks[at : at + 512]):
            total = 256 + sum(blocks[at : at + 148]) + sum(blocks[at + 156 : at + 512])
            blocks[at + 148 : at + 156] = b"%06o\0 " % total
    return tar_file(bytes(blocks))


def gzip_file(data: bytes) -> int:
    """Read a tar.gz file."""
    return _with_file(data, lambda descriptor: _compressed(descriptor, GZIP))


def gzip_of_tar(data: bytes) -> int:
    """Read a tar.gz file that inflates to the bytes."""
    return gzip_file(gzip.compress(data, 1, mtime=0))


def gzip_of_deflate(data: bytes) -> int:
    """Read a gzip file with the bytes as its compressed data, between a header and a trailer as they should be."""
    return gzip_file(b"\x1f\x8b\x08" + bytes(7) + data + bytes(8))


def zstd_file(data: bytes) -> int:
    """Read a tar.zst file."""
    return _with_file(data, lambda descriptor: _compressed(descriptor, ZSTD))


def zip_file(data: bytes) -> int:
    """Read a zip file."""
    return _with_file(data, lambda descriptor: ZipBag(descriptor, "bag", LIMITS))


def zip_with_end(data: bytes) -> int:
    """Read a zip file whose end says that the directory begins where the bytes have their first record of one."""
    begin = max(data.find(b"PK\x01\x02"), 0)
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, 0, data.count(b"PK\x01\x02") & 0x7FFF, len(data) - begin, begin, 0
    )
    return zip_file(data + end)


TARGETS: dict[str, Callable[[bytes], int]] = {
    target.__name__: target
    for target in (
        tar_file,
        tar_with_checksums,
        gzip_file,
        gzip_of_tar,
        gzip_of_deflate,
        zstd_file,
        zip_file,
        zip_with_end,
    )
}


@functools.cache
def seeds(target: str) -> tuple[bytes, ...]:
    """Return small real inputs for a target."""
    tars = tuple(_tar(form) for form in (tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT, tarfile.GNU_FORMAT))
    zips = _zip(zip64=False), _zip(zip64=True)
    return {
        "gzip_file": (*map(gzip.compress, tars), gzip.compress(tars[0][:700]) + gzip.compress(tars[0][700:])),
        "gzip_of_deflate": tuple(zlib.compress(tar, wbits=-zlib.MAX_WBITS) for tar in tars),
        "zstd_file": (
            *map(zstd_compressed, tars),
            _FRAME_TO_SKIP + zstd_compressed(tars[0][:700]) + zstd_compressed(tars[0][700:]),
        ),
        "zip_file": zips,
        "zip_with_end": tuple(re.split(b"PK\x06\x06|PK\x05\x06", data)[0] for data in zips),
    }.get(target, tars)


def _with_file(data: bytes, opened: Callable[[int], BagContainer]) -> int:
    descriptor = os.memfd_create("archive")
    try:
        os.write(descriptor, data)
        with suppress(RefusedArchiveError):
            return _read_all(opened(descriptor), LIMITS.most_content(len(data)))
    finally:
        os.close(descriptor)
    return 0


def _compressed(descriptor: int, compression: Compression) -> BagContainer:
    stream = ContentStream(descriptor, compression, LIMITS, lambda _: None)
    return TarBag(StreamSource(stream, LIMITS), "bag", LIMITS)


def _read_all(bag: BagContainer, most: int) -> int:
    listing = bag.listing()
    assert list(listing.files) == sorted(listing.files)
    assert listing.blocked.isdisjoint(listing.files)
    total = whole = 0
    for path in bag.reading_order(listing.files.keys()):
        assert bag.has(path)
        size = 0
        try:
            for chunk in bag.read(path):
                size += len(chunk)
                assert size <= listing.files[path], path
        except OSError:
            pass
        else:
            assert size == listing.files[path], path
            whole += 1
        total += size
    assert total <= most
    bag.read_findings()
    return whole


def _tar(form: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as file:
        for number, name in enumerate(_NAMES if form != tarfile.USTAR_FORMAT else _NAMES[:3]):
            member = tarfile.TarInfo(f"bag/{name}")
            member.size = number * 300
            file.addfile(member, io.BytesIO(bytes(range(256)) * 10))
        link = tarfile.TarInfo("bag/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/" + "l" * (90 if form == tarfile.USTAR_FORMAT else 180)
        file.addfile(link)
    return buffer.getvalue()[: buffer.tell()].rstrip(b"\0") + bytes(1024)


def _zip(*, zip64: bool) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for number, name in enumerate(_NAMES):
            info = zipfile.ZipInfo(f"bag/{name}")
            info.compress_type = zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED
            with file.open(info, "w", force_zip64=zip64) as entry:
                entry.write(bytes(range(256)) * number)
    data = buffer.getvalue()
    if not zip64:
        return data
    end = len(data) - 22
    _, _, _, _, count, size, offset, _ = struct.unpack_from("<4s4H2IH", data, end)
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    return (
        data[:end]
        + record
        + locator
        + struct.pack("<4s4H2IH", b"PK\x05\x06", *[0, 0], *[0xFFFF] * 2, *[-1 & 0xFFFFFFFF] * 2, 0)
    )
