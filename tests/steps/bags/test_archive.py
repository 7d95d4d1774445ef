from __future__ import annotations

import dataclasses
import os
import shutil
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.steps.bags.archive import archive_destination
from archiver.steps.bags.making import BagResult, BagSettings, make_bag
from archiver.storage.bag_reader import verify_bag
from archiver.storage.serialized.archive import SERIALIZATIONS, Serialization
from tests.steps.conftest import Heard
from tests.stories.trees import touched

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

every_form = pytest.mark.parametrize("form", SERIALIZATIONS)


@pytest.fixture
def asked(tmp_path: Path) -> BagSettings:
    """Return settings of a bag with some files and an empty folder, to be changed with ``dataclasses.replace``."""
    source = tmp_path / "source"
    for path, data in {"a.txt": b"text\n" * 9000, "b/été": b"\0" * 3000, "b/50%": b"%", "zero": b""}.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(data)
        os.utime(source / path, (1_000_000_000, 1_000_000_000))
    (source / "c").mkdir()
    return BagSettings(
        source=source,
        destination=tmp_path / "out" / "one.tar",
        configuration=Configuration(algorithms=("sha256", "sha512")),
        now=NOW,
        serialization="tar",
    )


def make(asked: BagSettings, form: Serialization, **changes: object) -> BagResult:
    """Make a bag in an archive; see what it told of its progress."""
    settings = dataclasses.replace(asked, serialization=form, destination=asked.destination.with_name(f"one.{form}"))
    heard = Heard()
    result = make_bag(dataclasses.replace(settings, **changes), heard)  # type: ignore[arg-type]  # fields of it
    if result.status == "bagged":
        assert sum(heard.steps) == heard.total
    return result


@every_form
def test_the_source_lies_in_one_file_and_is_untouched(asked: BagSettings, form: Serialization) -> None:
    before = touched(asked.source)
    result = make(asked, form, keep_empty_folders=True)
    assert (result.status, result.files, result.serialization) == ("bagged", 5, form)
    assert [one.name for one in result.path.parent.iterdir()] == [f"one.{form}"]
    assert touched(asked.source) == before
    verdict = verify_bag(result.path)
    assert (verdict.valid, verdict.files, verdict.bytes) == (True, 5, result.bytes)
    assert not verdict.findings
    assert result.second_opinion is None
    assert [one.code for one in result.findings if one.severity == "info"] == ["empty-folder-kept"]


@every_form
def test_bagit_python_cannot_be_asked_about_an_archive(asked: BagSettings, form: Serialization) -> None:
    result = make(asked, form, cross_check=True)
    assert result.second_opinion is not None
    assert result.second_opinion.endswith(": not-run")
    assert "second-opinion-not-run" in {one.code for one in result.findings}


@every_form
def test_another_time_of_day_gives_the_same_bytes_and_another_day_others(
    asked: BagSettings, form: Serialization
) -> None:
    place = asked.source.parent
    first = make(asked, form).path
    again = make(asked, form, destination=place / "again" / f"one.{form}", now=NOW + timedelta(hours=1))
    later = make(asked, form, destination=place / "later" / f"one.{form}", now=NOW + timedelta(days=1))
    assert again.path.read_bytes() == first.read_bytes()
    assert later.path.read_bytes() != first.read_bytes()


@pytest.mark.parametrize("form", ["tar", "tar.gz"])
def test_manifests_stand_before_what_they_list_and_the_payload_in_byte_order(
    asked: BagSettings, form: Serialization
) -> None:
    with tarfile.open(make(asked, form, keep_empty_folders=True).path) as archive:
        assert [one.name.removeprefix("one/") for one in archive] == [
            "bagit.txt",
            "bag-info.txt",
            "manifest-sha256.txt",
            "manifest-sha512.txt",
            "tagmanifest-sha256.txt",
            "tagmanifest-sha512.txt",
            "data/a.txt",
            "data/b/50%",
            "data/b/été",
            "data/c/.keep",
            "data/zero",
        ]


@every_form
def test_the_tag_files_are_those_of_the_folder(asked: BagSettings, form: Serialization, tmp_path: Path) -> None:
    folder = make_bag(
        dataclasses.replace(asked, serialization=None, destination=tmp_path / "folder", keep_empty_folders=True),
        Heard(),
    )
    packed = make(asked, form, keep_empty_folders=True).path
    shutil.unpack_archive(packed, tmp_path / "unpacked", filter="data" if form != "zip" else None)
    for name in ("bagit.txt", "bag-info.txt"):
        assert (tmp_path / "unpacked" / "one" / name).read_bytes() == (folder.path / name).read_bytes()
    for name in ("manifest-sha256.txt", "manifest-sha512.txt"):
        lines = [(place / name).read_bytes().splitlines() for place in (folder.path, tmp_path / "unpacked" / "one")]
        assert sorted(lines[0]) == sorted(lines[1])


@every_form
def test_a_file_that_grows_meanwhile_is_named_and_nothing_is_left(asked: BagSettings, form: Serialization) -> None:
    class Meddling(Heard):
        def advance(self, count: int) -> None:
            with (asked.source / "b" / "été").open("ab") as file:
                file.write(b"more")
            super().advance(count)

    settings = dataclasses.replace(asked, serialization=form)
    result = make_bag(settings, Meddling())
    assert result.status == "failed"
    assert ("file-changed-while-read", "b/été") in {(one.code, one.file) for one in result.findings}
    assert list(asked.destination.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "form", "expected"),
    [
        ("a", "tar", ("a.tar", "tar")),
        ("a", "tar.gz", ("a.tar.gz", "tar.gz")),
        ("a.v2", "zip", ("a.v2.zip", "zip")),
        ("a.tar", "tar", ("a.tar", "tar")),
        ("a.TGZ", "tar.gz", ("a.TGZ", "tar.gz")),
        ("a.tgz", None, ("a.tgz", "tar.gz")),
        ("a.zip", None, ("a.zip", "zip")),
        ("a.7z", None, ("a.7z", None)),
        ("a", None, ("a", None)),
        ("..", None, ("..", None)),  # refused with every other place that names no new folder
    ],
)
def test_names_and_formats(given: str, form: str | None, expected: tuple[str, str | None]) -> None:
    destination, chosen = archive_destination(Path("bags") / given, form)
    assert (str(destination), chosen) == (str(Path("bags") / expected[0]), expected[1])


@pytest.mark.parametrize(
    ("given", "form", "words"),
    [
        ("a.zip", "tar", "is named as a zip file, and tar was asked for"),
        ("a.tar", "tar.gz", "is named as a tar file, and tar.gz was asked for"),
        ("a", "rar", "there is no serialization 'rar': use tar, tar.gz, zip"),
        (".tar", None, "is nothing but an extension"),
        ("..", "tar", "'..' climbs out of its folder"),
        ("C:x.tar", None, "'C:x' starts at a Windows drive"),
        ("a\\..\\b.zip", None, "climbs out of its folder"),
    ],
)
def test_names_that_cannot_be(given: str, form: str | None, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        archive_destination(Path("bags", given), form)
    assert words in str(raised.value)
