"""One package added to a store: verified while it is copied, and published as a whole new version of its object.

The package is read once and never written to. What the store cannot take, or the package has wrong, is a finding, and
then nothing of it is in the store.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from archiver.errors import FindingsError, ItemError
from archiver.model import BagVerdict, Finding, Severity
from archiver.standards.names import has_hidden_characters, is_utf8, printable
from archiver.standards.ocfl.inventory import User, Version
from archiver.standards.ocfl.layouts import LayoutError
from archiver.steps.bags.copying import unreadable
from archiver.steps.disk_faults import disk_fault
from archiver.steps.stores import adding_findings as kinds
from archiver.storage.archives.opening import is_archive
from archiver.storage.bag_checks.container import BagContainer, Progress
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.bag_checks.tag_files import payload_algorithms
from archiver.storage.bag_reader import verify_bag
from archiver.storage.durable import AlreadyPublishedError, discard
from archiver.storage.extraction import CopyFailedError
from archiver.storage.hashing import CHUNK, new_hasher
from archiver.storage.stores.bag_storing import StoringBag, sealed_digests
from archiver.storage.stores.file_batch import FileBatch, NotReadBackError
from archiver.storage.stores.locks import object_lock
from archiver.storage.stores.object_writing import (
    NextVersion,
    StrangeEntryError,
    carry_on,
    next_inventory,
    next_name,
    version_holding,
    write_object,
)
from archiver.storage.stores.publishing import publish_object
from archiver.storage.stores.reading import StoredObject, StoreReader
from archiver.storage.stores.root import StoreRoot
from archiver.storage.stores.staging import staged_object
from archiver.storage.stores.tree import open_tree

AddStatus = Literal["added", "new-version", "current", "failed"]

_NEW = "new"
"""Folder of the version in the making, before its number is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOrder:
    """One package, and what its version is to say."""

    package: str
    """Path of the bag, as given: a folder or an archive."""

    created: str
    """RFC 3339."""

    user: User
    message: str | None = None
    """None: words of our own."""

    identifier: str | None = None
    """Of the object; None: the package's External-Identifier."""

    reflink: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedPackage:
    """What came of it."""

    package: str
    status: AddStatus
    identifier: str | None = None
    object_path: str | None = None
    """From the storage root; None where it did not come so far."""

    version: str | None = None
    """That holds the package now."""

    inventory_digest: str | None = None
    files: int = 0
    """Of the package."""

    bytes: int = 0
    new_bytes: int = 0
    """That the store did not hold before."""

    findings: tuple[Finding, ...] = ()


def add_package(
    root: StoreRoot, staging: Path, order: AddOrder, progress: Progress, waiting: Callable[[str], None]
) -> AddedPackage:
    """Add one package.

    Args:
        root: of the store.
        staging: this run's folder in it.
        order: what to add.
        progress: told of bytes read, from the package and back from the store.
        waiting: given the identifier of an object that another run holds.

    Returns:
        What came of it; nothing is raised for what the package holds or the disk refuses.
    """
    work = None
    try:
        work = Path(tempfile.mkdtemp(prefix="add-", dir=staging))
        with _Adding(root, work, order, progress, waiting) as adding:
            return adding.run()
    except OSError as error:  # the staging folder's own disk
        state = f"{printable(order.package)} was not added"
        return AddedPackage(
            package=order.package, status="failed", findings=(disk_fault(error, root.place.records, state),)
        )
    finally:
        if work is not None:
            discard(work)


