"""What a program asks of bags, with plain arguments: make one, verify one, update one, copy a payload out of one.

The same steps as the commands `archiver bag` and `archiver verify`; nothing is printed, and no state of the process is
touched. Each function may be called from many threads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypedDict, Unpack

from archiver.config import Configuration, check_algorithms
from archiver.errors import FindingsError
from archiver.model import BagVerdict, Severity, VerifyLevel
from archiver.standards.bagit_profiles import BagProfile
from archiver.steps.bags import extract as extract_step
from archiver.steps.bags import making as bag_step
from archiver.steps.bags import update as update_step
from archiver.steps.bags.labels import labels_from_program
from archiver.steps.bags.revision import UpdateSettings
from archiver.steps.profiles import read_profile
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

    profiles: Sequence[str | Path]
    """JSON files of BagIt profiles that the bag must keep to. Default: none."""

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
        UsageError: the source is no folder, the destination exists or lies inside it, a label cannot stand in
            ``bag-info.txt``, or a profile cannot be read.
        ConfigurationError: an algorithm is unknown.
    """
    settings = bag_step.BagSettings(
        source=Path(source),
        destination=Path(destination),
        configuration=Configuration(algorithms=check_algorithms(tuple(options.get("algorithms", ("sha512",))))),
        now=_seconds(options.get("now")),
        labels=labels_from_program(options.get("bag_info", ())),
        serialization=options.get("serialization"),
        keep_empty_folders=options.get("keep_empty_folders", False),
        exclude_system_files=options.get("exclude_system_files", False),
        portable=options.get("portable", False),
        profiles=_profiles(options.get("profiles", ())),
    )
    result = bag_step.make_bag(settings, _Listener(options.get("progress")))
    if result.status == "failed":
        raise FindingsError(result.findings)
    return result


def verify(
    path: str | Path,
    level: VerifyLevel = "full",
    *,
    profiles: Sequence[str | Path] = (),
    workers: int = 1,
    progress: Told | None = None,
) -> BagVerdict:
    """Verify one bag, a folder or an archive read in place, of any BagIt version from 0.93 to 1.0 (RFC 8493 section 3).

    Args:
        path: the bag.
        level: ``full`` re-computes every digest; ``fast`` those of the tag files, with Payload-Oxum for the payload;
            ``complete`` none.
        profiles: JSON files of BagIt profiles that it must keep to.
        workers: processes that read a large bag; they are forked, and only while this process has no other thread.
        progress: told of bytes read.

    Returns:
        The verdict: every finding, not the first. ``valid`` is True only when every digest was re-computed and no
        error was found. Nothing is raised for what the bag holds, nor for a bag that is not there.

    Raises:
        UsageError: a profile cannot be read.
        FindingsError: a profile has rules that cannot be understood or kept.
    """
    return verify_bag(Path(path), level, profiles=_profiles(profiles), workers=workers, progress=progress)


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


class UpdateOptions(TypedDict, total=False):
    """What :func:`update_bag` may be told beside the bag."""

    algorithms: Sequence[str]
    """To be added, as in hashlib, while the manifests that are there are compared in the same read."""

    drop: Sequence[str]
    """Algorithms whose manifests go away."""

    accept: Collection[Literal["changed", "missing"]]
    """How files may differ from the manifests that are there. Default: not at all; files that are new may always be."""

    bag_info: Iterable[tuple[str, str]]
    """(label, value) to be set in ``bag-info.txt``; the values that a label had go away."""

    now: datetime
    """When the bag is updated, aware. Default: the clock."""

    progress: Told
    """Told of bytes read."""


def update_bag(bag: str | Path, **options: Unpack[UpdateOptions]) -> update_step.UpdateResult:
    """Make a bag's tag files anew after changes of its payload, which is not written to (RFC 8493 section 2).

    Args:
        bag: the bag's folder.
        options: see :class:`UpdateOptions`.

    Returns:
        What differed, and what the bag is now.

    Raises:
        FindingsError: the bag is as it was; every reason is in ``findings``.
        UsageError: the bag is no folder, another run is at work on it, an algorithm to drop is not there, or a label
            cannot stand in ``bag-info.txt``.
        ConfigurationError: an algorithm is unknown.
    """
    algorithms = tuple(options.get("algorithms", ()))
    settings = UpdateSettings(
        bag=Path(bag),
        now=_seconds(options.get("now")),
        algorithms=check_algorithms(algorithms) if algorithms else (),
        drop=tuple(options.get("drop", ())),
        accept=frozenset(options.get("accept", ())),
        labels=labels_from_program(options.get("bag_info", ())),
    )
    result = update_step.update_bag(settings, _Listener(options.get("progress")))
    if result.status == "failed":
        raise FindingsError(result.findings)
    return result


def _seconds(now: datetime | None) -> datetime:
    return (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)


def _profiles(files: Iterable[str | Path]) -> tuple[BagProfile, ...]:
    readings = [read_profile(Path(file)) for file in files]
    findings = tuple(finding for reading in readings for finding in reading.findings)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise FindingsError(findings)
    return tuple(reading.profile for reading in readings)


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
