from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archiver.model import VerifyLevel
from archiver.standards.bagit_profiles import BagProfile, LabelRule
from archiver.storage.bag_reader import verify_bag
from archiver.storage.bag_writer import BagWriter

IDENTIFIER = "https://example.org/profile.json"
PROFILE = BagProfile(
    name="p.json",
    about=(("BagIt-Profile-Identifier", IDENTIFIER),),
    labels=(LabelRule(label="Contact-Name", required=True), LabelRule(label="Payload-Oxum", required=True)),
    manifests_required=("sha256",),
    allow_fetch=False,
    accept_serialization=("application/zip", "application/tar"),
    accept_bagit_version=("1.0",),
    tag_files_allowed=("notes/*",),
    payload_files_required=("data/a.txt",),
)


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """Return a bag that keeps to the profile."""
    writer = BagWriter(root=tmp_path / "bag", algorithms=["sha256"])
    writer.root.mkdir()
    writer.write("a.txt", [b"alpha"])
    writer.write("b/c.txt", [b"beta"])
    writer.seal([("Contact-Name", "Jane Doe"), ("BagIt-Profile-Identifier", IDENTIFIER)])
    return writer.root


def archived(bag: Path, extension: str) -> Path:
    """Pack the bag's folder and return the archive."""
    kind = {".zip": "zip", ".tar": "tar", ".tar.gz": "gztar"}[extension]
    return Path(shutil.make_archive(str(bag), kind, bag.parent, bag.name))


@pytest.mark.parametrize("level", ["full", "fast", "complete"])
@pytest.mark.parametrize("extension", ["", ".zip", ".tar"])
def test_a_bag_that_keeps_to_its_profile(bag: Path, extension: str, level: VerifyLevel) -> None:
    verdict = verify_bag(archived(bag, extension) if extension else bag, level, profiles=[PROFILE])
    assert (verdict.conforms, verdict.complete, verdict.findings) == (True, True, ())


def test_without_a_profile_nothing_is_said_of_one(bag: Path) -> None:
    assert verify_bag(bag).conforms is None


@pytest.mark.parametrize("level", ["full", "fast", "complete"])
@pytest.mark.parametrize("extension", ["", ".zip", ".tar.gz"])
def test_a_good_bag_may_break_a_profile(bag: Path, extension: str, level: VerifyLevel) -> None:
    (bag / "more.txt").write_text("a tag file")
    verdict = verify_bag(archived(bag, extension) if extension else bag, level, profiles=[PROFILE])
    assert (verdict.valid, verdict.complete, verdict.conforms) == (True if level == "full" else None, True, False)
    codes = [finding.code for finding in verdict.findings]
    assert codes == [*(["profile-serialization-type"] * (extension == ".tar.gz")), "profile-tag-file-not-allowed"]


def test_each_profile_is_checked(bag: Path) -> None:
    other = BagProfile(name="q.json", about=(("BagIt-Profile-Identifier", "x"),), manifests_required=("md5",))
    verdict = verify_bag(bag, profiles=[PROFILE, other])
    assert (verdict.valid, verdict.conforms) == (True, False)
    assert [finding.code for finding in verdict.findings] == ["profile-identifier-other", "profile-manifest-missing"]


def test_what_cannot_be_read_neither_keeps_nor_breaks_a_profile(bag: Path) -> None:
    (bag / "bag-info.txt").unlink()
    (bag / "bag-info.txt").mkdir()
    (bag / "bag-info.txt" / "x").symlink_to("y")
    assert verify_bag(bag, profiles=[PROFILE]).conforms is False  # a folder: there is no bag-info.txt
    shutil.rmtree(bag / "bag-info.txt")
    (bag / "bag-info.txt").symlink_to("bagit.txt")
    verdict = verify_bag(bag, profiles=[PROFILE])
    assert (verdict.valid, verdict.conforms) == (False, None)
    assert not any(finding.code.startswith("profile-") for finding in verdict.findings)


def test_a_file_to_be_fetched_counts_as_there(bag: Path) -> None:
    (bag / "data" / "a.txt").unlink()
    (bag / "fetch.txt").write_text("https://example.org/a.txt 5 data/a.txt\n")
    verdict = verify_bag(bag, "complete", profiles=[PROFILE])
    assert [finding.code for finding in verdict.findings if finding.code.startswith("profile-")] == [
        "profile-fetch-not-allowed"
    ]


def test_older_bags_call_their_labels_otherwise(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "bagit.txt").write_text("BagIt-Version: 0.95\nTag-File-Character-Encoding: UTF-8\n")
    (tmp_path / "package-info.txt").write_text(f"BagIt-Profile-Identifier: {IDENTIFIER}\n")
    (tmp_path / "manifest-md5.txt").write_text("")
    profile = BagProfile(name="p.json", about=PROFILE.about, labels=PROFILE.labels[:1], tag_files_allowed=())
    (finding,) = (one for one in verify_bag(tmp_path, profiles=[profile]).findings if one.code.startswith("profile"))
    assert (finding.code, finding.file) == ("profile-label-missing", "package-info.txt")
