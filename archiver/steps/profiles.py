"""Reads the BagIt profiles that a person names. Writes nothing, and never asks the network for one."""

from __future__ import annotations

from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.bagit_profiles import ProfileReading, parse_profile
from archiver.standards.names import printable
from archiver.standards.package_profile import PACKAGE_PROFILE

OWN = "archiver"
"""What stands for the profile of our own packages, where a file's name may stand."""

LARGEST = 1 << 20
"""Bytes that a profile may have; those in use have some thousands."""


def read_profile(path: Path) -> ProfileReading:
    """Read a BagIt profile.

    Args:
        path: of its JSON file; :data:`OWN` for the profile of packages of ``archiver build``.

    Returns:
        The profile, and what is to be said of the profile itself.

    Raises:
        UsageError: it cannot be read, is no JSON (the message names line and column), or is no BagIt profile.
    """
    if str(path) == OWN:
        return ProfileReading(profile=PACKAGE_PROFILE, findings=())
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # a NUL in the path is a ValueError
        cause = error.strerror if isinstance(error, OSError) else None
        raise UsageError(f"cannot read the profile {name}: {cause or error}") from error
    if len(data) > LARGEST:
        raise UsageError(f"the profile {name} is longer than {LARGEST:,} bytes: no profile is")
    return parse_profile(data, path.name)
