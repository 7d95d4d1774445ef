"""Packages added to a store, one or ten thousand: which they are, in which order, and what is written down of each.

What is in the store is in its log, too: a run that was killed in between is made up for by the next one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archiver.config import Configuration
from archiver.errors import ArchiverError, UsageError
from archiver.execution.cores import usable_cores
from archiver.model import Finding
from archiver.standards.names import printable
from archiver.standards.ocfl.inventory import User
from archiver.standards.ocfl.layouts import DEFAULT_LAYOUT, Layout, LayoutError, layout_named
from archiver.standards.package_profile import VERSION_LABEL
from archiver.steps.program import PROGRAM
from archiver.steps.progress import StepProgress, capped
from archiver.steps.results import finding_json
from archiver.steps.stores import adding_findings as kinds
from archiver.steps.stores.indexing import IndexOrder, index_objects
from archiver.steps.stores.many_adding import AddBatch, add_batches
from archiver.steps.stores.package_adding import AddedPackage, AddOrder
from archiver.steps.verify import bags_below, path_not_found
from archiver.storage.bag_reader import bytes_to_read
from archiver.storage.existing_packages import labels
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace
from archiver.storage.stores.root import StoreRoot, find_root, make_root, tidy_beside
from archiver.storage.stores.staging import store_staging

Say = Callable[[str], None]
"""Given a sentence for the user, at once."""

_PROGRAM_ADDRESS = "urn:uuid:125293e4-6c6c-4b08-a3a6-756a2909f630"
"""Of this program, where no person is named: OCFL 1.1 section 3.5.3.1 asks for a URI."""


_CATALOGUED_AT_ONCE = 256
"""Packages: a catalogue writes many sooner than one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSettings:
    """Everything that adding needs to know; the clock comes in as ``now``."""

    place: StorePlace
    packages: tuple[Path, ...]
    """Bags, or folders of bags."""

    configuration: Configuration
    now: datetime
    """Aware, UTC, whole seconds."""

    layout: str | None = None
    """Of a store to be made; None: as configured."""

    message: str | None = None
    identifier: str | None = None
    reflink: bool = False
    catalogue: str | None = None
    """Path or URL of the catalogue of all stores; None: the store's own."""

    workers: int = field(default_factory=usable_cores)


def add_packages(
    settings: AddSettings, progress: StepProgress, say: Say, warn: Callable[[Sequence[Finding]], None]
) -> Iterator[AddedPackage]:
    """Add packages; what one has wrong does not keep the others out.

    Args:
        settings: which packages, and which store.
        progress: told of bytes read, from the packages and back from the store.
        say: given sentences for the user meanwhile.
        warn: given what is to be said of the catalogue, which fails no package.

    Yields:
        One result a package, as they come; the package is in the store and its log by then.

    Raises:
        StorageError: the store cannot be made, or its records cannot be written.
        UsageError: the place holds something else, or the layout that is named is not the store's.
    """
    for path in settings.packages:
        _check_outside(settings.place, path)
    bags = [bag for path in settings.packages for bag in bags_below(path)]
    if settings.identifier is not None and len(bags) != 1:
        raise UsageError(f"--identifier belongs to one package, and {len(bags)} are named: add each by itself")
    root = _root(settings, say)
    missing = [bag for bag in bags if not _there(bag)]
    yield from (AddedPackage(package=str(bag), status="failed", findings=(path_not_found(bag),)) for bag in missing)
    queue = _queue(settings, [bag for bag in bags if bag not in set(missing)])
    total = 2 * sum(batch.bytes for batch in queue)
    progress.begin(total)

    def waiting(identifier: str) -> None:
        say(f"Another run is at work on {printable(identifier)}: waiting for it.")

    written = _Written(settings, warn)
    try:
        with store_staging(settings.place) as staging:
            for result in add_batches(root, staging, queue, settings.workers, capped(progress, total), waiting):
                yield written.down(result)
    finally:
        written.finish()


def added_json(result: AddedPackage) -> dict[str, Any]:
    """Return one result as ``archiver store add --json`` prints it."""
    return {
        "package": printable(result.package),
        "identifier": result.identifier,
        "object": result.object_path,
        "version": result.version,
        "status": result.status,
        "files": result.files,
        "bytes": result.bytes,
        "new_bytes": result.new_bytes,
        "findings": [finding_json(finding) for finding in result.findings],
    }


def _check_outside(place: StorePlace, path: Path) -> None:
    """Refuse to write below what is added, which is never touched."""
    around = Path(os.path.realpath(path))
    for inner in (place.root, place.records):
        inside = Path(os.path.realpath(inner))
        if around == inside or around in inside.parents:
            raise UsageError(
                f"{printable(str(inner))} would lie inside {printable(str(path))}, which is never written to: name "
                "another place with --store"
            )


