"""Archives made to harm or to deceive: refused with a stable code, within limits, and nothing is written."""

from __future__ import annotations

import gzip
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from archiver.model import Severity
from archiver.storage.archives.limits import Limits
from archiver.storage.archives.opening import open_archive
from archiver.storage.bag_reader import verify_bag
from tests.storage.archives.packing import EXTENSIONS, Files, tar, zipped, zstd_compressed


def codes(archive: Path) -> list[str]:
    return sorted(f.code for f in verify_bag(archive).findings if f.severity is not Severity.INFO)


def special(kind: bytes, name: str = "bag/data/x") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd"
    return member


@pytest.mark.parametrize("extension", [".tar", ".tar.gz"])
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (tarfile.SYMTYPE, "bag-symbolic-link"),
        (tarfile.LNKTYPE, "archive-hard-link"),
        (tarfile.CHRTYPE, "bag-special-file"),
        (tarfile.BLKTYPE, "bag-special-file"),
        (tarfile.FIFOTYPE, "bag-special-file"),
        (tarfile.GNUTYPE_SPARSE, "archive-entry-sparse"),
        (b"Z", "bag-special-file"),
    ],
)
def test_links_devices_and_sparse_members(tmp_path: Path, files: Files, extension: str, kind: bytes, code: str) -> None:
    archive = tar(tmp_path / f"bag{extension}", files, (special(kind), b""))
    assert codes(archive) == [code]
    assert verify_bag(archive).valid is False


