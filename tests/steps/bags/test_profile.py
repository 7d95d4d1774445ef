from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.config import Configuration
from archiver.model import Severity
from archiver.standards.bagit import parse_bag_info
from archiver.standards.bagit_profiles import BagProfile, LabelRule
from archiver.steps.bags.making import BagResult, BagSettings, make_bag
from archiver.steps.bags.profile import labels_for_profiles, profile_algorithms
from archiver.storage.bag_reader import verify_bag

IDENTIFIER = "https://example.org/profile.json"
ABOUT = (("BagIt-Profile-Identifier", IDENTIFIER),)
PROFILE = BagProfile(
    name="p.json",
    about=ABOUT,
    labels=(
        LabelRule(label="Contact-Name", required=True),
        LabelRule(label="Rights", required=True, values=("Open",)),
        LabelRule(label="Language", values=("ru",)),
    ),
    manifests_allowed=("sha256", "md5"),
    accept_serialization=("application/zip",),
    accept_bagit_version=("1.0",),
    tag_files_allowed=(),
    payload_files_required=("data/letter.txt",),
    payload_files_allowed=("data/*.txt",),
)


class Silent:
    """Hears nothing, and fails where nothing may be copied."""

    def __init__(self) -> None:
        self.begun = False

    def begin(self, total: int) -> None:  # noqa: ARG002 - the interface's name
        """Copying begins."""
        self.begun = True

    def advance(self, count: int) -> None:
        """Go on."""


