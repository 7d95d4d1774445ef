from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration
from archiver.model import Severity
from archiver.standards.bagit import parse_bag_info
from archiver.standards.bagit_profiles import BagProfile, LabelRule
from archiver.standards.package_profile import PACKAGE_PROFILE
from archiver.steps.building import item_place
from archiver.storage.bag_reader import verify_bag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult

    Built = Callable[[BuildSettings], list[ItemResult]]

ASKED = BagProfile(
    name="p.json",
    about=(("BagIt-Profile-Identifier", "https://example.org/profile.json"),),
    labels=(LabelRule(label="Rights", required=True, values=("Open",)),),
)


@pytest.fixture
def filled(source: Path) -> Path:
    """Return a source with one of each: a text, a page to render, a folder, awkward names."""
    (source / "note.txt").write_text("A note.\n")
    (source / "é\n%.txt").write_text("A name.\n")
    (source / " ").write_text("A name of one space.\n")
    (source / "box" / "inner").mkdir(parents=True)
    (source / "box" / "page.md").write_text("# A page\n")
    (source / "box" / "inner" / "package").write_text("Named as the item's own record is.\n")
    return source


def errors(result: ItemResult) -> list[str]:
    return [finding.code for finding in result.findings if finding.severity is Severity.ERROR]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("algorithms", [("sha512",), ("sha3_256", "md5")])
def test_every_package_keeps_to_our_profile(settings: BuildSettings, built: Built, algorithms: tuple[str, ...]) -> None:
    configuration = Configuration(workers=2, algorithms=algorithms)
    results = built(replace(settings, configuration=configuration))
    assert [(result.status, errors(result)) for result in results] == [("built", [])] * 4
    for result in results:
        assert result.package
        verdict = verify_bag(result.package, profiles=[PACKAGE_PROFILE])
        assert (verdict.valid, verdict.conforms) == (True, True)
        assert {finding.code for finding in verdict.findings} <= {"bag-name-hidden-characters"}


@pytest.mark.usefixtures("filled")
def test_a_package_that_broke_our_profile_would_not_be_published(
    settings: BuildSettings, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_place, "PACKAGE_PROFILE", replace(PACKAGE_PROFILE, payload_files_required=("data/more",)))
    results = built(settings)
    codes = ["package-off-profile", "profile-payload-file-missing"]
    assert [(result.status, errors(result)) for result in results] == [("failed", codes)] * 4
    assert not [path for path in settings.destination.iterdir() if not path.name.startswith(".")]


def test_packages_for_another_profile_keep_to_both(settings: BuildSettings, source: Path, built: Built) -> None:
    (source / "note.txt").write_text("A note.\n")
    (result,) = built(replace(settings, profiles=(ASKED,)))
    assert result.status == "built"
    assert "profile-label-filled" in [finding.code for finding in result.findings]
    assert result.package
    assert verify_bag(result.package, profiles=[PACKAGE_PROFILE, ASKED]).conforms
    info = parse_bag_info((result.package / "bag-info.txt").read_text())
    assert info.values("BagIt-Profile-Identifier") == (PACKAGE_PROFILE.identifier, ASKED.identifier)


def test_a_package_made_without_the_profile_is_not_current(settings: BuildSettings, source: Path, built: Built) -> None:
    (source / "note.txt").write_text("A note.\n")
    for profiles, status, folder in (
        ((), "built", "note"),
        ((), "current", "note"),
        ((ASKED,), "built", "note-v2"),
        ((ASKED,), "current", "note-v2"),
    ):
        (result,) = built(replace(settings, profiles=profiles))
        assert result.package
        assert (result.status, result.package.name) == (status, folder)


def test_what_a_profile_forbids_is_not_published(settings: BuildSettings, source: Path, built: Built) -> None:
    (source / "note.txt").write_text("A note.\n")
    strict = replace(ASKED, payload_files_allowed=("data/*.xml",))
    (result,) = built(replace(settings, profiles=(strict,)))
    assert result.status == "failed"
    assert errors(result)[0] == "package-off-profile"
    assert set(errors(result)[1:]) == {"profile-payload-file-not-allowed"}
