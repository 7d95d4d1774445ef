from __future__ import annotations

import gc
import gzip
import os
import stat
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.storage.bag_reader import verify_bag
from archiver.storage.serialized.archive import SERIALIZATIONS, Serialization, split_extension
from archiver.storage.serialized.bag_archive import ArchivePlan, BagArchive
from archiver.storage.serialized.tar import TarWriter
from archiver.storage.source_files import OpenFolder, SourceChangedError
from tests.judges.verdict import JudgeResult
from tests.storage.serialized.conftest import FILES, MODIFIED, TIME, Write

TAGS = [
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "manifest-sha512.txt",
    "tagmanifest-sha256.txt",
    "tagmanifest-sha512.txt",
]
PAYLOAD = [f"bag/data/{path}" for path in sorted(FILES, key=str.encode)]

every_form = pytest.mark.parametrize("form", SERIALIZATIONS)
tars = pytest.mark.parametrize("form", ["tar", "tar.gz"])


@every_form
def test_the_reader_finds_a_valid_bag(form: Serialization, write: Write) -> None:
    verdict = verify_bag(write(form))
    assert (verdict.valid, verdict.files, verdict.bytes) == (True, len(FILES), sum(map(len, FILES.values())))
    assert verdict.algorithms == ("sha256", "sha512")
    assert {one.code for one in verdict.findings} <= {"bag-name-hidden-characters", "bag-name-not-portable"}


@tars
def test_pythons_tarfile_reads_what_was_written(form: Serialization, write: Write) -> None:
    with tarfile.open(write(form)) as archive:
        members = archive.getmembers()
        assert [one.name for one in members] == [f"bag/{name}" for name in TAGS] + PAYLOAD
        assert {(one.mode, one.uid, one.gid, one.uname, one.gname) for one in members} == {(0o644, 0, 0, "", "")}
        assert all(one.isreg() for one in members)
        for one in members[len(TAGS) :]:
            content = archive.extractfile(one)
            assert content is not None
            assert content.read() == FILES[one.name.removeprefix("bag/data/")]
            assert one.mtime == TIME
        assert {one.mtime for one in members[: len(TAGS)]} == {MODIFIED}


@tars
def test_the_end_is_two_blocks_of_zeros_in_a_whole_record(form: Serialization, write: Write) -> None:
    data = write(form).read_bytes()
    data = gzip.decompress(data) if form == "tar.gz" else data
    assert (len(data) % tarfile.RECORDSIZE, data[-1024:]) == (0, bytes(1024))


def test_pythons_zipfile_reads_what_was_written(write: Write) -> None:
    with zipfile.ZipFile(write("zip")) as archive:
        infos = archive.infolist()
        assert [one.filename for one in infos] == PAYLOAD + [f"bag/{name}" for name in TAGS]
        assert {(one.create_system, one.external_attr >> 16) for one in infos} == {(3, stat.S_IFREG | 0o644)}
        for one in infos[: len(PAYLOAD)]:
            assert archive.read(one) == FILES[one.filename.removeprefix("bag/data/")]
            assert one.date_time == (2001, 9, 9, 1, 46, 40)
            assert one.extra == struct.pack("<HHBi", 0x5455, 5, 1, TIME)
            assert one.flag_bits == (0 if one.filename.isascii() else 0x800)  # no sizes behind the content
        assert archive.testzip() is None


def extracted(place: Path, archive: Path) -> Path:
    """Unpack an archive by the system's own programs; return the bag's folder."""
    place.mkdir()
    words = ["unzip", "-q"] if archive.suffix == ".zip" else ["tar", "-x", "-f"]
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC-5"}
    subprocess.run([*words, str(archive)], cwd=place, env=environment, check=True, capture_output=True)
    return place / "bag"


