"""What a program asks of bags, with plain arguments: make one, verify one, copy a payload out of one.

The same steps as the commands `archiver bag` and `archiver verify`; nothing is printed, and no state of the process is
touched. Each function may be called from many threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from archiver.config import Configuration, check_algorithms
from archiver.errors import FindingsError
from archiver.model import BagVerdict, VerifyLevel
from archiver.standards.bagit_profiles import BagProfile
from archiver.steps import bag as bag_step
from archiver.steps import bag_extract as extract_step
from archiver.steps.bag_labels import labels_from_program
from archiver.storage.bag_reader import verify_bag
from archiver.storage.serialized.archive import Serialization

Told = Callable[[int], None]
"""Called with the number of bytes done since its last call."""


class BagOptions(TypedDict, total=False):
    """What :func:`make_bag` may be told beside the two places."""

    algorithms: Sequence[str]
    """hashlib's names, one read of each byte for all of them (RFC 8493 section 2.4). Default: ``sha512``."""

    bag_info: Iterable[tuple[str, str]]
    """(label, value) for ``bag-info.txt``, in order, repeats allowed (RFC 8493 section 2.2.2). Bagging-Date, Bag-Size,
    Bag-Software-Agent and Payload-Oxum are always this run's own."""

    serialization: Serialization
    """``tar``, ``tar.gz`` or ``zip``. Default: a folder."""

    keep_empty_folders: bool
    """Give each a file ``.keep`` of 0 bytes. Default: they are left out and named in the findings."""

    exclude_system_files: bool
    """Leave out ``.DS_Store``, ``Thumbs.db`` and ``desktop.ini``. Default: bagged, and named in the findings."""

    portable: bool
    """Make names that other systems do not keep errors. Default: warnings."""

    now: datetime
    """When the bag is made, aware. Give it, and the same input gives the same bytes. Default: the clock."""

    progress: Told
    """Told of bytes copied and read back."""


def make_bag(source: str | Path, destination: str | Path, **options: Unpack[BagOptions]) -> bag_step.BagResult:
    """Make a BagIt 1.0 bag of everything in a folder, out of place; the folder is not written to (RFC 8493).

    Args:
        source: the folder.
        destination: the bag's own folder, or its archive; must not exist.
        options: see :class:`BagOptions`.

    Returns:
        What was made, with warnings among its findings.

    Raises:
        FindingsError: no bag was made; every reason is in ``findings``.
        UsageError: the source is no folder, the destination exists or lies inside it, or a label cannot stand in
            ``bag-info.txt``.
        ConfigurationError: an algorithm is unknown.
    """
    now = options.get("now") or datetime.now(UTC)
    settings = bag_step.BagSettings(
        source=Path(source),
        destination=Path(destination),
        configuration=Configuration(algorithms=check_algorithms(tuple(options.get("algorithms", ("sha512",))))),
        now=now.astimezone(UTC).replace(microsecond=0),
        labels=labels_from_program(options.get("bag_info", ())),
        serialization=options.get("serialization"),
        keep_empty_folders=options.get("keep_empty_folders", False),
        exclude_system_files=options.get("exclude_system_files", False),
        portable=options.get("portable", False),
    )
    result = bag_step.make_bag(settings, _Listener(options.get("progress")))
    if result.status == "failed":
        raise FindingsError(result.findings)
    return result


def verify(
    path: str | Path,
    level: VerifyLevel = "full",
    *,
    profiles: Sequence[BagProfile] = (),
    progress: Told | None = None,
) -> BagVerdict:
    """Verify one bag, a folder or an archive read in place, of any BagIt version from 0.93 to 1.0 (RFC 8493 section 3).

    Args:
        path: the bag.
        level: ``full`` re-computes every digest; ``fast`` those of the tag files, with Payload-Oxum for the payload;
            ``complete`` none.
        profiles: BagIt profiles that it must keep to.
        progress: told of bytes read.

    Returns:
        The verdict: every finding, not the first. ``valid`` is True only when every digest was re-computed and no
        error was found. Nothing is raised for what the bag holds, nor for a bag that is not there.
    """
    return verify_bag(Path(path), level, profiles=profiles, progress=progress)


def extract_payload(
    bag: str | Path, destination: str | Path, *, keep_sound: bool = False, progress: Told | None = None
) -> extract_step.ExtractResult:
    """Copy the payload of a bag into a new folder, comparing each file with every manifest on the way.

    Args:
        bag: a folder, or an archive with a bag in it.
        destination: the new folder; must not exist.
        keep_sound: whether the files that are what the manifests state are copied although the bag has errors.
        progress: told of bytes read from the bag and back from the copy.

    Returns:
        What was copied, with the verdict on the bag.

    Raises:
        FindingsError: nothing was copied; every reason is in ``findings``.
        UsageError: the bag is not there, or the destination exists or lies inside the bag.
    """
    result = extract_step.extract_payload(Path(bag), Path(destination), _Listener(progress), keep_sound=keep_sound)
    if result.status == "failed":
        raise FindingsError(result.verdict.findings)
    return result


class _Listener:
    """Passes on the bytes done; the sum of them is asked for by terminals alone."""

    def __init__(self, told: Told | None) -> None:
        self._told = told

    def begin(self, total: int) -> None:
        """Take no notice of the sum."""

    def advance(self, count: int) -> None:
        """Pass ``count`` on."""
        if self._told is not None:
            self._told(count)
