"""Packages out of a store: each a whole bag again, verified by the same rules as any other before it gets its name.

The store is read and never written to; what is at the destination is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from archiver.errors import ArchiverError
from archiver.execution.cores import usable_cores
from archiver.model import Finding, Severity
from archiver.standards.bag_info import parse_bag_info
from archiver.standards.names import printable, slug
from archiver.standards.package_profile import SLUG_LABEL, VERSION_LABEL
from archiver.steps.bags.copying import altered
from archiver.steps.disk_faults import disk_fault
from archiver.steps.progress import StepProgress, capped
from archiver.steps.results import finding_json
from archiver.steps.stores.looking_up import FoundObject, look_up
from archiver.steps.stores.showing import check_version
from archiver.storage.bag_reader import verify_bag
from archiver.storage.durable import AlreadyPublishedError, publish, staging_area
from archiver.storage.extraction import CopyFailedError
from archiver.storage.source_files import Progress
from archiver.storage.stores.exporting import export_version
from archiver.storage.stores.file_batch import NotReadBackError
from archiver.storage.stores.reading import logical_files

if TYPE_CHECKING:
    from archiver.storage.stores.tree import Tree

_LONGEST_BAG_INFO = 1 << 20
_LOOKED_UP_FIRST = 100
"""Packages that are all looked up before the first is exported, so that a slip of the pen costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """What is to be exported, and where to."""

    tree: Tree
    identifiers: tuple[str, ...]
    destination: Path
    """Folder that gets the bags; made where it is missing."""

    version: str | None = None
    """None: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPackage:
    """What came of one."""

    identifier: str
    status: Literal["exported", "failed"]
    version: str | None = None
    package: Path | None = None
    """The bag's folder; of one that failed, where it was to be."""

    files: int = 0
    bytes: int = 0
    findings: tuple[Finding, ...] = ()


def export_packages(order: ExportOrder, progress: StepProgress) -> Iterator[ExportedPackage]:
    """Export packages one after another.

    Args:
        order: which, and where to.
        progress: told of bytes read from the store, and back from the copies.

    Yields:
        One result a package.

    Raises:
        FindingsError: an object is damaged, so that nobody knows what it holds.
        UsageError: the store has no such package, or the package no such version; nothing was exported, unless very
            many are asked for, which are looked up one after another.
    """
    chosen: Iterable[tuple[FoundObject, str]] = (_chosen(order, one) for one in order.identifiers)
    total = 0
    if len(order.identifiers) <= _LOOKED_UP_FIRST:
        chosen = list(chosen)
        total = 3 * sum(_bytes(one, version) for one, version in chosen)
    if total:
        progress.begin(total)
    told = capped(progress, total) if total else _keep_quiet
    for one, version in chosen:
        yield _Export(one, version, order.destination).run(told)


def exported_json(result: ExportedPackage) -> dict[str, Any]:
    """Return one result as ``archiver store export --json`` prints it."""
    return {
        "identifier": result.identifier,
        "version": result.version,
        "package": printable(str(result.package)) if result.package else None,
        "status": result.status,
        "files": result.files,
        "bytes": result.bytes,
        "findings": [finding_json(finding) for finding in result.findings],
    }


def _keep_quiet(_: int) -> None:
    """Tell nobody: of very many packages the sum is not known beforehand."""


def _chosen(order: ExportOrder, identifier: str) -> tuple[FoundObject, str]:
    found = look_up(order.tree, identifier)
    return found, check_version(found.stored, order.version or found.stored.inventory.head)


def _bytes(found: FoundObject, version: str) -> int:
    try:
        sizes = found.reader.content_sizes(found.stored)
    except OSError:  # exporting says more about it
        return 0
    return sum(sizes.get(content, 0) for content, _ in logical_files(found.stored, version).values())


class _Export:
    def __init__(self, found: FoundObject, version: str, destination: Path) -> None:
        self._found = found
        self._version = version
        self._destination = destination
        self._package = destination / folder_name(found, version)

    def run(self, progress: Progress) -> ExportedPackage:
        """Return what came of it; whatever stands in the way is a finding."""
        try:
            with staging_area(self._destination) as staging:
                return self._exported(staging / "bag", progress)
        except NotReadBackError as error:
            return self._failed((altered(error.path),))
        except AlreadyPublishedError:
            return self._failed((_taken(self._package),))
        except CopyFailedError as error:
            return self._failed((self._refused(error.cause),))
        except OSError as error:
            return self._failed((self._refused(error),))

    def _exported(self, staged: Path, progress: Progress) -> ExportedPackage:
        if self._package.exists() or self._package.is_symlink():
            return self._failed((_taken(self._package),))
        staged.mkdir()
        stored = self._found.stored
        if findings := tuple(export_version(self._found.reader, stored, self._version, staged, progress)):
            return self._failed(findings)
        if not (staged / "bagit.txt").exists():
            return self._failed((_no_bag(stored.identifier),))
        verdict = verify_bag(staged, progress=progress, workers=usable_cores())
        if verdict.valid is not True:
            return self._failed((_not_valid(stored.identifier, self._version), *verdict.findings))
        sizes = [file.stat().st_size for file in staged.rglob("*") if file.is_file()]
        publish(staged, self._package)
        return ExportedPackage(
            identifier=stored.identifier,
            status="exported",
            version=self._version,
            package=self._package,
            files=len(sizes),
            bytes=sum(sizes),
            findings=verdict.findings,
        )

    def _failed(self, findings: tuple[Finding, ...]) -> ExportedPackage:
        return ExportedPackage(
            identifier=self._found.stored.identifier,
            status="failed",
            version=self._version,
            package=self._package,
            findings=findings,
        )

    def _refused(self, error: OSError) -> Finding:
        shown = printable(str(self._package))
        return disk_fault(error, self._destination, f"{shown} was not made")


def folder_name(found: FoundObject, version: str) -> str:
    """Return the name that a build would give the package, or one made of its identifier."""
    labels: dict[str, str] = {}
    try:
        with found.reader.open_file(found.stored, "bag-info.txt", version) as file:
            labels = dict(parse_bag_info(file.read(_LONGEST_BAG_INFO).decode("utf-8", "replace")).fields)
    except (KeyError, OSError, ArchiverError):
        pass
    name = slug(labels.get(SLUG_LABEL) or found.stored.identifier)
    number = labels.get(VERSION_LABEL, "")
    if number.isdecimal() and number.isascii():
        return name if int(number) == 1 else f"{name}-v{int(number)}"
    return name if version == found.stored.inventory.head else f"{name}-{version}"


def _taken(package: Path) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="export-place-taken",
        file=None,
        message=f"{printable(str(package))} exists already and was not touched.",
        fix="Name another folder with --to.",
    )


def _no_bag(identifier: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="export-no-bag",
        file=None,
        message=f"{printable(identifier)} is no bag: it has no bagit.txt, so that it could not be verified.",
        fix="Copy its content with a program for OCFL objects of any kind.",
    )


def _not_valid(identifier: str, version: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="export-not-valid",
        file=None,
        message=f"{printable(identifier)} {version} is what the store's inventory says, and does not verify as a bag.",
        fix="See the findings beside this one; a store that others wrote to may hold bags that never were valid.",
    )
