"""A plain bag as a folder: copied into staging, sealed, read back, published; gone on with where a run was killed.

What an earlier run copied counts only as far as its journal, the source and the staged files agree, and only until the
finished bag is read back: a copy that is not what its journal says is made again. Copies of this run were read back
when they were made. The source is never written to.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import ItemError
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import printable
from archiver.steps.bags.labels import bag_labels
from archiver.steps.bags.payload_copy import Took, copy_payload
from archiver.steps.bags.space import check_space
from archiver.steps.publishing import Proof, cross_checked, read_back_rest
from archiver.storage.bag_writer import BagWriter
from archiver.storage.durable import FOLDER, discard, publish
from archiver.storage.payload_copying import CopiedFile, CopyJob
from archiver.storage.resuming.area import ResumableArea, resumable_area
from archiver.storage.resuming.earlier import still_there
from archiver.storage.resuming.journal import JOURNAL, Journal, JournalError, read_journal
from archiver.storage.source_files import Progress

if TYPE_CHECKING:
    from archiver.steps.bags.making import BagSettings
    from archiver.steps.bags.source import BagSource

_NEW_JOURNAL = f"{JOURNAL}.new"

Say = Callable[[str], None]
"""Given a sentence for the user, at once."""


def make_folder_bag(settings: BagSettings, source: BagSource, progress: Progress, say: Say) -> Proof:
    """Make and publish one bag, going on where an earlier run was killed.

    Args:
        settings: of the bag.
        source: what goes in.
        progress: told of each byte twice: when it is copied, or was already, and when it is read back.
        say: told when an earlier run is gone on with.

    Raises:
        ItemError: a document cannot be read, or what was read back is not what was written.
        UsageError: another run is making the same bag.
        OSError: the disk refused.
    """
    with resumable_area(settings.destination) as area:
        work = _FolderWork(settings=settings, source=source, root=area.folder / "bag", progress=progress)
        _begin(work, area, say)
        check_space(settings, source, sum(copy.size for copy in work.kept.values()))
        area.outlives_errors = False
        try:
            _copy_with_journal(work, area)
            proof = work.prove()
        except KeyboardInterrupt:
            if area.outlives_interrupts:
                say(f"What was copied is kept in {printable(str(area.folder))} for the same command to go on with.")
            raise
        publish(work.root, settings.destination)
    return proof


def fill_folder(settings: BagSettings, source: BagSource, root: Path, progress: Progress) -> Proof:
    """Copy, seal and prove one bag; a kill loses it.

    Args:
        settings: of the bag.
        source: what goes in.
        root: does not exist.
        progress: told of each byte copied and read back.

    Raises:
        ItemError: a document cannot be read, or what was read back is not what was written.
        OSError: the disk refused.
    """
    root.mkdir()
    work = _FolderWork(settings=settings, source=source, root=root, progress=progress)
    work.copy(work.writer.took)
    return work.prove()


@dataclass(slots=True, kw_only=True)
class _FolderWork:
    """One bag in the making."""

    settings: BagSettings
    source: BagSource
    root: Path
    progress: Progress
    kept: dict[str, CopiedFile] = field(default_factory=dict)
    """Copies of an earlier run that need not be made again."""

    writer: BagWriter = field(init=False)
    job: CopyJob = field(init=False)

    def __post_init__(self) -> None:
        algorithms = self.settings.configuration.algorithms
        self.writer = BagWriter(root=self.root, algorithms=algorithms, keep_times=True)
        self.job = CopyJob(
            source=str(self.settings.source.absolute()),  # a worker has another working folder
            target=str(self.root.absolute() / "data"),
            algorithms=tuple(algorithms),
            keep_times=True,
        )

    def copy(self, took: Took) -> None:
        """Copy what is not there yet, and seal the bag."""
        self.writer.took(self.kept.items())
        self.progress(sum(copy.size for copy in self.kept.values()))
        copy_payload(self.job, [one for one in self.source.documents if one.path not in self.kept], took, self.progress)
        for path in self.source.kept_files:
            self.writer.write(path, [])
        self._seal()

    def prove(self) -> Proof:
        """Read back what no copying has; what an earlier run copied and is not sound is copied anew, once."""
        name = printable(str(self.settings.destination))
        rest = {f"{PAYLOAD_PREFIX}{path}" for path in (*self.kept, *self.source.kept_files)}
        try:
            read_back_rest(self.root, name, self.settings.profiles, self.progress, payload=rest)
        except ItemError as error:
            named = {finding.file for finding in error.findings}
            unsound = {path for path in self.kept if printable(f"{PAYLOAD_PREFIX}{path}") in named}
            if not unsound:
                raise
            self._copy_again(unsound)
            read_back_rest(self.root, name, self.settings.profiles, self.progress, payload=rest)
        return cross_checked(self.root, name) if self.settings.cross_check else Proof()

    def drop_tag_files(self) -> None:
        """Take away everything but the payload."""
        for entry in self.root.iterdir():
            if entry.name != "data":
                discard(entry)

    def _copy_again(self, paths: set[str]) -> None:
        self.drop_tag_files()
        for path in paths:
            with suppress(FileNotFoundError):
                (self.root / "data" / path).unlink()
        documents = [one for one in self.source.documents if one.path in paths]
        copy_payload(self.job, documents, self.writer.took, self.progress)
        self._seal()

    def _seal(self) -> None:
        octets = sum(seen.size for seen in self.writer.payload.values())
        self.writer.seal(bag_labels(self.settings.labels, self.settings.configuration, self.settings.now, octets))


def _begin(work: _FolderWork, area: ResumableArea, say: Say) -> None:
    """Take over what there is of an earlier run, or begin at nothing."""
    if not work.settings.start_over and os.path.lexists(area.folder / JOURNAL):
        try:
            work.kept = _earlier(work, area)
        except (JournalError, OSError):
            say("An earlier run for this destination was for another bag, or left no sound journal: starting over.")
    if work.kept:
        total = len(work.source.documents)
        say(f"Going on from an earlier run: {len(work.kept):,} of {total:,} files are there already.")
        work.drop_tag_files()
        discard(area.folder / _NEW_JOURNAL)
    else:
        area.outlives_errors = False
        area.clear()
        (work.root / "data").mkdir(parents=True)


def _earlier(work: _FolderWork, area: ResumableArea) -> dict[str, CopiedFile]:
    os.close(os.open(work.root, FOLDER))  # a link would lead elsewhere
    digest_size = sum(hashlib.new(one, usedforsecurity=False).digest_size for one in work.job.algorithms)
    noted = read_journal(area.folder / JOURNAL, _key(work), digest_size)
    return still_there(work.job, noted, {document.path for document in work.source.documents})


def _key(work: _FolderWork) -> dict[str, object]:
    """Return what must be the same for a run to go on where another was killed."""
    place = os.path.realpath(work.job.source)
    return {
        "journal": 1,
        "source": os.fsencode(place).hex(),  # whatever its bytes are
        "inode": os.stat(place).st_ino,  # noqa: PTH116 - of what realpath found
        "algorithms": list(work.job.algorithms),
    }


def _copy_with_journal(work: _FolderWork, area: ResumableArea) -> None:
    area.outlives_interrupts = bool(work.kept)
    with Journal(area.folder / (_NEW_JOURNAL if work.kept else JOURNAL), _key(work)) as journal:
        if work.kept:
            journal.add(list(work.kept.items()))
            journal.replace(area.folder / JOURNAL)

        def took(copies: Sequence[tuple[str, CopiedFile]]) -> None:
            journal.add(copies)
            work.writer.took(copies)
            area.outlives_interrupts = True

        work.copy(took)
