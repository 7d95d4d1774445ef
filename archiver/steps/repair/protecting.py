"""The protect step: parity for each stored package that has none, or not of all its versions.

A version's folder never changes, so its set is made once. Nothing is written to the storage root.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from archiver.errors import ArchiverError, FindingsError, UsageError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.steps.results import finding_json
from archiver.storage.durable import STAGING_NAME, explain, remove_abandoned
from archiver.storage.parity.checking import check_set, read_set
from archiver.storage.parity.protecting import CHECKSUMS, make_set
from archiver.storage.parity.version_folder import VersionFolder, version_folders
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.reading import StoredObject, StoreReader

if TYPE_CHECKING:
    from archiver.storage.parity.program import Par2
    from archiver.storage.parity.record import ParityRecord
    from archiver.storage.stores.place import StorePlace
    from archiver.storage.stores.tree import Tree


@dataclass(slots=True, kw_only=True)
class Protection:
    """What became of one package."""

    identifier: str
    path: str
    """Of the object from the storage root; empty where it is not there."""

    status: Literal["protected", "current", "failed"] = "current"
    versions: list[str] = field(default_factory=list)
    """Those that parity was made for now."""

    bytes: int = 0
    """Of these versions."""

    parity_bytes: int = 0
    """Of the parity that was made for them."""

    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectRequest:
    """What is asked for."""

    place: StorePlace
    tree: Tree
    """Of the store."""

    par2: Par2
    percent: int
    check: bool = False
    """Whether parity that is there is read and compared with its digests, and made anew where it is damaged."""

    now: datetime
    progress: Callable[[int], None] | None = None


def protect(request: ProtectRequest, packages: Sequence[str] = ()) -> Iterator[Protection]:
    """Make parity.

    Args:
        request: for what, and how.
        packages: identifiers, or paths of objects in the store; none: all packages of the store.

    Yields:
        What became of each package, one that cannot be protected too.

    Raises:
        UsageError: the store cannot be reached.
        OSError: a folder of it cannot be listed.
    """
    if not request.tree.reachable():
        raise UsageError(f"{printable(request.place.location)} is no store that can be reached: there is no OCFL root")
    reader = StoreReader(request.tree)
    known = _KnownSets(request.place.records)
    remove_abandoned(request.place.records / STAGING_NAME)
    if packages:
        for name in packages:
            path = object_path(reader, name)
            if path is None:
                yield Protection(identifier=name, path="", status="failed", findings=[package_absent(name)])
            else:
                yield _protected(request, reader, path, known)
    else:
        for path in reader.object_paths():
            yield _protected(request, reader, path, known)


def bytes_to_protect(request: ProtectRequest, packages: Sequence[str] = ()) -> int:
    """Return how many bytes :func:`protect` would read to make parity; what cannot be read counts nothing."""
    reader, request = StoreReader(request.tree), replace(request, check=False)  # parity is not read twice
    total = 0
    with contextlib.suppress(OSError):
        paths = (object_path(reader, name) for name in packages) if packages else reader.object_paths()
        for path in paths:
            with contextlib.suppress(ArchiverError, OSError):
                total += _bytes_to_protect(request, reader.read_object(path)) if path else 0
    return total


def _bytes_to_protect(request: ProtectRequest, stored: StoredObject) -> int:
    return sum(
        request.tree.size(f"{stored.path}/{file.path}")
        for folder in version_folders(request.tree, stored)
        if _current(request, request.place.parity / stored.path / folder.version, folder) is None
        for file in folder.files
    )


def object_path(reader: StoreReader, name: str) -> str | None:
    """Return the path of the object that a user names, by its identifier or by its path; None where there is none.

    Raises:
        OSError: a folder cannot be listed.
    """
    path = name.strip("/")
    try:
        if path and ":" not in name and reader.tree.kind(path) == "folder":
            return path
    except OSError:
        pass  # the name is no path
    return reader.find(name)


def protection_json(protection: Protection) -> dict[str, object]:
    """Return the shape of one JSON line."""
    return {
        "package": printable(protection.identifier),
        "path": printable(protection.path),
        "status": protection.status,
        "versions": protection.versions,
        "bytes": protection.bytes,
        "parity_bytes": protection.parity_bytes,
        "findings": [finding_json(finding) for finding in protection.findings],
    }


def _protected(request: ProtectRequest, reader: StoreReader, path: str, known: _KnownSets) -> Protection:
    protection = Protection(identifier=path, path=path)
    try:
        stored = reader.read_object(path)
        protection.identifier = stored.identifier
        for folder in version_folders(reader.tree, stored):
            _protect_version(request, stored, folder, protection, known)
    except FindingsError as error:
        protection.findings += error.findings
    except OSError as error:
        protection.findings.append(_refused(path, explain(error, request.place.parity)))
    except ArchiverError as error:
        protection.findings.append(_refused(path, str(error)))
    if any(finding.severity is Severity.ERROR for finding in protection.findings):
        protection.status = "failed"
    return protection


def _protect_version(
    request: ProtectRequest, stored: StoredObject, folder: VersionFolder, protection: Protection, known: _KnownSets
) -> None:
    target = request.place.parity / stored.path / folder.version
    record = _current(request, target, folder)
    if record is not None:
        if not known.has(stored.path, folder.version, _seal(target)):
            _log(request, stored, record, target)  # a run was killed after it had made the set
        return
    record = make_set(
        request.tree,
        stored.path,
        folder,
        target,
        par2=request.par2,
        percent=request.percent,
        area=request.place.records,
        progress=request.progress,
    )
    protection.status = "protected"
    protection.versions.append(folder.version)
    protection.bytes += sum(file.bytes for file in record.files)
    protection.parity_bytes += _log(request, stored, record, target)


def _log(request: ProtectRequest, stored: StoredObject, record: ParityRecord, target: Path) -> int:
    """Say in the store's log that a set was made, and return the bytes of it."""
    parity_bytes = sum(file.stat().st_size for file in target.iterdir())
    StoreLog(request.place.records).append(
        "protected",
        {
            "identifier": printable(stored.identifier),
            "path": printable(stored.path),
            "version": record.version,
            "percent": record.percent,
            "bytes": sum(file.bytes for file in record.files),
            "parity_bytes": parity_bytes,
            "checksums_sha256": _seal(target),
        },
        now=request.now,
    )
    return parity_bytes