@pytest.fixture
def asked(tmp_path: Path) -> BagSettings:
    """Return settings of a bag that keeps to the profile."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "letter.txt").write_text("A letter.\n")
    return BagSettings(
        source=tmp_path / "source",
        destination=tmp_path / "bag",
        configuration=Configuration(algorithms=("sha256",)),
        now=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        labels=(("Contact-Name", "Jane Doe"),),
        profiles=(PROFILE,),
    )


def make(asked: BagSettings, **changes: object) -> BagResult:
    """Make a bag with changed settings."""
    return make_bag(dataclasses.replace(asked, **changes), Silent())  # type: ignore[arg-type]  # fields of the settings


def errors(result: BagResult) -> list[str]:
    """Return the codes of the errors."""
    return [finding.code for finding in result.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("name", ["bag", "bag.zip"])
def test_a_bag_made_for_a_profile_keeps_to_it(asked: BagSettings, tmp_path: Path, name: str) -> None:
    serialization = "zip" if name == "bag.zip" else None
    result = make(asked, destination=tmp_path / name, serialization=serialization)
    assert (result.status, errors(result)) == ("bagged", [])
    assert "profile-label-filled" in [finding.code for finding in result.findings]
    verdict = verify_bag(tmp_path / name, profiles=[PROFILE])
    assert (verdict.valid, verdict.conforms, verdict.findings) == (True, True, ())


def test_the_labels_that_a_profile_settles(asked: BagSettings) -> None:
    make(asked)
    info = parse_bag_info((asked.destination / "bag-info.txt").read_text())
    assert info.values("BagIt-Profile-Identifier") == (IDENTIFIER,)
    assert info.values("Rights") == ("Open",)
    assert info.values("Language") == ()  # not required


def test_what_would_break_the_profile_is_said_before_anything_is_copied(asked: BagSettings) -> None:
    (asked.source / "photo.jpg").write_bytes(b"\xff")
    (asked.source / "letter.txt").rename(asked.source / "note.txt")
    settings = dataclasses.replace(
        asked, labels=(("Rights", "Closed"),), configuration=Configuration(algorithms=("sha512",))
    )
    heard = Silent()
    result = make_bag(settings, heard)
    assert (result.status, heard.begun) == ("failed", False)
    assert sorted(path.name for path in asked.source.parent.iterdir()) == ["source"]
    assert errors(result) == [
        "profile-label-missing",
        "profile-label-value",
        "profile-manifest-not-allowed",
        "profile-payload-file-missing",
        "profile-payload-file-not-allowed",
    ]


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        (BagProfile(name="p", about=ABOUT, serialization="required"), "profile-serialization"),
        (BagProfile(name="p", about=ABOUT, data_empty=True), "profile-payload-not-empty"),
        (BagProfile(name="p", about=ABOUT, fetch_required=True), "profile-fetch-missing"),
        (BagProfile(name="p", about=ABOUT, tag_files_required=("aptrust-info.txt",)), "profile-tag-file-missing"),
        (BagProfile(name="p", about=ABOUT, accept_bagit_version=("0.97",)), "profile-bagit-version"),
        (BagProfile(name="p", about=ABOUT, manifests_required=("whirlpool",)), "profile-manifest-missing"),
    ],
)
def test_a_profile_that_the_bag_cannot_keep(asked: BagSettings, profile: BagProfile, code: str) -> None:
    assert errors(make(asked, profiles=(profile,))) == [code]
    assert not asked.destination.exists()


def test_how_a_bag_gets_a_tag_file_is_said(asked: BagSettings) -> None:
    result = make(asked, profiles=(BagProfile(name="p", about=ABOUT, tag_files_required=("more.txt",)),))
    assert "without --profile" in next(one.fix for one in result.findings if one.severity is Severity.ERROR)


def test_a_holey_bag_keeps_to_a_profile_that_wants_one(asked: BagSettings) -> None:
    holey = dataclasses.replace(PROFILE, fetch_required=True, data_empty=True)
    assert errors(make(asked, profiles=(holey,))) == ["profile-fetch-missing", "profile-payload-not-empty"]
    assert errors(make(asked, profiles=(holey,), holey="https://example.org/a/")) == []
    verdict = verify_bag(asked.destination, "complete", profiles=[holey])
    assert (verdict.complete, verdict.conforms) == (False, True)
    closed = dataclasses.replace(PROFILE, allow_fetch=False)
    other = asked.destination.with_name("other")
    refused = make(asked, destination=other, profiles=(closed,), holey="https://example.org/a/")
    assert errors(refused) == ["profile-fetch-not-allowed"]


def test_an_archive_of_another_kind_than_is_accepted(asked: BagSettings, tmp_path: Path) -> None:
    result = make(asked, destination=tmp_path / "bag.tar", serialization="tar")
    assert errors(result) == ["profile-serialization-type"]


def test_every_tag_file_of_the_plan_is_one_that_is_written(asked: BagSettings) -> None:
    strict = BagProfile(
        name="p",
        about=ABOUT,
        tag_files_required=("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"),
        labels=tuple(
            LabelRule(label=label, required=True)
            for label in ("Payload-Oxum", "Bag-Size", "Bagging-Date", "Bag-Software-Agent")
        ),
    )
    assert errors(make(asked, profiles=(strict,))) == []


def test_several_profiles(asked: BagSettings) -> None:
    other = BagProfile(name="q.json", about=(("BagIt-Profile-Identifier", "urn:x"),))
    assert make(asked, profiles=(PROFILE, other)).status == "bagged"
    info = parse_bag_info((asked.destination / "bag-info.txt").read_text())
    assert info.values("BagIt-Profile-Identifier") == (IDENTIFIER, "urn:x")
    assert verify_bag(asked.destination, profiles=(PROFILE, other)).conforms


def test_an_identifier_that_was_given_is_not_written_twice(asked: BagSettings) -> None:
    make(asked, labels=(*asked.labels, ("bagit-profile-identifier", IDENTIFIER)))
    info = parse_bag_info((asked.destination / "bag-info.txt").read_text())
    assert info.values("BagIt-Profile-Identifier") == (IDENTIFIER,)


def test_a_label_that_cannot_be_written_is_not_filled_in() -> None:
    bad = LabelRule(label="a:b", required=True, values=("x",))
    assert labels_for_profiles([BagProfile(name="p", labels=(bad,))], ()) == ((), ())


@pytest.mark.parametrize(
    ("required", "allowed", "preferred", "chosen"),
    [
        ((), None, ("sha512",), ("sha512",)),
        (("sha256",), None, ("sha512",), ("sha256",)),
        (("md5",), None, ("sha512",), ("md5", "sha512")),
        (("md5",), ("md5", "sha256"), ("sha512",), ("md5", "sha256")),
        (("md5",), ("md5",), ("sha512",), ("md5",)),
        ((), ("md5", "sha256"), ("sha512", "sha256"), ("sha256",)),
        ((), ("sha1", "md5"), ("sha512",), ("md5",)),
        (("sha3256",), None, ("sha512",), ("sha3_256",)),
        (("whirlpool",), None, ("sha512",), ("sha512",)),
        ((), ("whirlpool",), ("sha512",), ("sha512",)),
    ],
)
def test_algorithms(
    required: tuple[str, ...], allowed: tuple[str, ...] | None, preferred: tuple[str, ...], chosen: tuple[str, ...]
) -> None:
    profile = BagProfile(name="p", manifests_required=required, manifests_allowed=allowed)
    assert profile_algorithms([profile], preferred) == chosen
    profile = BagProfile(name="p", tag_manifests_required=required, tag_manifests_allowed=allowed)
    assert profile_algorithms([profile], preferred) == chosen