@pytest.mark.judge("unzip")
@every_form
def test_other_programs_unpack_a_bag_that_bagit_python_accepts(
    form: Serialization, write: Write, tmp_path: Path, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    # Info-ZIP puts a question mark in place of a line end, and bagit-python does not decode it.
    paths = [path for path in FILES if "\n" not in path]
    bag = extracted(tmp_path / "out", write(form, paths=paths))
    for path in paths:
        file = bag / "data" / path
        assert file.read_bytes() == FILES[path]
        assert int(file.stat().st_mtime) == TIME
    assert bagit_judge(bag).passed


@tars
def test_gnu_tar_keeps_every_name(form: Serialization, write: Write, tmp_path: Path) -> None:
    bag = extracted(tmp_path / "out", write(form))
    assert {str(one.relative_to(bag / "data")) for one in (bag / "data").rglob("*") if one.is_file()} == set(FILES)
    assert verify_bag(bag).valid


@pytest.mark.judge("unzip")
def test_info_zip_finds_nothing_wrong(write: Write) -> None:
    ran = subprocess.run(["unzip", "-t", str(write("zip"))], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "No errors detected" in ran.stdout


@every_form
def test_the_same_bytes_each_time(form: Serialization, write: Write, tmp_path: Path) -> None:
    first = write(form).read_bytes()
    (tmp_path / f"bag.{form}").unlink()
    assert write(form, threads=3).read_bytes() == first


def test_pax_records_stand_only_where_ustar_cannot_say_it(write: Write) -> None:
    with tarfile.open(write("tar")) as archive:
        extended = {one.name.removeprefix("bag/data/"): set(one.pax_headers) for one in archive if one.pax_headers}
    long = [path for path in FILES if not path.isascii() or max(map(len, path.split("/"))) > 100 or len(path) > 240]
    assert extended == {path: {"path"} for path in long}


@pytest.mark.parametrize("when", [-5, 0, 1 << 33])
@every_form
def test_times_before_1970_and_far_ahead(form: Serialization, when: int, write: Write, source: Path) -> None:
    os.utime(source / "letter.txt", (when, when))
    place = write(form, paths=["letter.txt"])
    assert verify_bag(place).valid
    if form == "zip":
        with zipfile.ZipFile(place) as archive:
            assert archive.infolist()[0].date_time[0] in {1980, 2107}
            assert bool(archive.infolist()[0].extra) == (when < 1 << 31)
    else:
        with tarfile.open(place) as packed:
            assert packed.getmember("bag/data/letter.txt").mtime == when


def test_zip_deflates_what_shrinks_and_stores_the_rest(write: Write, source: Path) -> None:
    (source / "noise").write_bytes(os.urandom(100_000))
    with zipfile.ZipFile(write("zip", paths=["noise", "lines.txt", "zero"])) as archive:
        methods = {one.filename.removeprefix("bag/data/"): one.compress_type for one in archive.infolist()}
    assert (methods["noise"], methods["zero"], methods["lines.txt"]) == (
        zipfile.ZIP_STORED,
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    )


@every_form
def test_a_document_of_another_size_than_announced_has_changed(
    form: Serialization, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ArchivePlan(
        form=form,
        folder="bag",
        payload={"letter.txt": 10, "lines.txt": 5},
        algorithms=("sha512",),
        bag_info=(),
        modified=0,
    )
    with BagArchive(tmp_path / "bag", plan) as archive, OpenFolder(source) as folder:
        archive.copy(folder, "letter.txt")
        with pytest.raises(SourceChangedError):
            archive.copy(folder, "lines.txt")
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    del archive
    gc.collect()
    assert complaints == []  # of what was left unfinished


@every_form
def test_an_existing_file_is_not_replaced(form: Serialization, write: Write) -> None:
    before = write(form).read_bytes()
    with pytest.raises(FileExistsError):
        write(form)
    assert write(form, name="other").with_name(f"bag.{form}").read_bytes() == before


class Heard:
    """A stream that is only heard."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    def finish(self, front: bytes) -> None:
        self.data = front + self.data

    def close(self) -> None: ...


@given(
    st.text(st.characters(min_codepoint=1, max_codepoint=127), min_size=1, max_size=120),
    st.integers(0, 1 << 34),
    st.integers(-5, 1 << 34),
)
def test_headers_are_those_of_the_library(name: str, size: int, modified: int) -> None:
    heard = Heard()
    TarWriter(heard, "b", 0).begin(name, size, modified)
    member = tarfile.TarInfo(f"b/data/{name}")
    member.size, member.mtime, member.mode = size, modified, 0o644
    try:
        expected = member.tobuf(tarfile.USTAR_FORMAT)
    except ValueError:
        expected = member.tobuf(tarfile.PAX_FORMAT)
    assert heard.data == expected


def test_over_8_gib_is_said_by_a_pax_record() -> None:
    heard = Heard()
    writer = TarWriter(heard, "bag", 0)
    writer.begin("large", 9 << 30, 5)
    member = tarfile.TarInfo.frombuf(heard.data[1024:1536], "utf-8", "strict")
    assert (heard.data[156:157], member.name) == (b"x", "bag/data/large")
    assert b" size=%d\n" % (9 << 30) in heard.data


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("a.tar", ("a", "tar")),
        ("A.TAR.GZ", ("A", "tar.gz")),
        ("a.b.tgz", ("a.b", "tar.gz")),
        ("é.Zip", ("é", "zip")),
        ("a.tar.zst", ("a.tar.zst", None)),
        (".zip", ("", "zip")),
        ("zip", ("zip", None)),
    ],
)
def test_extensions(name: str, split: tuple[str, str | None]) -> None:
    assert split_extension(name) == split