def _seal(target: Path) -> str:
    return hashlib.sha256((target / CHECKSUMS).read_bytes()).hexdigest()


@dataclass(slots=True)
class _KnownSets:
    """The sets that the store's log tells of; it is read when the first is asked for, once a run."""

    records: Path
    seals: set[bytes] | None = None
    """Of each entry 16 bytes: there may be a million."""

    def has(self, path: str, version: str, seal: str) -> bool:
        """Tell whether the log says that this set was made."""
        if self.seals is None:
            self.seals = {
                _short(str(body.get("path")), str(body.get("version")), str(body.get("checksums_sha256")))
                for entry in StoreLog(self.records).entries()
                if entry.kind == "protected" and (body := entry.body)
            }
        return _short(printable(path), version, seal) in self.seals


def _short(*texts: str) -> bytes:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).digest()[:16]


def _current(request: ProtectRequest, target: Path, folder: VersionFolder) -> ParityRecord | None:
    """Return what the set that stands there is over; None where one is to be made."""
    if not os.path.lexists(target / CHECKSUMS):
        return None
    record = read_set(target)
    if record is None or (record.identifier, record.content) != (folder.identifier, folder.content):
        return None
    if record.percent < request.percent or (request.check and any(check_set(target))):
        return None
    return record


def package_absent(name: str) -> Finding:
    """Word that the store does not have a package."""
    return Finding(
        severity=Severity.ERROR,
        code="package-not-in-store",
        file=None,
        message=f"the store has no package {printable(name)}.",
        fix="Check the identifier, and which store is asked: --store.",
    )


def _refused(path: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="parity-not-made",
        file=None,
        message=f"no parity was made of {printable(path)}: {cause}.",
        fix="Check the disk and its free space, and run the same command again.",
    )
