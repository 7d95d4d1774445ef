from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.standards.bagit_profiles import parse_profile, profile_json
from archiver.standards.package_profile import PACKAGE_PROFILE, PACKAGE_PROFILE_IDENTIFIER

if TYPE_CHECKING:
    from pathlib import Path


def test_the_published_profile_is_the_one_in_the_code(checkout: Path) -> None:
    published = (checkout / "docs" / "profiles" / PACKAGE_PROFILE.name).read_bytes()
    assert published.decode() == profile_json(PACKAGE_PROFILE)
    reading = parse_profile(published, PACKAGE_PROFILE.name)
    assert (reading.profile, reading.findings) == (PACKAGE_PROFILE, ())


def test_its_identifier_never_changes(checkout: Path) -> None:
    # Packages in the world name it: what they keep to may not become something else.
    assert PACKAGE_PROFILE.identifier == PACKAGE_PROFILE_IDENTIFIER == "urn:uuid:af45edc7-ffe9-4dc3-b2ac-6529c9c86d3d"
    for place in ("docs/profiles/README.md", "docs/adr/0007-profile-of-our-packages.md"):
        assert PACKAGE_PROFILE_IDENTIFIER in (checkout / place).read_text()
