from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from archiver.standards.package_profile import INPUT_LABEL, SLUG_LABEL, VERSION_LABEL
from archiver.storage.existing_packages import ExistingPackage, existing_package, existing_packages

if TYPE_CHECKING:
    from pathlib import Path

IDENTIFIER = "urn:uuid:9ab21832-4f36-54e1-a187-f73fbb0c9cd2"


def make(folder: Path, *lines: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "bag-info.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def test_a_package_says_what_it_is(tmp_path: Path) -> None:
    lines = [
        f"External-Identifier: {IDENTIFIER}",
        f"{VERSION_LABEL}: 3",
        f"{SLUG_LABEL}: letter",
        f"{INPUT_LABEL}: x:1",
    ]
    folder = make(tmp_path / "letter-v3", *lines)
    assert existing_package(folder) == ExistingPackage(
        folder=folder, identifier=IDENTIFIER, version=3, input_digest="x:1", slug="letter"
    )


def test_another_program_s_bag_is_a_first_version_under_its_own_name(tmp_path: Path) -> None:
    folder = make(tmp_path / "box", f"External-Identifier: {IDENTIFIER}")
    assert existing_package(folder) == ExistingPackage(
        folder=folder, identifier=IDENTIFIER, version=1, input_digest="", slug="box"
    )


def test_versions_of_one_identifier_stand_together_oldest_first(tmp_path: Path) -> None:
    for version in (10, 2, 1):
        make(tmp_path / f"a-v{version}", f"External-Identifier: {IDENTIFIER}", f"{VERSION_LABEL}: {version}")
    make(tmp_path / "b", "External-Identifier: other")
    found = existing_packages(tmp_path)
    assert set(found) == {IDENTIFIER, "other"}
    assert [package.version for package in found[IDENTIFIER]] == [1, 2, 10]


def test_what_is_no_package_is_left_out(tmp_path: Path) -> None:
    good = make(tmp_path / "good", f"External-Identifier: {IDENTIFIER}")
    make(tmp_path / "no identifier", "Contact-Name: x")
    make(tmp_path / "bad version", f"External-Identifier: {IDENTIFIER}", f"{VERSION_LABEL}: two")
    make(tmp_path / "empty")
    (tmp_path / "plain folder").mkdir()
    (tmp_path / "README.md").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(good)
    (tmp_path / "not utf8").mkdir()
    (tmp_path / "not utf8" / "bag-info.txt").write_bytes(b"External-Identifier: caf\xe9\n")
    (tmp_path / "huge").mkdir()
    with (tmp_path / "huge" / "bag-info.txt").open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "linked info").mkdir()
    (tmp_path / "linked info" / "bag-info.txt").symlink_to(good / "bag-info.txt")
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    assert existing_packages(tmp_path) == {IDENTIFIER: [existing_package(good)]}


def test_a_pipe_for_bag_info_hangs_nobody(tmp_path: Path) -> None:
    (tmp_path / "trap").mkdir()
    os.mkfifo(tmp_path / "trap" / "bag-info.txt")
    assert existing_packages(tmp_path) == {}


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_destination_that_is_not_there_holds_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert existing_packages(tmp_path / name) == {}
