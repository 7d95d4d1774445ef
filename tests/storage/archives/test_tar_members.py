"""Headers as programs of forty years wrote them: numbers, checksums, names, and what is none of these."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable

import pytest

from archiver.storage.archives.entries import Kind
from archiver.storage.archives.limits import LIMITS, DamagedArchiveError
from archiver.storage.archives.tar_bag import PlainSource
from archiver.storage.archives.tar_members import TarMember, tar_members

Header = bytearray


def header(name: str = "bag/x", size: int = 5) -> Header:
    member = tarfile.TarInfo(name)
    member.size = size
    return bytearray(member.tobuf(tarfile.USTAR_FORMAT))


def summed(block: Header, *, signed: bool = False) -> Header:
    block[148:156] = b" " * 8
    total = sum(block) - (256 * sum(byte > 127 for byte in block) if signed else 0)
    block[148:156] = b"%06o\0 " % total
    return block


def read(block: bytes | bytearray) -> list[TarMember]:
    descriptor = os.memfd_create("tar")
    try:
        os.write(descriptor, block + bytes(1536))
        return list(tar_members(PlainSource(descriptor), LIMITS))
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    "field",
    [
        b"00000000005\0",
        b"          5\0",
        b"          5 ",
        b"000000000005",
        b"5\0\0\0\0\0\0\0\0\0\0\0",
        b"5\0garbage\0\0\0",
        b"\x80" + bytes(10) + b"\5",
    ],
)
def test_sizes_in_every_form(field: bytes) -> None:
    block = header()
    block[124:136] = field
    assert read(summed(block)) == [TarMember(b"bag/x", Kind.FILE, 5, 512)]


@pytest.mark.parametrize(
    "field", [b"0000000000x\0", b"-0000000005\0", b"00000000009\0", b"\xff" * 12, b"\x80" + b"\xff" * 11]
)
def test_sizes_that_are_none(field: bytes) -> None:
    block = header()
    block[124:136] = field
    with pytest.raises(DamagedArchiveError, match="a number that is none"):
        read(summed(block))


@pytest.mark.parametrize("name", ["bag/x", "bag/ä", "ö" * 12])
@pytest.mark.parametrize("signed", [False, True])
def test_checksums_signed_and_unsigned(name: str, *, signed: bool) -> None:
    (member,) = read(summed(header(name), signed=signed))
    assert member.name == name.encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda block: block.__setitem__(0, block[0] ^ 1),
        lambda block: block.__setitem__(300, 0xFF),
        lambda block: block.__setitem__(slice(148, 155), b"0000000"),
        lambda block: block.__setitem__(slice(148, 155), b"%07o" % (int(block[148:154], 8) + 65521)),
    ],
)
@pytest.mark.parametrize("name", ["bag/x", "bag/ä"])
def test_checksums_of_other_bytes(change: Callable[[Header], None], name: str) -> None:
    block = summed(header(name))
    change(block)
    with pytest.raises(DamagedArchiveError, match="there is no tar header"):
        read(block)


def test_names_by_prefix_and_folders_of_old() -> None:
    prefixed = header("bag/" + "p" * 100 + "/" + "n" * 90)
    assert read(prefixed)[0].name == b"bag/" + b"p" * 100 + b"/" + b"n" * 90
    old = header("bag/folder/", 0)
    old[156:157] = b"\0"
    assert read(summed(old))[0].kind is Kind.FOLDER


def test_checksums_of_bytes_that_add_up_high() -> None:
    block = header()
    for part in (slice(157, 257), slice(265, 329), slice(345, 500)):
        block[part] = b"\xff" * (part.stop - part.start)
    assert sum(summed(block)) > 65521
    assert read(block)[0].size == 5
