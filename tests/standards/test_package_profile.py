from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.standards.bagit_profiles import (
    IDENTIFIER_LABEL,
    BagDescription,
    BagProfile,
    check_bag,
    parse_profile,
    profile_json,
)
from archiver.standards.package_profile import PACKAGE_PROFILE, PACKAGE_PROFILE_1_0, PACKAGE_PROFILE_IDENTIFIER

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = {
    "1.0": (PACKAGE_PROFILE_1_0, "urn:uuid:af45edc7-ffe9-4dc3-b2ac-6529c9c86d3d"),
    "1.1": (PACKAGE_PROFILE, "urn:uuid:d68df474-e884-4234-ab92-baeb0d666765"),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_published_profile_is_the_one_in_the_code(checkout: Path, version: str) -> None:
    profile, _ = VERSIONS[version]
    published = (checkout / "docs" / "profiles" / profile.name).read_bytes()
    assert published.decode() == profile_json(profile)
    reading = parse_profile(published, profile.name)
    assert (reading.profile, reading.findings) == (profile, ())


@pytest.mark.parametrize("version", VERSIONS)
def test_its_identifier_never_changes(checkout: Path, version: str) -> None:
    # Packages in the world name it: what they keep to may not become something else.
    profile, identifier = VERSIONS[version]
    assert profile.identifier == identifier
    for place in ("docs/profiles/README.md", "docs/adr/0007-profile-of-our-packages.md"):
        assert identifier in (checkout / place).read_text()


def test_the_newest_is_the_one_that_packages_are_made_by() -> None:
    assert PACKAGE_PROFILE.identifier == PACKAGE_PROFILE_IDENTIFIER == VERSIONS[max(VERSIONS)][1]


def codes(named: BagProfile, *more: str) -> set[str]:
    labels = {rule.label: "1" for rule in named.labels if rule.required} | {IDENTIFIER_LABEL: str(named.identifier)}
    files = [f"data/metadata/{name}" for name in ("descriptive/a.txt.dc.xml", "preservation/premis.xml")]
    files += ["data/ro-crate-metadata.json", "data/ro-crate-preview.html", "data/representations/original/data/a.txt"]
    bag = BagDescription(
        version="1.0",
        labels=tuple(labels.items()),
        manifests=["sha512"],
        tag_manifests=["sha512"],
        files=dict.fromkeys([*files, *more], 1),
    )
    return {finding.code for finding in check_bag(PACKAGE_PROFILE, bag)}


def test_a_package_of_an_earlier_version_is_judged_by_that_version() -> None:
    assert codes(PACKAGE_PROFILE_1_0) == set()
    assert codes(PACKAGE_PROFILE_1_0, "data/METS.xml") == {"profile-payload-file-not-allowed"}
    assert codes(PACKAGE_PROFILE, "data/METS.xml", "data/metadata/descriptive/values.json") == set()
