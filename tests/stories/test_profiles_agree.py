"""Bags against profiles, before this program and before bagit_profile, which shares no code with it."""

from __future__ import annotations

import dataclasses
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from archiver.standards.bagit_profiles import BagProfile, LabelRule, profile_json
from archiver.standards.package_profile import PACKAGE_PROFILE, PACKAGE_PROFILE_IDENTIFIER
from archiver.storage.bag_reader import verify_bag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.verdict import JudgeResult

    Judge = Callable[[Path, Path, str], JudgeResult]

IDENTIFIER = "https://example.org/profile.json"
PROFILE = BagProfile(
    name="p.json",
    about=(
        ("BagIt-Profile-Identifier", IDENTIFIER),
        ("BagIt-Profile-Version", "1.3.0"),
        ("Source-Organization", "Example Archive"),
        ("External-Description", "What we take in"),
        ("Version", "1"),
    ),
    labels=(LabelRule(label="Contact-Name", required=True, values=("Jane Doe",), repeatable=False),),
    manifests_required=("sha256",),
    manifests_allowed=("sha256", "sha512"),
    tag_manifests_required=("sha256",),
    tag_manifests_allowed=("sha256",),
    allow_fetch=False,
    serialization="optional",
    accept_serialization=("application/zip",),
    accept_bagit_version=("1.0",),
    tag_files_allowed=("notes/*",),
)
BROKEN: dict[str, dict[str, Any]] = {
    "nothing": {},
    "label missing": {"labels": (LabelRule(label="Contact-Phone", required=True),)},
    "another value": {"labels": (LabelRule(label="Contact-Name", values=("John Roe",)),)},
    "identifier": {"about": (("BagIt-Profile-Identifier", "https://example.org/2"), *PROFILE.about[1:])},
    "manifest missing": {"manifests_required": ("sha512",)},
    "manifest not allowed": {"manifests_required": (), "manifests_allowed": ("sha512",)},
    "tag manifest missing": {"tag_manifests_required": ("md5",), "tag_manifests_allowed": None},
    "tag manifest not allowed": {"tag_manifests_required": (), "tag_manifests_allowed": ("md5",)},
    "serialization": {"serialization": "required"},
    "version": {"accept_bagit_version": ("0.97",)},
    "tag file missing": {"tag_files_required": ("notes/a.txt",)},
    "tag files": {"tag_files_allowed": ()},
    "no rules on files": {"tag_files_allowed": None},
}


@pytest.mark.parametrize("broken", BROKEN)
def test_both_say_the_same_of_a_bag(
    archiver_command: list[str], tmp_path: Path, profile_judge: Judge, broken: str
) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.txt").write_text("A letter.\n")
    (tmp_path / "p.json").write_text(profile_json(PROFILE))
    made = [*archiver_command, "bag", "source", "bag", "--profile", "p.json"]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    profile = dataclasses.replace(PROFILE, **BROKEN[broken])
    (tmp_path / "q.json").write_text(profile_json(profile))
    ours = verify_bag(tmp_path / "bag", profiles=[profile])
    theirs = profile_judge(tmp_path / "bag", tmp_path / "q.json", str(profile.identifier))
    assert ours.valid
    assert ours.conforms is theirs.passed, theirs.detail
    assert ours.conforms is (broken in {"nothing", "tag files", "no rules on files"})


def test_a_package_keeps_to_the_published_profile(
    archiver_command: list[str], tmp_path: Path, checkout: Path, profile_judge: Judge
) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("A letter.\n")
    subprocess.run([*archiver_command, "build", "--no-pdfa"], cwd=tmp_path, check=True, capture_output=True)
    published = checkout / "docs" / "profiles" / PACKAGE_PROFILE.name
    theirs = profile_judge(tmp_path / "packages" / "a", published, PACKAGE_PROFILE_IDENTIFIER)
    assert theirs.passed, theirs.detail
