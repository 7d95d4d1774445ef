"""A damaged bag, a folder, is repaired from copies: tag files by its tag manifests, then the payload by its manifests.

As for packages of a store: put together beside it, verified whole, and only then in its place, in one step. What was
damaged is kept beside it, in a hidden folder. A bag whose tag manifests are damaged themselves is not repaired.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import printable
from archiver.steps.program import PROGRAM
from archiver.steps.repair import results as words
from archiver.steps.repair.rebuilding import Replaced
from archiver.steps.repair.results import Repair
from archiver.storage.bag_checks.report import Report
from archiver.storage.bag_checks.tag_files import open_bag
from archiver.storage.bag_reader import opened_container, verify_bag
from archiver.storage.copies.contract import Copies, Wanted
from archiver.storage.copies.copying import CopiesUnreadableError, copy_verified, take_offers
from archiver.storage.durable import fsync_folders, staging_area
from archiver.storage.kept_damage import keep_damage, mark_done
from archiver.storage.locked_folder import only_one
from archiver.storage.stores.tree import open_tree
from archiver.storage.swapping import swap

if TYPE_CHECKING:
    from archiver.storage.bag_checks.container import BagContainer

QUARANTINE = ".archiver-quarantine"
"""Folder beside a bag that keeps what was damaged in it; hidden, so that nobody takes it for a bag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BagRepair:
    """What is asked for."""

    bag: Path
    sources: Sequence[Copies]
    dry_run: bool
    now: datetime


def bag_identifier(bag: Path) -> str | None:
    """Return what a bag that may be damaged calls itself; None where it does not say, or says it twice."""
    try:
        with opened_container(bag, "complete", None) as (container, _):
            info = open_bag(container, container.listing(), Report(), None).info
    except OSError:
        return None
    said = info.values("External-Identifier") if info else ()
    return said[0] if len(said) == 1 else None


def repair_bag(asked: BagRepair) -> Repair:
    """Repair one bag.

    Returns:
        What became of it.

    Raises:
        OSError: the disk refused; the bag is as it was.
        UsageError: another run is at work on it.
    """
    repair = Repair(package=str(asked.bag), path=str(asked.bag))
    with only_one(asked.bag):
        if verify_bag(asked.bag).valid:
            repair.status = "sound"
            return repair
        with staging_area(asked.bag.parent) as staging:
            _repaired(asked, repair, staging / "bag")
    return repair


def _repaired(asked: BagRepair, repair: Repair, staged: Path) -> None:
    staged.mkdir()
    _put_together(asked, repair, staged)
    if repair.lacking:
        locations = [source.location for source in asked.sources]
        repair.findings += [words.file_lacking(file, sources=locations, parity=False) for file in repair.lacking]
        return
    fsync_folders(staged)
    verdict = verify_bag(staged)
    if not verdict.valid:
        cause = verdict.findings[0].message if verdict.findings else "its check did not say why."
        repair.findings.append(words.not_whole(str(asked.bag), cause))
    elif asked.dry_run:
        repair.status = "planned"
    else:
        _end(asked, repair, staged)


def _put_together(asked: BagRepair, repair: Repair, staged: Path) -> None:
    """Stage what is good, and what copies have in the place of what is not."""
    kept: set[str] = set()
    with opened_container(asked.bag, "complete", None) as (container, _):
        listing = container.listing()
        there = set(listing.files)
        _carry_on(asked.bag, container, staged, kept, [path for path in there if _is_tag_manifest(path)])
        named = _fill(asked, repair, container, staged, kept, payload=False)
        # Tag files that no tag manifest names are allowed (RFC 8493 section 2.2.4), and nothing says what they were.
        others = [path for path in there - kept - named if not path.startswith(PAYLOAD_PREFIX)]
        _carry_on(asked.bag, container, staged, kept, others)
        _fill(asked, repair, container, staged, kept, payload=True)
    replaced = {one.file for one in repair.replaced}
    repair.removed = sorted((there | listing.blocked) - kept - replaced - set(repair.lacking))


def _is_tag_manifest(path: str) -> bool:
    return path.startswith("tagmanifest-") and "/" not in path


def _carry_on(bag: Path, container: BagContainer, staged: Path, kept: set[str], paths: Sequence[str]) -> None:
    """Stage files as they are."""
    for path in paths:
        if _copied(bag, container, staged, Wanted(path=path, logical=(), digests={})):
            kept.add(path)


def _copied(bag: Path, container: BagContainer, staged: Path, wanted: Wanted) -> bool:
    """Stage a file of the bag if it is good, with the time it was modified."""
    place = _place(staged, wanted.path)
    if not copy_verified(partial(container.read, wanted.path), place, wanted):
        return False
    with contextlib.suppress(OSError):
        modified = (bag / os.fsdecode(wanted.path.encode("utf-8", "surrogateescape"))).lstat().st_mtime_ns
        os.utime(place, ns=(modified, modified))
    return True


def _fill(
    asked: BagRepair, repair: Repair, container: BagContainer, staged: Path, kept: set[str], *, payload: bool
) -> set[str]:
    """Stage the files that the staged manifests name, of the tag files or of the payload; return their paths."""
    named = _named(staged, payload=payload)
    there = container.listing().files
    left = {one.path: one for one in named if one.path not in kept}
    for path, one in list(left.items()):
        if path in there and _copied(asked.bag, container, staged, one):
            kept.add(path)
            del left[path]
    for source in asked.sources:
        try:
            for offer in take_offers(source, list(left.values()), lambda one: _place(staged, one.path)):
                del left[offer.wanted.path]
                repair.replaced.append(Replaced(file=offer.wanted.path, source=source.location))
        except CopiesUnreadableError as error:
            repair.findings.append(words.copies_unreadable(source.location, str(error)))
    repair.lacking += sorted(left)
    return {one.path for one in named}


def _named(staged: Path, *, payload: bool) -> list[Wanted]:
    """Return what the manifests of a staged bag name, with every digest they state."""
    with opened_container(staged, "complete", None) as (container, _):
        bag = open_bag(container, container.listing(), Report(), None)
    digests: dict[str, dict[str, str]] = {}
    for manifest in bag.group(payload=payload):
        for path, digest in manifest.entries.items():
            if manifest.hash_name:
                digests.setdefault(path, {})[manifest.hash_name] = digest.hex()
    return [Wanted(path=path, logical=(path,), digests=stated) for path, stated in digests.items()]


def _end(asked: BagRepair, repair: Repair, staged: Path) -> None:
    """Keep what was damaged, and put the bag in its place."""
    damaged = [*(one.file for one in repair.replaced), *repair.removed]
    note = {
        "identifier": asked.bag.name,
        "from": sorted({one.source for one in repair.replaced}),
        "files": [printable(file) for file in damaged],
        "program": PROGRAM,
        "time": f"{asked.now:%Y-%m-%dT%H:%M:%SZ}",
    }
    folder = asked.bag.parent
    quarantine = keep_damage(folder / QUARANTINE, open_tree(str(folder)), asked.bag.name, damaged, note, asked.now)
    swap(staged, asked.bag, at_once=True)  # nobody would end steps that were cut off here
    mark_done(quarantine)
    repair.status, repair.quarantine = "repaired", str(quarantine)


def _place(folder: Path, path: str) -> Path:
    place = folder / os.fsdecode(path.encode("utf-8", "surrogateescape"))
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
