"""A plain bag inside a tar, tar.gz or zip file: what its file is called, and how it is written and read back.

The payload goes straight into the archive (docs/adr/0009); the source is never written to.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.execution.cores import usable_cores
from archiver.model import Finding, Severity
from archiver.standards.bagit import unsafe_reason
from archiver.standards.names import printable
from archiver.steps.bags.copying import copy_documents
from archiver.steps.bags.labels import bag_labels
from archiver.steps.publishing import Proof, read_back
from archiver.storage.bag_reader import bytes_to_read
from archiver.storage.second_opinion import judge
from archiver.storage.serialized.archive import SERIALIZATIONS, Serialization, split_extension
from archiver.storage.serialized.bag_archive import ArchivePlan, BagArchive
from archiver.storage.source_files import OpenFolder, Progress

if TYPE_CHECKING:
    from archiver.steps.bags.making import BagSettings
    from archiver.steps.bags.source import BagSource


def archive_destination(destination: Path, asked: str | None) -> tuple[Path, Serialization | None]:
    """Return the file that a bag is written into, and its format; None of a bag that is to be a folder.

    Args:
        destination: as the user gave it; gets the extension of the format when it has none.
        asked: the format, or None where the extension alone decides.

    Raises:
        UsageError: the extension is another format's, there is no such format, or the name cannot be a folder's.
    """
    stem, form = split_extension(destination.name)
    shown = printable(str(destination))
    if asked is None and form is None:
        return destination, None
    if asked is not None and asked not in SERIALIZATIONS:
        raise UsageError(f"there is no serialization {printable(asked)!r}: use {', '.join(SERIALIZATIONS)}")
    if asked is not None and form not in {None, asked}:
        raise UsageError(f"{shown} is named as a {form} file, and {asked} was asked for: change one of them")
    chosen = form or next(one for one in SERIALIZATIONS if one == asked)
    if not stem or stem in {".", ".."} or unsafe_reason(f"{stem}/bagit.txt"):
        reason = unsafe_reason(f"{stem}/bagit.txt") if stem else "is nothing but an extension"
        raise UsageError(
            f"the folder in the archive is to be called as the archive, but {printable(stem)!r} {reason}: "
            "give the archive another name"
        )
    return (destination if form else destination.with_name(f"{stem}.{chosen}")), chosen


def write_archive(settings: BagSettings, source: BagSource, staged: Path, progress: Progress) -> Proof:
    """Write a bag into the new file ``staged`` and read it back whole.

    Args:
        settings: of the bag; its serialization is the archive's format.
        source: what goes in.
        staged: does not exist; named as it will be called in the end.
        progress: told of each byte twice: when it is copied, and when it is read back.

    Raises:
        ItemError: a document cannot be read, or what was read back is not what was written.
        OSError: the disk refused.
    """
    payload = source.payload
    plan = ArchivePlan(
        form=settings.serialization or "tar",
        folder=split_extension(staged.name)[0],
        payload={path: payload[path] for path in sorted(payload, key=str.encode)},
        algorithms=settings.configuration.algorithms,
        bag_info=bag_labels(settings.labels, settings.configuration, settings.now, source.bytes),
        # As fine as Bagging-Date: two runs on one day give the same bytes, as they do in a folder.
        modified=int(datetime.combine(settings.now.date(), time(), UTC).timestamp()),
        threads=usable_cores(),
    )
    made = frozenset(source.kept_files)
    with BagArchive(staged, plan) as archive, OpenFolder(settings.source) as folder:

        def copy(path: str) -> None:
            if path in made:
                archive.add_empty(path)
            else:
                archive.copy(folder, path, progress)

        copy_documents(settings.source, plan.payload, copy)
        archive.seal()
    name = printable(staged.name)
    if plan.form == "tar.gz":  # which is read back by bytes of the file, and not of its content
        progress = _scaled(progress, bytes_to_read(staged), source.bytes)
    read_back(staged, name, settings.profiles, progress)
    return Proof(opinion=f"{judge()}: not-run", findings=(_not_asked(name),)) if settings.cross_check else Proof()


def _scaled(progress: Progress, told: int, total: int) -> Progress:
    """Return a listener to ``told`` bytes, many or few, that speaks of ``total``: a compressed file has others."""
    heard = passed = 0

    def advance(count: int) -> None:
        nonlocal heard, passed
        heard += count
        now = total * min(heard, told) // max(told, 1)
        progress(now - passed)
        passed = now

    return advance


def _not_asked(name: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="second-opinion-not-run",
        file=name,
        message=f"{judge()} was not asked about {name}: it reads bags as folders only.",
        fix="Nothing has to be done; to hear it all the same, unpack a copy and run `archiver verify --cross-check`.",
    )
