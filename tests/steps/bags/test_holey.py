"""A holey bag of any source: everything listed, nothing copied, and nothing else wrong with it."""

from __future__ import annotations

import dataclasses
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.standards.bagit import parse_fetch
from archiver.standards.bagit_profiles import BagProfile
from archiver.steps.bags.holey import holey_prefix
from archiver.steps.bags.making import BagResult, BagSettings, make_bag
from archiver.storage.bag_reader import verify_bag
from archiver.storage.second_opinion import judge
from tests.stories.trees import touched

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "https://files.example.org/box/"
FILES = {
    "letter.txt": b"A letter.\n",
    "50% off\nor more.txt": b"%",
    "\u00e9t\u00e9/a #1?.bin": b"\0" * 5000,
    "zero ": b"",
}
ABOUT = (("BagIt-Profile-Identifier", "https://example.org/profile.json"),)


class Heard:
    def __init__(self) -> None:
        self.total = 0
        self.done = 0

    def begin(self, total: int) -> None:
        self.total = total

    def advance(self, count: int) -> None:
        self.done += count


@pytest.fixture
def asked(tmp_path: Path) -> BagSettings:
    source = tmp_path / "source"
    for path, data in FILES.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(data)
    return BagSettings(
        source=source,
        destination=tmp_path / "bags" / "box",
        configuration=Configuration(algorithms=("sha256", "sha512")),
        now=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        holey=PREFIX,
    )


def make(asked: BagSettings, **changes: object) -> BagResult:
    return make_bag(dataclasses.replace(asked, **changes), Heard())  # type: ignore[arg-type]  # fields of the settings


def test_everything_is_listed_and_nothing_copied(asked: BagSettings) -> None:
    before = touched(asked.source)
    result = make(asked)
    assert (result.status, result.files, result.bytes) == ("bagged", 4, 5011)
    bag = asked.destination
    assert sorted(entry.name for entry in bag.iterdir()) == [
        "bag-info.txt", "bagit.txt", "data", "fetch.txt", "manifest-sha256.txt", "manifest-sha512.txt",
        "tagmanifest-sha256.txt", "tagmanifest-sha512.txt",
    ]  # fmt: skip
    assert list((bag / "data").iterdir()) == []
    entries, findings = parse_fetch((bag / "fetch.txt").read_text(encoding="utf-8"))
    assert findings == ()
    assert {entry.path.removeprefix("data/"): entry.size for entry in entries} == {p: len(d) for p, d in FILES.items()}
    assert all(unquote(one.url) == PREFIX + one.path.removeprefix("data/") for one in entries)
    assert "Payload-Oxum: 5011.4\n" in (bag / "bag-info.txt").read_text(encoding="utf-8")
    assert touched(asked.source) == before


def test_it_is_whole_once_the_files_are_there(asked: BagSettings) -> None:
    make(asked)
    for path, data in FILES.items():
        (asked.destination / "data" / path).parent.mkdir(parents=True, exist_ok=True)
        (asked.destination / "data" / path).write_bytes(data)
    verdict = verify_bag(asked.destination)
    assert verdict.valid, verdict.findings
    (asked.destination / "fetch.txt").write_bytes(b"")
    assert not verify_bag(asked.destination).valid  # the tag manifests list it


def test_it_says_how_it_is_completed(asked: BagSettings) -> None:
    found = {finding.code: finding for finding in make(asked).findings}
    words = f"`archiver verify --fetch --fetch-host=files.example.org {asked.destination}`"
    assert words in found["bag-made-holey"].message
    assert "4 files are listed" in found["bag-made-holey"].message
    assert "second-opinion-not-run" not in found


def test_the_other_program_is_not_asked(asked: BagSettings) -> None:
    result = make(asked, cross_check=True)
    assert result.second_opinion == f"{judge()}: not-run"
    (said,) = [one.message for one in result.findings if one.code == "second-opinion-not-run"]
    assert "incomplete on purpose is invalid" in said


def test_plain_http_needs_another_word(asked: BagSettings) -> None:
    found = [one.message for one in make(asked, holey="http://localhost:80/").findings if one.code == "bag-made-holey"]
    assert "--fetch-host=localhost --fetch-scheme=http " in found[0]


def test_folders_that_are_kept_are_in_the_bag(asked: BagSettings) -> None:
    (asked.source / "empty").mkdir()
    make(asked, keep_empty_folders=True)
    assert (asked.destination / "data" / "empty" / ".keep").read_bytes() == b""
    assert ".keep" not in (asked.destination / "fetch.txt").read_text(encoding="utf-8")
    codes = {one.code for one in verify_bag(asked.destination).findings}
    assert codes == {"bag-file-not-fetched", "bag-oxum-mismatch"}


def test_the_bytes_are_counted_once(asked: BagSettings) -> None:
    heard = Heard()
    make_bag(asked, heard)
    assert (heard.total, heard.done) == (5011, 5011)


def test_a_bag_that_fails_leaves_nothing(asked: BagSettings) -> None:
    os.mkfifo(asked.source / "pipe")
    assert make(asked).status == "failed"
    assert not asked.destination.parent.exists() or list(asked.destination.parent.iterdir()) == []


def test_it_is_no_archive(asked: BagSettings) -> None:
    with pytest.raises(UsageError, match="--holey makes a folder"):
        make(asked, serialization="tar")


@pytest.mark.parametrize("text", ["files/", "ftp://a/", "https://a/?x=", "https://ann:secret@a/", ""])
def test_addresses_that_cannot_be_fetched_from(text: str) -> None:
    with pytest.raises(UsageError, match=r"--holey: .* cannot be used") as caught:
        holey_prefix(text)
    assert "secret" not in str(caught.value)


def test_two_runs_give_the_same_bytes(asked: BagSettings, tmp_path: Path) -> None:
    make(asked)
    make(asked, destination=tmp_path / "other" / "box")
    for file in asked.destination.glob("*.txt"):
        assert file.read_bytes() == (tmp_path / "other" / "box" / file.name).read_bytes()


def test_a_profile_that_wants_fetch_txt_is_kept_to(asked: BagSettings) -> None:
    wants = BagProfile(name="p", about=ABOUT, fetch_required=True, payload_files_required=("data/letter.txt",))
    result = make(asked, profiles=(wants,))
    assert result.status == "bagged", result.findings


def test_a_profile_that_forbids_fetch_txt_stops_it(asked: BagSettings) -> None:
    result = make(asked, profiles=(BagProfile(name="p", about=ABOUT, allow_fetch=False),))
    assert result.status == "failed"
    assert "profile-fetch-not-allowed" in {one.code for one in result.findings}
    assert not asked.destination.exists()
