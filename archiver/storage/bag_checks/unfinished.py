"""Work of this program that was cut off inside a bag: an update of its tag files that awaits its last steps."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.storage.bag_checks.opened import OpenBag

UPDATE_FOLDER = ".archiver-update"
"""Below a bag: the tag files of an update, until each has taken its place."""


def check_unfinished(bag: OpenBag) -> Iterator[Finding]:
    """Say that an update of the bag was cut off: its tag files may be half old and half new."""
    if any(path.startswith(f"{UPDATE_FOLDER}/") for path in bag.listing.files.tag_paths()):
        yield Finding(
            severity=Severity.ERROR,
            code="bag-update-unfinished",
            file=UPDATE_FOLDER,
            message="An update of the bag was cut off before its last steps: its tag files may be half old, half new. "
            "The payload is not touched by an update.",
            fix="Run `archiver bag update` on the bag, which finishes it.",
        )
