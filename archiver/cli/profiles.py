"""``--profile`` of every command that has it: the profiles read, and what is to be said of them printed once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.cli.printing import print_findings
from archiver.model import Severity

if TYPE_CHECKING:
    from archiver.standards.bagit_profiles import BagProfile


def read_profiles(files: Iterable[Path]) -> tuple[tuple[BagProfile, ...], bool]:
    """Read the profiles that were named, and print what was found in them on stderr.

    Returns:
        The profiles, and whether every rule of them could be read and can be kept.

    Raises:
        UsageError: one cannot be read, or is no profile.
    """
    from archiver.steps.profiles import read_profile  # noqa: PLC0415 - --help must not wait for it

    readings = [read_profile(file) for file in files]
    findings = [finding for reading in readings for finding in reading.findings]
    print_findings(findings)
    sound = all(finding.severity is not Severity.ERROR for finding in findings)
    return tuple(reading.profile for reading in readings), sound
