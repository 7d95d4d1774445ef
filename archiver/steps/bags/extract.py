"""The payload out of a bag: verified by the same rules as ever while it is copied, and published only when it is whole.

The bag, a folder or an archive, is read once and never written to.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from archiver.errors import UsageError
from archiver.model import BagVerdict, Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import printable
from archiver.steps.disk_faults import disk_fault
from archiver.steps.places import check_new_folder, taken, why_absent
from archiver.steps.progress import StepProgress
from archiver.steps.verify import verdict_json
from archiver.storage.bag_checks.container import BagContainer
from archiver.storage.bag_checks.folder import FolderBag
from archiver.storage.bag_reader import bytes_to_read, verify_bag
from archiver.storage.composed_bag import ComposedBag
from archiver.storage.durable import AlreadyPublishedError, publish, staging_area
from archiver.storage.extraction import CopyFailedError, CopyingBag

_NOT_ABOUT_BYTES = frozenset({"bag-manifest-incomplete"})
"""Findings on a payload file that is what the manifests listing it state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractResult:
    """What came of it."""

    verdict: BagVerdict
    """On the bag, with what went wrong at the destination among its findings."""

    destination: Path
    status: Literal["extracted", "partly extracted", "failed"]
    files: int
    """Files at the destination."""

    bytes: int


def extract_payload(bag: Path, destination: Path, progress: StepProgress, *, keep_sound: bool = False) -> ExtractResult:
    """Copy the files below ``data/`` of a bag into a new folder, comparing each with every manifest on the way.

    Args:
        bag: a folder or an archive with a bag in it, as for verifying.
        destination: the new folder; must not exist.
        progress: told of bytes read, from the bag and back from the copy.
        keep_sound: whether the files that are what the manifests state are extracted although the bag has errors; else
            one error means that nothing is.

    Raises:
        UsageError: the bag is not there, or the destination exists, lies inside the bag, or cannot be named.
    """
    if not os.path.lexists(bag):
        reason = why_absent(bag) or "name a bag, or an archive with a bag in it"
        raise UsageError(f"there is no bag {printable(str(bag))}: {reason}")
    check_new_folder(destination, bag, "payload")
    try:
        with staging_area(destination.parent) as staging:
            return _Extraction(bag, destination, staging / "payload", keep_sound=keep_sound).run(progress)
    except AlreadyPublishedError as error:
        raise UsageError(taken(destination)) from error


def extract_json(result: ExtractResult) -> dict[str, Any]:
    """Return one result as ``archiver bag extract --json`` prints it: the verdict's JSON and what was extracted."""
    extracted = {"destination": printable(str(result.destination)), "status": result.status}
    return verdict_json(result.verdict) | extracted | {"extracted_files": result.files, "extracted_bytes": result.bytes}


class _Extraction:
    def __init__(self, bag: Path, destination: Path, folder: Path, *, keep_sound: bool) -> None:
        self._bag = bag
        self._destination = destination
        self._folder = folder
        self._keep_sound = keep_sound
        self._copying: CopyingBag | None = None
        self._verdict: BagVerdict | None = None

    def run(self, progress: StepProgress) -> ExtractResult:
        self._folder.mkdir()
        total = bytes_to_read(self._bag)
        progress.begin(2 * total)
        try:
            return self._copy_and_publish(_parts(progress, total))
        except CopyFailedError as error:
            return self._refused(error.cause)
        except AlreadyPublishedError:
            raise
        except OSError as error:
            return self._refused(error)

    def _copy_and_publish(self, parts: tuple[_Part, _Part]) -> ExtractResult:
        self._verdict = verdict = verify_bag(self._bag, progress=parts[0].more, wrap=self._wrapped)
        parts[0].rest()
        copying = self._copying
        if copying is None:  # it is no bag, or cannot be opened
            return self._failed(verdict, ())
        errors = [one for one in (*verdict.findings, *copying.findings) if one.severity is Severity.ERROR]
        # With findings cut off, not every damaged file has been named.
        if errors and (not self._keep_sound or any(one.code == "bag-findings-cut" for one in errors)):
            return self._failed(verdict, copying.findings)
        faulty = {one.file for one in errors if one.code not in _NOT_ABOUT_BYTES}
        for path in [path for path in copying.copied if printable(path) in faulty]:
            copying.drop(path)
        if errors and not copying.copied:
            return self._failed(verdict, copying.findings)
        copying.finish()
        if found := self._read_back(copying, parts[1]):
            return self._failed(verdict, [*copying.findings, *found])
        with FolderBag(self._folder) as copy:
            sizes = copy.listing().files.values()
        publish(self._folder, self._destination)
        return ExtractResult(
            verdict=_with(verdict, copying.findings),
            destination=self._destination,
            status="partly extracted" if errors else "extracted",
            files=len(sizes),
            bytes=sum(sizes),
        )

    def _wrapped(self, bag: BagContainer) -> BagContainer:
        self._copying = CopyingBag(bag, self._folder)
        return self._copying

    def _read_back(self, copying: CopyingBag, part: _Part) -> list[Finding]:
        """Verify the copy as it lies on the disk; return what is wrong with it."""
        with FolderBag(self._folder) as copy:
            there = len(copy.listing().files)
            verdict = verify_bag(
                self._bag, progress=part.more, wrap=lambda bag: ComposedBag(bag, copy, prefix=PAYLOAD_PREFIX)
            )
        part.rest()
        kept = {printable(path) for path in copying.copied}
        # What is amiss with the bag itself, and what was left out on purpose, has been said.
        wrong = [one for one in verdict.findings if one.severity is Severity.ERROR and one.file in kept]
        wrong = [one for one in wrong if one.code not in _NOT_ABOUT_BYTES]
        if not wrong and there == len(copying.copied):
            return []
        return [_not_read_back(self._destination, len(wrong)), *wrong]

    def _refused(self, error: OSError) -> ExtractResult:
        name = printable(str(self._destination))
        if os.path.lexists(self._destination):  # the last fsync, of the folder it was published in, failed
            state = f"{name} stands whole, but it is not sure that it outlives a power cut"
        else:
            state = f"{name} was not made"
        verdict = self._verdict or verify_bag(self._bag, "complete")
        return self._failed(verdict, (disk_fault(error, self._destination.parent, state),))

    def _failed(self, verdict: BagVerdict, findings: tuple[Finding, ...] | list[Finding]) -> ExtractResult:
        return ExtractResult(
            verdict=_with(verdict, findings), destination=self._destination, status="failed", files=0, bytes=0
        )


class _Part:
    """Half of the progress: never passes its whole, and reaches it at the end."""

    def __init__(self, tell: Callable[[int], None], whole: int) -> None:
        self._tell = tell
        self._left = whole

    def more(self, count: int) -> None:
        count = min(count, self._left)
        self._left -= count
        self._tell(count)

    def rest(self) -> None:
        self.more(self._left)


def _parts(progress: StepProgress, total: int) -> tuple[_Part, _Part]:
    return _Part(progress.advance, total), _Part(progress.advance, total)


def _with(verdict: BagVerdict, findings: tuple[Finding, ...] | list[Finding]) -> BagVerdict:
    return replace(verdict, findings=(*verdict.findings, *findings))


def _not_read_back(destination: Path, count: int) -> Finding:
    name = printable(str(destination))
    return Finding(
        severity=Severity.ERROR,
        code="extract-not-read-back",
        file=None,
        message=f"What was copied for {name} did not read back as it was written ({count} findings); "
        "nothing was put there.",
        fix="Check the destination's disk, and run the same command again.",
    )