def _there(bag: Path) -> bool:
    try:
        return bag.is_symlink() or bag.exists()
    except (OSError, ValueError):
        return False


def _root(settings: AddSettings, say: Say) -> StoreRoot:
    root = find_root(settings.place)
    tidy_beside(settings.place)
    if root is None:
        layout = _layout(settings, settings.layout or settings.configuration.store.layout or DEFAULT_LAYOUT)
        root = make_root(settings.place, layout)
        say(f"Made the store {printable(settings.place.location)}: OCFL 1.1, layout {layout.extension}.")
    elif settings.layout is not None and _layout(settings, settings.layout).extension != root.layout.extension:
        raise UsageError(
            f"the store {printable(settings.place.location)} has the layout {root.layout.extension}, which stays as it "
            "is: leave out --layout, or name another store"
        )
    return root


def _layout(settings: AddSettings, name: str) -> Layout:
    store = settings.configuration.store
    # Parameters belong to the layout they stand beside, not to another named on the command line.
    parameters: Mapping[str, object] = store.layout_parameters if settings.layout in {None, store.layout} else {}
    try:
        return layout_named(name, parameters)
    except LayoutError as error:
        raise UsageError(str(error)) from error


def _queue(settings: AddSettings, bags: Sequence[Path]) -> list[AddBatch]:
    """Put versions of one package behind each other, oldest first; all else is in the order given."""
    groups: dict[str, list[tuple[float, Path, int]]] = {}
    for bag in bags:
        known = _labels(bag)
        identifier = known.get("External-Identifier", "").strip()
        # A line feed stands in no label: what has no identifier is a group of its own.
        groups.setdefault(identifier or f"\n{bag}", []).append((_number(known), bag, bytes_to_read(bag)))
    return [
        AddBatch(
            orders=tuple(_order(settings, bag) for _, bag, _ in sorted(group, key=lambda one: one[0])),
            bytes=sum(octets for _, _, octets in group),
        )
        for group in groups.values()
    ]


def _order(settings: AddSettings, bag: Path) -> AddOrder:
    return AddOrder(
        package=str(bag),
        created=settings.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        user=_user(settings.configuration),
        message=settings.message,
        identifier=settings.identifier,
        reflink=settings.reflink or settings.configuration.store.reflink,
    )


def _user(configuration: Configuration) -> User:
    store = configuration.store
    name = store.user_name or configuration.contact_name or configuration.name
    mail = f"mailto:{configuration.contact_email}" if configuration.contact_email else None
    address = store.user_address or mail or configuration.url or configuration.ror
    # OCFL 1.1 W007 to W009: a version should say who made it, with a URI
    return User(name=name or PROGRAM, address=address or _PROGRAM_ADDRESS)


def _labels(bag: Path) -> Mapping[str, str]:
    try:
        return labels(bag)
    except (OSError, ValueError):  # an archive, or one that verifying says more about
        return {}


def _number(known: Mapping[str, str]) -> float:
    try:
        return int(known.get(VERSION_LABEL, "1"))
    except ValueError:
        return math.inf


class _Written:
    """Writes down what is in the store, once each: in its log at once, in the catalogue many at a time."""

    def __init__(self, settings: AddSettings, warn: Callable[[Sequence[Finding]], None]) -> None:
        self._settings = settings
        self._warn = warn
        self._log = StoreLog(settings.place.records)
        self._known: set[tuple[object, object]] | None = None
        self._waiting: dict[str, None] = {}

    def down(self, result: AddedPackage) -> AddedPackage:
        """Return the result, with what could not be written down among its findings."""
        if result.status == "failed" or (result.status == "current" and self._is_known(result)):
            return result
        try:
            self._log.append(
                "added",
                {
                    "identifier": result.identifier,
                    "path": result.object_path,
                    "version": result.version,
                    "inventory_digest": result.inventory_digest,
                    "files": result.files,
                    "bytes": result.bytes,
                },
                now=self._settings.now,
            )
        except (ArchiverError, ValueError) as error:
            return replace(result, findings=(*result.findings, kinds.not_logged(result.package, str(error))))
        self._waiting[result.object_path or ""] = None
        if len(self._waiting) == _CATALOGUED_AT_ONCE:
            self.finish()
        return result

    def finish(self) -> None:
        """Tell the catalogue of what it does not know yet."""
        paths, self._waiting = tuple(self._waiting), {}
        if paths:
            settings = self._settings
            order = IndexOrder(place=settings.place, now=settings.now, catalogue=settings.catalogue)
            if findings := index_objects(order, paths):
                self._warn(findings)

    def _is_known(self, result: AddedPackage) -> bool:
        """Tell whether the log has it: a run may have been killed between the store and its log."""
        if self._known is None:
            self._known = {
                (entry.body.get("identifier"), entry.body.get("version"))
                for entry in self._log.entries()
                if entry.kind == "added"
            }
        return (result.identifier, result.version) in self._known
