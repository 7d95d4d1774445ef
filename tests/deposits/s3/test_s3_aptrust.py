"""What APTrust asks of a bag, checked before a byte is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.deposits.s3.aptrust import against_profile
from archiver.model.deposits import Packaging, Parcel, ParcelFile

INFO = "Title: Letters\nAccess: institution\nStorage-Option: Wasabi-TX\n"
FILES = {
    "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "bag-info.txt": "Source-Organization: An archive\n",
    "manifest-md5.txt": "",
    "manifest-sha512.txt": "",
    "tagmanifest-sha512.txt": "",
    "aptrust-info.txt": INFO,
}


def codes(folder: Path, changes: dict[str, str | None], name: str = "letters") -> list[str]:
    bag = folder / "bag"
    bag.mkdir()
    for path, text in {**FILES, **changes}.items():
        if text is not None:
            (bag / path).write_text(text, encoding="utf-8")
    file = ParcelFile(path=f"{name}.tar", source=folder / "a.tar", size=1, digests={})
    parcel = Parcel(
        identifier="urn:x", name=name, package_digest="", packaging=Packaging.TAR, files=(file,), bag=bag, bag_info={}
    )
    return [finding.code for finding in against_profile(parcel)]


def test_a_bag_that_aptrust_takes(tmp_path: Path) -> None:
    assert codes(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"manifest-md5.txt": None}, ["profile-manifest-missing"]),
        ({"manifest-whirlpool.txt": ""}, ["profile-manifest-not-allowed"]),
        ({"fetch.txt": ""}, ["profile-fetch-not-allowed"]),
        ({"aptrust-info.txt": None}, ["profile-tag-file-missing"]),
        ({"bagit.txt": "BagIt-Version: 0.96\nTag-File-Character-Encoding: UTF-8\n"}, ["profile-bagit-version"]),
        ({"aptrust-info.txt": "Access: Institution\n"}, ["profile-label-missing"]),
        ({"aptrust-info.txt": "Title: \nAccess: Institution\n"}, ["profile-label-missing"]),
        ({"aptrust-info.txt": "Title: T\nAccess: Everybody\n"}, ["profile-label-value"]),
        ({"aptrust-info.txt": "Title: T\nAccess: Restricted\nStorage-Option: Shed\n"}, ["profile-label-value"]),
    ],
)
def test_a_bag_that_it_does_not_take(tmp_path: Path, changes: dict[str, str | None], found: list[str]) -> None:
    assert codes(tmp_path, changes) == found


@pytest.mark.parametrize("name", ["-letters", "l" * 252, "let\u202eters"])
def test_a_name_that_it_does_not_take(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, {}, name) == ["aptrust-name"]
