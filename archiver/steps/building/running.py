"""Build a package for each item of a source folder: describe, identify, render, pack, verify, publish.

A failure on one item is a finding on that item; the batch goes on. Nothing is written but below the destination.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from archiver.describe import Metadata, read_metadata
from archiver.errors import StorageError
from archiver.model import Finding, SourceItem
from archiver.steps import naming
from archiver.steps.building.item_place import ItemPlace
from archiver.steps.building.properties import DocumentProperties
from archiver.steps.building.records.e_ark import check_e_ark
from archiver.steps.building.screening import opened_screener
from archiver.steps.building.settings import (
    BuildProgress,
    BuildSettings,
    about_configuration,
    check_page_style,
    check_places,
    need_renderer,
    pdftopdfa_program,
    verapdf_program,
)
from archiver.steps.identifiers import identifiers_repeated, item_identifier
from archiver.steps.received.checksums import ReceivedChecksums, received_checksums
from archiver.steps.received.records import ReceivedRecords, received_records
from archiver.steps.rendering.head_start import head_start
from archiver.steps.rendering.workers import RenderPool
from archiver.steps.results import ItemResult
from archiver.storage.durable import explain, staging_area
from archiver.storage.existing_packages import ExistingPackage, existing_packages
from archiver.storage.scan import Scan, scan_source
from archiver.storage.screening.contract import Screener


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
    check_places(settings)
    check_page_style(settings.configuration)
    check_e_ark(settings.configuration, settings.operator)
    scan = scan_source(settings.source, settings.bundle)
    known = [
        path for item in scan.items for path in (item.path, *(document.path for document in item.documents)) if path
    ]
    metadata = read_metadata(settings.metadata, known)
    items = _sharded(scan, settings.shard)
    total = sum(document.size for item in items for document in item.documents)
    documents = [document.path for item in scan.items for document in item.documents]
    checksums = received_checksums(settings.metadata, metadata.reserved, settings.source, documents)
    records = received_records(settings.metadata, metadata.reserved, scan.items)
    findings = (*scan.findings, *_without_repeats(metadata.findings), *metadata.unmatched(known), *checksums.findings)
    return BuildRun(
        findings=(*findings, *records.findings, *about_configuration(settings.configuration)),
        items=len(items),
        bytes=total,
        results=_run(settings, scan, items, metadata, progress, total, checksums=checksums, records=records),
    )


def _sharded(scan: Scan, shard: tuple[int, int] | None) -> list[SourceItem]:
    if shard is None:
        return list(scan.items)
    place, count = shard
    return [item for position, item in enumerate(scan.items) if position % count == place - 1]


def _run(  # noqa: PLR0913 - what was seen before the first item
    settings: BuildSettings,
    scan: Scan,
    items: list[SourceItem],
    metadata: Metadata,
    progress: BuildProgress,
    total: int,
    *,
    checksums: ReceivedChecksums,
    records: ReceivedRecords,
) -> Iterator[ItemResult]:
    progress.begin(total)
    if not items:
        return
    names = naming.slugs(scan.items)
    existing = existing_packages(settings.destination)
    items = _one_item_an_identifier(settings, scan, items, metadata)
    place_of = partial(
        _place, settings, names=names, existing=existing, metadata=metadata, checksums=checksums, records=records
    )
    if settings.dry_run:
        from archiver.steps.building.planning import plan_item  # noqa: PLC0415 - only a dry run plans

        for item in items:
            yield plan_item(place_of(item, staging=Path()), metadata)
        return
    need_renderer(settings.configuration)
    try:
        with (
            opened_screener(settings.configuration) as screener,
            staging_area(settings.destination) as staging,
            DocumentProperties(staging) as properties,
            _pool(settings, staging) as pool,
        ):
            new = (item for item in items if _identifier(settings, item, metadata) not in existing)
            head_start(new, metadata, pool if settings.configuration.pdfa else None)
            from archiver.steps.building.batch import Batch  # noqa: PLC0415 - loaded while the renderers load

            places = (
                replace(place_of(item, staging=staging, screener=screener), properties=properties) for item in items
            )
            yield from Batch(pool, metadata, progress).run(places)
    except OSError as error:
        raise StorageError(
            f"{explain(error, settings.destination)}; nothing was published half-done. Check its permissions and its "
            "free space, or name another destination with --out"
        ) from error


def _pool(settings: BuildSettings, staging: Path) -> RenderPool:
    configuration = settings.configuration
    return RenderPool(
        configuration.workers,
        staging / "rendering",
        verapdf=verapdf_program(configuration),
        pdftopdfa=pdftopdfa_program(configuration),
        sheets_by_office=configuration.sheets_by_libreoffice,
    )


def _one_item_an_identifier(
    settings: BuildSettings, scan: Scan, items: list[SourceItem], metadata: Metadata
) -> list[SourceItem]:
    """Give each item whose declared identifier an earlier one has the finding that refuses it."""
    repeated = identifiers_repeated(scan.items, metadata, settings.configuration.namespace)
    return [
        replace(item, findings=(*item.findings, repeated[item.path])) if item.path in repeated else item
        for item in items
    ]


def _identifier(settings: BuildSettings, item: SourceItem, metadata: Metadata) -> str:
    return item_identifier(item, metadata, settings.configuration.namespace)


def _place(  # noqa: PLR0913 - what a place is made of
    settings: BuildSettings,
    item: SourceItem,
    *,
    names: dict[str, str],
    existing: dict[str, list[ExistingPackage]],
    metadata: Metadata,
    staging: Path,
    screener: Screener | None = None,
    checksums: ReceivedChecksums,
    records: ReceivedRecords,
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
        screener=screener,
        checksums=checksums,
        records=records,
        asked_profiles=settings.profiles,
        record_profile=settings.record_profile,
    )


def _without_repeats(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))
