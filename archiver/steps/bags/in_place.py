"""A bag made of a folder where it stands: the folder becomes the payload, by renames alone.

Every file is hashed in one read and none is copied, moved by itself or written. Killed at any moment there is the old
folder, or the whole bag, or, between two renames, the whole bag under a name beside it, which the next run puts right.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from archiver.errors import ItemError, UsageError
from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import is_utf8, printable
from archiver.steps.bags.copying import copy_documents
from archiver.steps.bags.labels import bag_labels, recomputed
from archiver.steps.bags.making import BagResult, BagSettings, with_profiles
from archiver.steps.bags.source import BagSource, look_at
from archiver.steps.disk_faults import disk_fault
from archiver.steps.progress import StepProgress, capped
from archiver.storage import in_place
from archiver.storage.bag_checks.folder import FolderBag
from archiver.storage.bag_reader import verify_bag
from archiver.storage.bag_tags import tag_files
from archiver.storage.composed_bag import ComposedBag
from archiver.storage.durable import AlreadyPublishedError, discard
from archiver.storage.locked_folder import only_one
from archiver.storage.second_opinion import cross_check
from archiver.storage.source_files import Progress, ReadDocument, pass_document


def make_bag_in_place(settings: BagSettings, progress: StepProgress) -> BagResult:
    """Make a folder a bag where it stands, or finish a run that was cut off; what is against it is a finding.

    Args:
        settings: ``source`` is the folder, and ``destination`` the same.
        progress: told of bytes read.

    Raises:
        UsageError: there is no such folder, or it cannot or must not be moved.
    """
    folder = Path(os.path.realpath(settings.source))
    if in_place.is_cut_off(folder):
        return _finished(settings, folder)
    _check(settings.source, folder)
    with only_one(folder):
        return _InPlace(settings, folder).run(progress)


class _InPlace:
    def __init__(self, settings: BagSettings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._times: dict[str, int] = {}
        self._seen: dict[str, ReadDocument] = {}

    def run(self, progress: StepProgress) -> BagResult:
        in_place.clear(self._folder)
        source = look_at(
            self._folder, keep_empty_folders=False, exclude_system_files=False, portable=self._settings.portable
        )
        findings = [*self._settings.profile_findings, *recomputed(self._settings.labels)]
        findings += [_stays(one) if one.code == "empty-folder" else one for one in source.findings]
        self._settings, found = with_profiles(self._settings, source)
        findings += found
        made, opinion = False, None
        if not any(finding.severity is Severity.ERROR for finding in findings):
            progress.begin(source.bytes)
            try:
                self._make(source, capped(progress, source.bytes))
                made = True
            except ItemError as error:
                findings += error.findings
            except AlreadyPublishedError as error:
                raise UsageError(str(error)) from error
            except OSError as error:
                findings.append(_refused(error, self._settings.source, self._folder))
        if made and self._settings.cross_check:
            opinion, found = self._cross_checked()
            findings += found
        return BagResult(
            path=self._settings.source,
            status="bagged" if made else "failed",
            files=len(source.documents),
            bytes=source.bytes,
            algorithms=self._settings.configuration.algorithms,
            findings=tuple(findings),
            second_opinion=opinion,
        )

    def _make(self, source: BagSource, progress: Progress) -> None:
        """Hash, prepare the bag beside the folder, prove it, and exchange the two."""
        algorithms = self._settings.configuration.algorithms
        copy_documents(self._folder, (one.path for one in source.documents), lambda path: self._read(path, progress))
        labels = bag_labels(self._settings.labels, self._settings.configuration, self._settings.now, source.bytes)
        tags = tag_files(self._seen, algorithms, labels)
        bag = in_place.beside(self._folder)
        try:
            in_place.prepare(self._folder, tags)
            self._prove(bag)
            self._check_unchanged(source)
            in_place.exchange(self._folder)
        finally:
            if not os.path.lexists(bag / "data"):
                discard(bag)

    def _cross_checked(self) -> tuple[str, tuple[Finding, ...]]:
        """Ask bagit-python, which can look at a bag only where it stands."""
        opinion = cross_check(self._folder)
        found = (_disputed(opinion.tool, opinion.detail),) if opinion.outcome == "invalid" else ()
        return f"{opinion.tool}: {opinion.outcome}", found

    def _read(self, path: str, progress: Progress) -> None:
        def begin(status: os.stat_result) -> None:
            self._times[path] = status.st_mtime_ns

        algorithms = self._settings.configuration.algorithms
        self._seen[path] = pass_document(self._folder, path, algorithms, begin, lambda _: None, progress)

    def _prove(self, bag: Path) -> None:
        """Read the tag files back, as those of the bag that this folder is about to be."""
        with FolderBag(self._folder) as payload:
            verdict = verify_bag(
                bag,
                "fast",
                profiles=self._settings.profiles,
                wrap=lambda tags: ComposedBag(tags, payload, prefix=PAYLOAD_PREFIX),
            )
        wrong = [finding for finding in verdict.findings if finding.severity is Severity.ERROR]
        if wrong:
            raise ItemError((_not_proven(len(wrong)), *wrong))

    def _check_unchanged(self, source: BagSource) -> None:
        """Look once more: names, sizes and times must be those of what was hashed."""
        with FolderBag(self._folder) as folder:
            now = folder.listing()
        expected = {(one.path, one.size) for one in source.documents}
        changed = {path for path, _ in expected ^ set(now.files.items())} | now.blocked
        for path, modified in self._times.items():
            try:
                if (self._folder / path).lstat().st_mtime_ns != modified:
                    changed.add(path)
            except OSError:
                changed.add(path)
        if changed:
            raise ItemError(tuple(map(_changed, sorted(changed))))


def _finished(settings: BagSettings, folder: Path) -> BagResult:
    """Take the last rename of a run that was cut off, and verify the bag."""
    with only_one(in_place.beside(folder)):
        try:
            in_place.finish(folder)
        except AlreadyPublishedError as error:
            raise UsageError(str(error)) from error
        verdict = verify_bag(folder)
    faulty = any(finding.severity is Severity.ERROR for finding in verdict.findings)
    return BagResult(
        path=settings.source,
        status="failed" if faulty else "bagged",
        files=verdict.files,
        bytes=verdict.bytes,
        algorithms=verdict.algorithms,
        findings=(_was_cut_off(settings.source), *verdict.findings),
    )


def _check(source: Path, folder: Path) -> None:
    shown = printable(str(source))
    reason = _why_not(source, folder)
    if reason:
        raise UsageError(f"{shown} cannot be made a bag in place: {reason}")
    if not is_utf8(str(folder)):
        raise UsageError(f"the name {shown} is not UTF-8, which the tools that check bags need: rename it")
    if os.path.lexists(folder / "bagit.txt"):
        raise UsageError(f"{shown} is a bag already: `archiver bag update` makes its manifests anew")


def _why_not(source: Path, folder: Path) -> str | None:
    if source.is_symlink():
        return "it is a symbolic link; name the folder that it leads to"
    if not os.path.lexists(source):
        return "there is no such folder"
    if not folder.is_dir():
        return "it is no folder"
    if os.path.ismount(folder):
        return "another disk is mounted there; name a folder below it, or a destination"
    if not os.access(folder, os.W_OK) or not os.access(folder.parent, os.W_OK | os.X_OK):
        return "you may not move it; write permission on it and on the folder above it is needed, or a destination"
    return None


# ---------------------------------------------------------------------- findings


def _stays(finding: Finding) -> Finding:
    return replace(
        finding,
        message=f"The folder {finding.file} is empty; it stays in data/, but a bag lists files only, so that nobody "
        "will notice when it is gone.",
        fix="Put a short note in it before bagging if its being there means something.",
    )


def _changed(path: str) -> Finding:
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="file-changed-while-read",
        file=name,
        message=f"{name} was written, made or removed while the folder was read; the folder is as it was.",
        fix="Wait until whatever writes to it is done, and run the same command again.",
    )


def _not_proven(count: int) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="package-not-read-back",
        file=None,
        message=f"The tag files did not read back as those of this folder ({count} findings); the folder is as it was.",
        fix="Check the disk, and run the same command again.",
    )


def _disputed(tool: str, detail: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="cross-check-disagrees",
        file=None,
        message=f"{tool} does not accept the bag, in which no error was found here: {detail}",
        fix="Look at what it names, and report the disagreement to the makers of the program that is wrong.",
    )


def _was_cut_off(source: Path) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="bag-in-place-finished",
        file=None,
        message=f"An earlier run on {printable(str(source))} had been cut off before its last step, which was taken "
        "now; the bag was verified.",
        fix="Nothing to do.",
    )


def _refused(error: OSError, source: Path, folder: Path) -> Finding:
    name = printable(str(source))
    if os.path.lexists(folder / "bagit.txt"):
        state = f"{name} is a whole bag, but it is not sure that it outlives a power cut"
    elif os.path.lexists(folder):
        state = f"{name} is as it was"
    else:
        state = f"{name} lies whole in {printable(str(in_place.beside(folder)))}, and the same command finishes the bag"
    return disk_fault(error, folder.parent, state)