@dataclass(slots=True)
class _Adding:
    """One package on its way."""

    root: StoreRoot
    work: Path
    order: AddOrder
    progress: Progress
    waiting: Callable[[str], None]
    resources: ExitStack = field(default_factory=ExitStack)
    files: FileBatch = field(init=False)
    bag: StoringBag | None = None
    identifier: str | None = None
    path: str = ""
    algorithm: str = "sha512"
    earlier: StoredObject | None = None
    digest: str | None = None
    """Of the new inventory, once the object is whole."""

    def __post_init__(self) -> None:
        staged_object(self.work).mkdir()
        self.files = self.resources.enter_context(FileBatch(staged_object(self.work), self.progress))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.resources.close()

    def run(self) -> AddedPackage:
        """Return what came of it; whatever stands in the way is a finding."""
        findings: tuple[Finding, ...]
        try:
            return self._added()
        except FindingsError as error:
            findings = error.findings
        except NotReadBackError as error:
            findings = (kinds.not_read_back(error.path),)
        except StrangeEntryError as error:
            findings = (kinds.strange_entry(f"{self.path}/{error.path}"),)
        except AlreadyPublishedError as error:
            findings = (kinds.path_taken(self.identifier or "", self.path, str(error)),)
        except CopyFailedError as error:
            findings = (self._refused(error.cause),)
        except OSError as error:
            findings = (self._refused(error),)
        return self._failed(findings)

    def _added(self) -> AddedPackage:
        package = Path(self.order.package)
        verdict = verify_bag(package, progress=self.progress, wrap=self._wrapped, opened=self._opened)
        if self.bag is None or verdict.valid is not True:
            return self._failed((kinds.not_valid(self.order.package), *verdict.findings))
        return self._stored(self.bag, verdict)

    def _wrapped(self, bag: BagContainer) -> BagContainer:
        self.bag = StoringBag(bag, self.files, f"{_NEW}/")
        listed = payload_algorithms(self.bag.listing().files)
        # OCFL 1.1 section 3.4: sha512 should be used; where only sha256 is sealed, its digests are as good as any
        self.algorithm = "sha256" if "sha256" in listed and "sha512" not in listed else "sha512"
        self.bag.algorithm = self.algorithm
        if self.order.reflink and not is_archive(Path(self.order.package)):
            self.bag.share_blocks(Path(self.order.package))
        return self.bag

    def _opened(self, bag: OpenBag) -> None:
        """Find the object, now that the package has said what it is; raise ItemError where it cannot be stored."""
        self.identifier = self.order.identifier or _identifier(bag, self.order.package)
        self.path = self._path(self.identifier)
        if unnameable := [path for path in bag.listing.files if not is_utf8(path)]:
            raise ItemError(tuple(map(kinds.name_not_utf8, unnameable)))
        identifier = self.identifier
        self.resources.enter_context(object_lock(self.root.place, identifier, lambda: self.waiting(identifier)))
        self.earlier = self._earlier()
        held: frozenset[str] = frozenset()
        if self.earlier is not None:
            self.algorithm = self.earlier.inventory.digest_algorithm
            held = frozenset(self.earlier.inventory.manifest)
        if self.bag is not None:
            self.bag.know(self.algorithm, sealed_digests(bag, self.algorithm), held)
            _read_unlisted(bag, self.bag)

    def _path(self, identifier: str) -> str:
        try:
            return _object_path(self.root, identifier)
        except LayoutError as error:
            raise ItemError((kinds.identifier_unusable(identifier, self.root.layout.extension, error),)) from error

    def _earlier(self) -> StoredObject | None:
        if not os.path.lexists(self.root.place.root / self.path):
            return None
        stored = StoreReader(open_tree(str(self.root.place.root))).read_object(self.path)
        if stored.identifier != self.identifier:
            raise ItemError((kinds.path_taken(self.identifier or "", self.path, "another object stands there"),))
        if wrong := [one for one in stored.findings if one.severity is Severity.ERROR]:
            raise ItemError(tuple(wrong))
        return stored

    def _stored(self, bag: StoringBag, verdict: BagVerdict) -> AddedPackage:
        sizes = bag.listing().files
        state = self._state(bag)
        if self.earlier is not None and (version := version_holding(self.earlier, state)):
            return self._result("current", version, self.earlier.inventory_digest, 0, verdict)
        content = self._content(bag, state)
        inventory = next_inventory(
            NextVersion(
                identifier=self.identifier or "",
                ocfl_version=self.root.ocfl_version,
                algorithm=self.algorithm,
                version=self._version(state),
                content=content,
                earlier=self.earlier,
            )
        )
        staged = staged_object(self.work)
        self.files.flush()
        if content:
            (staged / inventory.head).mkdir()
            (staged / _NEW).rename(staged / inventory.head / inventory.content_directory)
        if self.earlier is not None:
            carry_on(self.root.place.root / self.path, staged, self.algorithm, self.files)
        self.digest = digest = write_object(staged, inventory, self.files)
        publish_object(self.root.place, self.work, self.path, replaces=self.earlier is not None)
        new_bytes = sum(sizes[path] for path in content.values())
        return self._result("new-version" if self.earlier else "added", inventory.head, digest, new_bytes, verdict)

    def _state(self, bag: StoringBag) -> dict[str, tuple[str, ...]]:
        """Return digest -> paths of the whole package."""
        state: dict[str, list[str]] = {}
        for path in bag.listing().files:
            digest = bag.digest(path) or self._digest_of_copy(path)
            state.setdefault(digest, []).append(path)
        return {digest: tuple(sorted(paths)) for digest, paths in state.items()}

    def _digest_of_copy(self, path: str) -> str:
        """Hash a copy that was made before it was known which algorithm the object has."""
        self.files.flush()
        hasher = new_hasher(self.algorithm)()
        with open(self.files.place(f"{_NEW}/{path}"), "rb") as copy:  # noqa: PTH123 - a name on disk, not a Path
            while data := copy.read(CHUNK):
                hasher.update(data)
        return hasher.hexdigest()

    def _content(self, bag: StoringBag, state: dict[str, tuple[str, ...]]) -> dict[str, str]:
        """Return digest -> the path whose copy is kept, of what the object does not hold; drop every other copy."""
        held = self.earlier.inventory.manifest if self.earlier else {}
        content: dict[str, str] = {}
        for digest, paths in state.items():
            copies = [path for path in paths if path in bag.copied]
            if digest not in held and copies:
                content[digest] = copies.pop(0)
            for path in copies:
                bag.drop(path)
        return content

    def _version(self, state: dict[str, tuple[str, ...]]) -> Version:
        name = next_name(self.earlier)
        message = self.order.message or ("Package added" if self.earlier is None else f"Package changed: {name}")
        return Version(created=self.order.created, state=state, message=message, user=self.order.user)

    def _result(
        self, status: AddStatus, version: str, digest: str, new_bytes: int, verdict: BagVerdict
    ) -> AddedPackage:
        sizes = self.bag.listing().files.values() if self.bag else ()
        return AddedPackage(
            package=self.order.package,
            status=status,
            identifier=self.identifier,
            object_path=self.path,
            version=version,
            inventory_digest=digest,
            files=len(sizes),
            bytes=sum(sizes),
            new_bytes=new_bytes,
            findings=verdict.findings,
        )

    def _failed(self, findings: tuple[Finding, ...]) -> AddedPackage:
        sizes = self.bag.listing().files.values() if self.bag else ()
        return AddedPackage(
            package=self.order.package,
            status="failed",
            identifier=self.identifier,
            object_path=self.path or None,
            files=len(sizes),
            bytes=sum(sizes),
            findings=findings,
        )

    def _refused(self, error: OSError) -> Finding:
        shown = printable(self.order.package)
        state = f"{shown} was not added"
        if self.digest is not None and self._stands():  # the last fsync, of the folder it was published in, failed
            state = f"{shown} stands whole in the store, but it is not sure that it outlives a power cut"
        return disk_fault(error, self.root.place.root, state)

    def _stands(self) -> bool:
        try:
            stored = StoreReader(open_tree(str(self.root.place.root))).read_object(self.path)
        except FindingsError:
            return False
        return stored.inventory_digest == self.digest


def _object_path(root: StoreRoot, identifier: str) -> str:
    if has_hidden_characters(identifier):
        raise LayoutError("holds control or direction-changing characters")
    return root.layout.object_path(identifier)


def _read_unlisted(bag: OpenBag, storing: StoringBag) -> None:
    """Copy the tag files that no manifest lists: whoever verifies has no reason to read them."""
    for path in bag.listing.files.tag_paths():
        if path not in storing.copied and not any(path in one.entries for one in bag.manifests if one.hash_name):
            try:
                for _ in storing.read(path):
                    pass
            except OSError as error:
                raise ItemError((unreadable(path, error.strerror or str(error)),)) from error


def _identifier(bag: OpenBag, package: str) -> str:
    values = bag.info.values("External-Identifier") if bag.info else ()
    named = {value.strip() for value in values} - {""}
    if len(named) != 1:
        raise ItemError((kinds.identifier_missing(package) if not named else kinds.identifiers_many(package, named),))
    return named.pop()
