"""Build a package for each item of a source folder: describe, identify, render, pack, verify, publish.

A failure on one item is a finding on that item; the batch goes on. Nothing is written but below the destination.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from archiver.config import Configuration
from archiver.describe import Metadata, read_metadata
from archiver.errors import ItemError, MissingProgramError, StorageError, UsageError
from archiver.model import Finding, RenderRequest, RenderResult, Severity, SourceItem
from archiver.render.fonts import installed_fonts
from archiver.standards.names import is_utf8, printable
from archiver.steps import naming
from archiver.steps.item_build import ItemBuild
from archiver.steps.item_place import ItemPlace
from archiver.steps.planning import plan_item
from archiver.steps.rendering import RenderPool, RenderTicket
from archiver.steps.results import ItemResult
from archiver.storage.durable import explain, staging_area
from archiver.storage.existing_packages import ExistingPackage, existing_packages
from archiver.storage.scan import Bundle, Scan, scan_source

_WINDOW_DOCUMENTS = 8
"""Documents a worker may have waiting: enough to keep it busy, few enough to bound memory."""

_WINDOW_BYTES = 64 << 20


class BuildProgress(Protocol):
    """Hears how far a build is. Called from one thread."""

    def begin(self, total: int) -> None:
        """``total`` bytes of documents lie ahead."""

    def advance(self, count: int) -> None:
        """``count`` more bytes are done; the sum never exceeds the total."""

    def item(self, name: str) -> None:
        """Work on this item begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """Everything a build needs to know; the clock comes in as ``now``."""

    source: Path
    metadata: Path | None
    destination: Path
    configuration: Configuration
    now: datetime
    """Aware, UTC, whole seconds: the time of every event of this run."""

    operator: str | None = None
    """The person responsible, for PREMIS."""

    bundle: Bundle = "item"
    shard: tuple[int, int] | None = None
    """(I, N): build the items whose place in the list, from 0, is I - 1 modulo N."""

    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRun:
    """A build about to run: what was seen before the first item."""

    findings: tuple[Finding, ...]
    """About the source and the metadata folder as wholes."""

    items: int
    bytes: int
    results: Iterator[ItemResult]
    """One an item, in the order of the source; the work is done while this is read."""


def build(settings: BuildSettings, progress: BuildProgress) -> BuildRun:
    """Prepare a build; its results are made as they are asked for.

    Raises:
        UsageError: the source or the metadata folder is not there, or the destination lies inside one of them.
    """
    _check_places(settings)
    scan = scan_source(settings.source, settings.bundle)
    known = [
        path for item in scan.items for path in (item.path, *(document.path for document in item.documents)) if path
    ]
    metadata = read_metadata(settings.metadata, known)
    items = _sharded(scan, settings.shard)
    total = sum(document.size for item in items for document in item.documents)
    findings = (*scan.findings, *_without_repeats(metadata.findings), *metadata.unmatched(known))
    return BuildRun(
        findings=(*findings, *_unnamed_archive(settings.configuration)),
        items=len(items),
        bytes=total,
        results=_run(settings, scan, items, metadata, progress, total),
    )


def _check_places(settings: BuildSettings) -> None:
    out = settings.destination.resolve()
    for name, folder in (("source", settings.source), ("metadata folder", settings.metadata)):
        if folder is not None and (out == folder.resolve() or folder.resolve() in out.parents):
            raise UsageError(
                f"the destination {settings.destination} lies inside the {name} {folder}, which is never written to: "
                "name another place with --out"
            )
    if settings.metadata is not None and not settings.metadata.is_dir():
        raise UsageError(f"there is no metadata folder {settings.metadata}: name another with --metadata")
    if not is_utf8(str(settings.destination)):
        raise UsageError(
            f"the name of the destination {printable(str(settings.destination))} is not UTF-8, which the tools that "
            "check packages need: name another place with --out"
        )
    if settings.destination.exists() and not settings.destination.is_dir():
        raise UsageError(f"the destination {settings.destination} is a file: name a folder with --out")


def _sharded(scan: Scan, shard: tuple[int, int] | None) -> list[SourceItem]:
    if shard is None:
        return list(scan.items)
    place, count = shard
    return [item for position, item in enumerate(scan.items) if position % count == place - 1]


def _run(
    settings: BuildSettings,
    scan: Scan,
    items: list[SourceItem],
    metadata: Metadata,
    progress: BuildProgress,
    total: int,
) -> Iterator[ItemResult]:
    progress.begin(total)
    if not items:
        return
    names = naming.slugs(scan.items)
    existing = existing_packages(settings.destination)
    items = _one_item_an_identifier(settings, scan, items, metadata)
    if settings.dry_run:
        for item in items:
            yield plan_item(_place(settings, item, names, existing, metadata, Path()), metadata)
        return
    _need_fonts(settings.configuration)
    try:
        with (
            staging_area(settings.destination) as staging,
            RenderPool(settings.configuration.workers, staging / "rendering") as pool,
        ):
            places = (_place(settings, item, names, existing, metadata, staging) for item in items)
            yield from _Batch(pool, metadata, progress).run(places)
    except OSError as error:
        raise StorageError(
            f"{explain(error, settings.destination)}; nothing was published half-done. Check its permissions and its "
            "free space, or name another destination with --out"
        ) from error


def _one_item_an_identifier(
    settings: BuildSettings, scan: Scan, items: list[SourceItem], metadata: Metadata
) -> list[SourceItem]:
    """Refuse each item whose declared identifier an earlier one has: the two would become each other's versions."""
    owners: dict[str, SourceItem] = {}
    refused = {}
    for item in scan.items:
        identifier = _identifier(settings, item, metadata)
        owner = owners.setdefault(identifier, item)
        if owner is not item:
            finding = _identifier_repeated(item, owner, identifier)
            refused[item.path] = replace(item, findings=(*item.findings, finding))
    return [refused.get(item.path, item) for item in items]


