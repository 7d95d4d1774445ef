"""BagIt Profiles 1.4.0: what a profile asks of bags, and what a bag does not meet of it.

Turns JSON into values and values into findings; never reads a file and never asks the network for a profile.
"""

from __future__ import annotations

from archiver.standards.bagit_profiles.checking import check_bag
from archiver.standards.bagit_profiles.description import BagDescription
from archiver.standards.bagit_profiles.profile import IDENTIFIER_LABEL, BagProfile, LabelRule, profile_json
from archiver.standards.bagit_profiles.reading import ProfileReading, parse_profile
from archiver.standards.bagit_profiles.serialization import media_types

__all__ = [
    "IDENTIFIER_LABEL",
    "BagDescription",
    "BagProfile",
    "LabelRule",
    "ProfileReading",
    "check_bag",
    "media_types",
    "parse_profile",
    "profile_json",
]
