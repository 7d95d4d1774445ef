"""A bag's tag files made anew after its payload changed, or with other algorithms: the payload itself is not touched.

Changed and damaged look alike. So what differs from the manifests is an error until whoever runs this says that it was
changed on purpose. What is put in place is a whole set of tag files, and a run that is cut off is finished by the next.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from archiver.errors import UsageError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.steps.bags.labels import recomputed
from archiver.steps.bags.revision import Revision, UpdateSettings, revise
from archiver.steps.bags.update_findings import finished, kept_unlisted, not_read_back
from archiver.steps.disk_faults import disk_fault
from archiver.steps.places import why_absent
from archiver.steps.progress import StepProgress, capped
from archiver.steps.results import finding_json
from archiver.storage.archives.opening import is_archive
from archiver.storage.bag_checks.folder import FolderBag
from archiver.storage.bag_checks.unfinished import UPDATE_FOLDER
from archiver.storage.bag_reader import bytes_to_read, verify_bag
from archiver.storage.bag_update import apply, finish, is_unfinished, is_work, stage
from archiver.storage.composed_bag import ComposedBag
from archiver.storage.durable import STAGING_NAME, staging_area
from archiver.storage.locked_folder import only_one
from archiver.storage.revised_tags import can_be_listed

_HOLES = frozenset({"bag-file-not-fetched", "bag-oxum-mismatch"})
"""Errors that a bag with files still to be fetched has, and keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateResult:
    """What came of it."""

    path: Path
    status: Literal["updated", "current", "failed"]
    """``current``: nothing was to be done."""

    files: int
    """Payload files that are there."""

    bytes: int
    algorithms: tuple[str, ...]
    """Of the payload manifests, after it; as in hashlib."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Paths from the bag's root of what differs from the manifests that were there before."""

    findings: tuple[Finding, ...]


def update_bag(settings: UpdateSettings, progress: StepProgress) -> UpdateResult:
    """Make a bag's manifests and its other tag files anew, where anything differs or is asked for.

    Args:
        settings: the bag, and what to do.
        progress: told of bytes read.

    Raises:
        UsageError: the bag is no folder, another run is at work on it, or an algorithm to drop is not there.
    """
    bag, shown = settings.bag, printable(str(settings.bag))
    if not os.path.lexists(bag):
        raise UsageError(f"there is no bag {shown}: {why_absent(bag) or 'name the folder of a bag'}")
    if is_archive(bag) or not bag.is_dir():
        raise UsageError(f"{shown} is no folder: only a bag that is a folder can be updated")
    with only_one(bag):
        try:
            return _Update(settings).run(progress)
        except OSError as error:
            return _refused(settings, error)


def update_json(result: UpdateResult) -> dict[str, Any]:
    """Return one result as ``archiver bag update --json`` prints it."""
    return {
        "path": printable(str(result.path)),
        "status": result.status,
        "files": result.files,
        "bytes": result.bytes,
        "algorithms": list(result.algorithms),
        "added": [printable(path) for path in result.added],
        "changed": [printable(path) for path in result.changed],
        "removed": [printable(path) for path in result.removed],
        "findings": [finding_json(finding) for finding in result.findings],
    }


class _Update:
    def __init__(self, settings: UpdateSettings) -> None:
        self._settings = settings
        self._bag = settings.bag
        self._findings = list(recomputed(settings.labels))

    def run(self, progress: StepProgress) -> UpdateResult:
        self._clear_up()
        progress.begin(total := bytes_to_read(self._bag))
        with FolderBag(self._bag) as container:
            if not container.has("bagit.txt"):
                return _failed(self._settings, verify_bag(self._bag, "fast").findings)
            revision = revise(container, self._settings, capped(progress, total))
            self._findings += revision.findings
            result = self._result(revision)
            if result.status != "updated":
                return result
            if found := self._put(container, revision):
                return replace(result, status="failed", findings=(*result.findings, *found))
        return result

    def _clear_up(self) -> None:
        """Finish an update that was cut off, and remove what one left that had not been decided."""
        unfinished = is_unfinished(self._bag)
        if unfinished or os.path.lexists(self._bag / STAGING_NAME):
            with staging_area(self._bag) as staging:
                if unfinished:
                    finish(self._bag, staging)
                    self._findings.append(finished())

    def _result(self, revision: Revision) -> UpdateResult:
        errors = any(finding.severity is Severity.ERROR for finding in self._findings)
        status: Literal["updated", "current", "failed"] = "updated" if revision.tags else "current"
        found = list(self._findings)
        if revision.tags:
            found += [kept_unlisted(path) for path in revision.kept if not can_be_listed(path)]
        return UpdateResult(
            path=self._bag,
            status="failed" if errors else status,
            files=revision.files,
            bytes=revision.bytes,
            algorithms=revision.algorithms,
            added=revision.added,
            changed=revision.changed,
            removed=revision.removed,
            findings=tuple(found),
        )

    def _put(self, container: FolderBag, revision: Revision) -> Sequence[Finding]:
        """Stage the new tag files, read them back as part of the bag, and put them in place; or say why not."""
        with staging_area(self._bag) as staging:
            staged = stage(staging, revision.tags, revision.gone)
            going = {*revision.gone, *revision.tags}
            with FolderBag(staged) as tags:
                verdict = verify_bag(
                    self._bag,
                    "fast",
                    wrap=lambda _: ComposedBag(tags, container, hidden=lambda path: path in going or is_work(path)),
                )
            holes: Collection[str] = _HOLES if revision.unfetched else ()
            wrong = [one for one in verdict.findings if one.severity is Severity.ERROR and one.code not in holes]
            if wrong:
                return [not_read_back(len(wrong)), *wrong]
            apply(self._bag, staged, staging)
        return ()


def _refused(settings: UpdateSettings, error: OSError) -> UpdateResult:
    name = printable(str(settings.bag))
    if os.path.lexists(settings.bag / UPDATE_FOLDER):
        state = f"{name} is between its old and its new tag files, and the same command finishes it"
    else:
        state = f"{name} was not updated"
    return _failed(settings, (disk_fault(error, settings.bag, state),))


def _failed(settings: UpdateSettings, findings: Sequence[Finding]) -> UpdateResult:
    return UpdateResult(path=settings.bag, status="failed", files=0, bytes=0, algorithms=(), findings=tuple(findings))