def _identifier(settings: BuildSettings, item: SourceItem, metadata: Metadata) -> str:
    statements = metadata.supplied(item.path).statements
    return naming.item_identifier(item, statements, settings.configuration.namespace)


def _identifier_repeated(item: SourceItem, owner: SourceItem, identifier: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="identifier-repeated",
        file=item.name,
        message=f"{item.name} and {owner.name} are both described with the identifier {identifier}; only {owner.name} "
        "is packaged under it.",
        fix="Give each its own identifier in its sidecar or row, or none: one is then made.",
    )


def _need_fonts(configuration: Configuration) -> None:
    """Refuse to begin a build whose every rendition would fail.

    Raises:
        MissingProgramError: the fonts that pages are set in are not on this machine.
    """
    if configuration.pdfa is None:
        return
    needed = [package for package in installed_fonts().missing if package.needed]
    if needed:
        names = " ".join(package.package for package in needed)
        raise MissingProgramError(
            f"the fonts that PDF/A copies are set in are missing: install {names} (apt-get install {names}), "
            "or build without copies by --no-pdfa"
        )


def _place(
    settings: BuildSettings,
    item: SourceItem,
    names: dict[str, str],
    existing: dict[str, list[ExistingPackage]],
    metadata: Metadata,
    staging: Path,
) -> ItemPlace:
    identifier = _identifier(settings, item, metadata)
    return ItemPlace(
        item=item,
        source=settings.source,
        destination=settings.destination,
        staging=staging,
        identifier=identifier,
        slug=names[item.path],
        versions=tuple(existing.get(identifier, ())),
        configuration=settings.configuration,
        now=settings.now,
        operator=settings.operator or settings.configuration.contact_name,
    )


@dataclass(slots=True)
class _Waiting:
    """One document whose rendition is being made, or an item's end."""

    work: ItemBuild
    ticket: RenderTicket | None
    request: RenderRequest | None
    original: str


class _Batch:
    """Keeps the workers fed across items while the results leave in order."""

    def __init__(self, pool: RenderPool, metadata: Metadata, progress: BuildProgress) -> None:
        self._pool = pool
        self._metadata = metadata
        self._progress = progress
        self._queue: deque[_Waiting] = deque()
        self._waiting_bytes = 0

    def run(self, places: Iterator[ItemPlace]) -> Iterator[ItemResult]:
        for place in places:
            self._progress.item(place.item.name)
            work = ItemBuild(place, self._metadata, self._progress.advance)
            if self._guarded(work, work.stage):
                for original, request in work.requests():
                    while self._is_full(len(request.content)):
                        yield from self._settle()
                    self._waiting_bytes += len(request.content)
                    self._queue.append(_Waiting(work, self._pool.submit(request), request, original))
            self._queue.append(_Waiting(work, None, None, ""))
            while self._queue and self._queue[0].ticket is None:
                yield from self._settle()
        while self._queue:
            yield from self._settle()

    def _is_full(self, size: int) -> bool:
        documents = sum(waiting.ticket is not None for waiting in self._queue)
        return documents > 0 and (
            documents >= self._pool.workers * _WINDOW_DOCUMENTS or self._waiting_bytes + size > _WINDOW_BYTES
        )

    def _settle(self) -> Iterator[ItemResult]:
        """Take the oldest entry: a rendition goes into its package, an item's end closes it."""
        waiting = self._queue.popleft()
        if waiting.ticket is None or waiting.request is None:
            yield self._finished(waiting.work)
            return
        self._waiting_bytes -= len(waiting.request.content)
        result: RenderResult = waiting.ticket.result()
        self._guarded(waiting.work, lambda: waiting.work.accept(waiting.original, result))

    def _finished(self, work: ItemBuild) -> ItemResult:
        self._guarded(work, work.finish)
        work.clean_up()
        return work.result()

    @staticmethod
    def _guarded(work: ItemBuild, step: Callable[[], None]) -> bool:
        """Run one step of an item; what goes wrong is that item's finding. True when the item can go on."""
        if work.failed:
            return False
        try:
            step()
        except ItemError as error:
            work.fail(error.findings)
        except OSError as error:
            work.fail((_disk_finding(error, work),))
        return not work.failed


def _disk_finding(error: OSError, work: ItemBuild) -> Finding:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    words = explain(error, work.place.destination, work.bytes_to_write() if full else None)
    name = work.place.name
    if full:
        return Finding(
            severity=Severity.ERROR,
            code="disk-full",
            file=name,
            message=f"{name} was not packaged: {words}.",
            fix="Free that much on the disk, or name another destination with --out, and run the same command again.",
        )
    return Finding(
        severity=Severity.ERROR,
        code="disk-refused",
        file=name,
        message=f"{name} was not packaged: {words}" + (f" ({os.fsdecode(error.filename)})." if error.filename else "."),
        fix="Check the disk and its permissions, and run the same command again; what was published is whole.",
    )


def _unnamed_archive(configuration: Configuration) -> tuple[Finding, ...]:
    if not configuration.is_unnamed:
        return ()
    return (
        Finding(
            severity=Severity.INFO,
            code="archive-unnamed",
            file="archiver.toml",
            message="No archiver.toml gives this archive a namespace, so identifiers come from one that all unnamed "
            "archives share.",
            fix="Run `archiver init` once in the folder of the archive, before the first real build.",
        ),
    )


def _without_repeats(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))
