"""``--profile`` of every command that has it: the files that it names, read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from archiver.model import Finding
    from archiver.standards.bagit_profiles import BagProfile


def profile_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator that gives a command ``--profile``, as its parameter ``profile_files``; repeatable.

    Args:
        what: the help's words behind "BagIt profile (JSON) that".
    """
    return click.option(
        "--profile",
        "profile_files",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="FILE",
        help=f"BagIt profile (JSON) that {what}; repeatable.",
    )


def read_profiles(files: Iterable[Path]) -> tuple[tuple[BagProfile, ...], tuple[Finding, ...]]:
    """Read the profiles that were named.

    Returns:
        The profiles, and what was found in them: an error where a rule could not be read or cannot be kept.

    Raises:
        UsageError: one cannot be read, or is no profile.
    """
    from archiver.steps.profiles import read_profile  # noqa: PLC0415 - --help must not wait for it

    readings = [read_profile(file) for file in files]
    findings = (finding for reading in readings for finding in reading.findings)
    return tuple(reading.profile for reading in readings), tuple(findings)