NAMES = [
    "/etc/x",
    "../x",
    "bag/../../x",
    "bag/data/../x",
    "C:/x",
    "C:x",
    "\\\\host\\x",
    "bag//x",
    "bag/./x",
    "bag\\..\\..\\x",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("extension", [".tar", ".tar.gz", ".zip"])
def test_names_that_lead_outside(tmp_path: Path, files: Files, name: str, extension: str) -> None:
    archive = tmp_path / f"bag{extension}"
    if extension == ".zip":
        zipped(archive, files, (name, b"x"))
    else:
        tar(archive, files, (tarfile.TarInfo(name), b"x"))
    assert codes(archive) == ["archive-name-unsafe"]
    assert list(tmp_path.iterdir()) == [archive]


def test_a_name_that_is_there_twice(tmp_path: Path, files: Files) -> None:
    again = "bag/data/letter.txt"
    assert codes(tar(tmp_path / "bag.tar", files, (tarfile.TarInfo(again), b"other"))) == ["archive-entry-repeated"]
    assert codes(zipped(tmp_path / "bag.zip", files, (again, b"other"))) == ["archive-entry-repeated"]
    below = tar(tmp_path / "bag.tar", files, (tarfile.TarInfo(f"{again}/x"), b""))
    assert codes(below) == ["archive-entry-repeated", "bag-file-unlisted", "bag-oxum-mismatch"]


def test_a_file_below_a_link_is_not_believed(tmp_path: Path, files: Files) -> None:
    moved = {path: data for path, data in files.items() if not path.startswith("data/b/")}
    inside = tarfile.TarInfo("bag/data/b/c")
    archive = tar(tmp_path / "bag.tar", moved, (special(tarfile.SYMTYPE, "bag/data/b"), b""), (inside, b"c" * 40))
    assert "bag-symbolic-link" in codes(archive)
    assert "archive-entry-repeated" in codes(archive)


def test_a_file_behind_a_link_of_its_name_is_not_read(tmp_path: Path, files: Files) -> None:
    moved = {path: data for path, data in files.items() if path != "data/z"}
    link, again = special(tarfile.SYMTYPE, "bag/data/z"), tarfile.TarInfo("bag/data/z")
    archive = tar(tmp_path / "bag.tar", moved, (link, b""), (again, b"z"))
    assert codes(archive) == ["archive-entry-repeated", "bag-symbolic-link"]
    assert verify_bag(archive).valid is False


def test_refused_entries_beyond_the_limit_are_counted(tmp_path: Path, files: Files) -> None:
    extra = [(special(tarfile.SYMTYPE, f"bag/link-{number}"), b"") for number in range(30)]
    extra += [(tarfile.TarInfo(f"/etc/{number}"), b"") for number in range(25)]
    archive = tar(tmp_path / "bag.tar", files, *extra)
    with open_archive(archive, "full", None, Limits(findings=10)) as (bag, _):
        listing = bag.listing()
    found = [f.code for f in listing.findings]
    assert (found.count("bag-symbolic-link"), found.count("archive-name-unsafe")) == (10, 10)
    (last,) = [f for f in listing.findings if f.code == "archive-entries-unnamed"]
    assert last.message.startswith("35 more entries")
    assert len(listing.blocked) == 30


def test_several_top_level_entries_and_none(tmp_path: Path, files: Files) -> None:
    beside = (tarfile.TarInfo("other/x"), b"")
    assert codes(tar(tmp_path / "bag.tar", files, beside)) == ["archive-top-folder-not-alone"]
    assert codes(tar(tmp_path / "bag.tar", files, (tarfile.TarInfo("x"), b""))) == ["archive-top-folder-not-alone"]
    with zipfile.ZipFile(tmp_path / "flat.zip", "w") as file:
        for path, data in files.items():
            file.writestr(path, data)
    flat = verify_bag(tmp_path / "flat.zip")
    assert ([f.code for f in flat.findings], flat.valid) == (["archive-top-folder-absent"], True)
    named = verify_bag(tar(tmp_path / "named.tar", files))
    (finding,) = named.findings
    assert (finding.code, finding.severity, named.valid) == ("archive-folder-name", "warning", True)


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_are_whole(tmp_path: Path, files: Files, form: int) -> None:
    name = f"data/{'ä' * 120}/{'y' * 200}"
    archive = tar(tmp_path / "bag.tar", files, (tarfile.TarInfo(f"bag/{name}"), b""), form=form)
    unlisted = [f.file for f in verify_bag(archive).findings if f.code == "bag-file-unlisted"]
    assert unlisted == [name]
    far = tar(tmp_path / "bag.tar", files, (tarfile.TarInfo("bag/" + "d/" * 10_000 + "x"), b""), form=form)
    assert codes(far) == ["archive-name-unsafe"]


def test_names_that_are_not_utf8(tmp_path: Path, files: Files) -> None:
    archive = tar(tmp_path / "bag.tar", files, (tarfile.TarInfo("bag/x\udcff"), b""), form=tarfile.GNU_FORMAT)
    assert codes(archive) == ["bag-name-not-utf8"]


def test_tag_files_too_long_to_hold_are_read_again(tmp_path: Path, files: Files) -> None:
    archive = tar(tmp_path / "bag.tar.gz", files)
    with open_archive(archive, "full", None, Limits(tag_files=0, restarts=20)) as (bag, _):
        for path, data in [*files.items(), *files.items()]:
            assert b"".join(map(bytes, bag.read(path))) == data
    with open_archive(archive, "full", None, Limits(tag_files=0, restarts=0)) as (bag, _):
        assert b"".join(map(bytes, bag.read("manifest-sha256.txt"))) == files["manifest-sha256.txt"]
        with pytest.raises(OSError, match="too many long tag files"):
            list(bag.read("data/letter.txt"))


def test_zip_entries_in_the_same_bytes(tmp_path: Path, files: Files) -> None:
    archive = zipped(tmp_path / "bag.zip", files)
    data = bytearray(archive.read_bytes())
    (directory,) = struct.unpack_from("<I", data, len(data) - 6)
    second = data.index(b"PK\x01\x02", directory + 1)
    data[second + 42 : second + 46] = bytes(4)  # the second entry begins where the first does
    archive.write_bytes(data)
    assert codes(archive).count("archive-entries-overlap") == 2
    # One that quotes the header of the next as its own content.
    data = bytearray(zipped(archive, files).read_bytes())
    struct.pack_into("<I", data, directory + 20, 200)
    archive.write_bytes(data)
    assert codes(archive).count("archive-entries-overlap") == 1


def test_zip_encryption_methods_links_and_lies(tmp_path: Path, files: Files) -> None:
    original = zipped(tmp_path / "bag.zip", files).read_bytes()
    (directory,) = struct.unpack_from("<I", original, len(original) - 6)
    for at, value, code in (
        (8, 1, "archive-entry-encrypted"),
        (10, 12, "archive-entry-method"),
        (16, 7, "archive-checksum-mismatch"),
        (24, 3, "bag-file-unreadable"),
    ):
        data = bytearray(original)
        struct.pack_into("<H", data, directory + at, value)
        if code == "archive-checksum-mismatch":
            struct.pack_into("<H", data, 14, value)  # the entry's own header agrees
        (tmp_path / "bag.zip").write_bytes(data)
        assert code in codes(tmp_path / "bag.zip")
        assert verify_bag(tmp_path / "bag.zip").valid is False
    link = zipfile.ZipInfo("bag/link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    assert codes(zipped(tmp_path / "bag.zip", files, (link, b"/etc/passwd"))) == ["bag-symbolic-link"]


def test_zip64(tmp_path: Path, files: Files) -> None:
    with zipfile.ZipFile(tmp_path / "bag.zip", "w") as file:
        for path, data in files.items():
            with file.open(f"bag/{path}", "w", force_zip64=True) as entry:
                entry.write(data)
    assert codes(tmp_path / "bag.zip") == []
    data = (tmp_path / "bag.zip").read_bytes()
    end = len(data) - 22
    _, _, _, _, count, size, offset, _ = struct.unpack_from("<4s4H2IH", data, end)
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    short_end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    (tmp_path / "bag.zip").write_bytes(data[:end] + record + locator + short_end)
    verdict = verify_bag(tmp_path / "bag.zip")
    assert (verdict.valid, verdict.findings) == (True, ())


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_what_is_no_archive(tmp_path: Path, extension: str) -> None:
    archive = tmp_path / f"bag{extension}"
    for content in (
        b"",
        b"x" * 5000,
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"PK\x05\x06" + bytes(10),
        gzip.compress(b"no tar" * 500),
    ):
        archive.write_bytes(content)
        verdict = verify_bag(archive)
        assert verdict.valid is False
        assert [f.code for f in verdict.findings][:1] in (["archive-unreadable"], ["not-a-bag"])


def test_zstd_frames(tmp_path: Path, files: Files) -> None:
    plain = tar(tmp_path / "bag.tar", files).read_bytes()
    first, second = zstd_compressed(plain[:3000]), zstd_compressed(plain[3000:], 19)
    to_skip = b"\x5e\x2a\x4d\x18\4\0\0\0abcd"
    archive = tmp_path / "bag.tar.zst"
    archive.write_bytes(to_skip + first + to_skip + second + to_skip)
    assert verify_bag(archive).findings == ()
    archive.write_bytes(first + second + b"more")
    assert codes(archive) == ["archive-trailing-bytes"]
    for cut_off in (first + second[:-1], first + second + to_skip[:-1]):
        archive.write_bytes(cut_off)
        assert "archive-damaged" in codes(archive)
    archive.write_bytes(first + second[:-1] + bytes([second[-1] ^ 1]))
    damaged = [f for f in verify_bag(archive).findings if f.code == "archive-damaged"]
    assert "checksum" in damaged[0].message


def test_zstd_windows_beyond_the_limit(tmp_path: Path, files: Files) -> None:
    plain = tar(tmp_path / "bag.tar", files).read_bytes()
    archive = tmp_path / "bag.tar.zst"
    archive.write_bytes(zstd_compressed(plain, 3, 27))
    assert verify_bag(archive).valid
    archive.write_bytes(zstd_compressed(plain, 3, 28))
    assert (codes(archive), verify_bag(archive).valid) == (["archive-window-too-large"], None)
    # A single segment, whose size is its window: said to be 129 MiB, in a field of four bytes.
    archive.write_bytes(b"\x28\xb5\x2f\xfd\xa0" + (129 << 20).to_bytes(4, "little") + bytes(20))
    assert codes(archive) == ["archive-window-too-large"]


def test_gzip_trailers_and_members(tmp_path: Path, files: Files) -> None:
    plain = tar(tmp_path / "bag.tar", files).read_bytes()
    archive = tmp_path / "bag.tar.gz"
    archive.write_bytes(gzip.compress(plain[:3000]) + gzip.compress(plain[3000:]))
    assert verify_bag(archive).findings == ()
    archive.write_bytes(gzip.compress(plain)[:-8] + b"\1\2\3\4" + gzip.compress(plain)[-4:])
    assert codes(archive) == ["archive-checksum-mismatch"]
    archive.write_bytes(gzip.compress(plain) + b"more")
    assert codes(archive) == ["archive-trailing-bytes"]


@pytest.mark.parametrize(
    "records", [b"0 a=b\n", b"9 size=x\n\n", b"x\n", b"=\n", b"99999999999999999999 a=b\n", b"11 size=-5\n\n"]
)
def test_pax_records_that_are_none(tmp_path: Path, files: Files, records: bytes) -> None:
    start = tar(tmp_path / "bag.tar", files).read_bytes().rstrip(b"\0")
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(records)
    padded = start + bytes(-len(start) % 512) + header.tobuf() + records + bytes(-len(records) % 512) + bytes(1024)
    (tmp_path / "bag.tar").write_bytes(padded)
    assert "archive-damaged" in codes(tmp_path / "bag.tar")
