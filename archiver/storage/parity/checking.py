"""Parity itself is looked after: whether a set's own files are what they were when it was made. Reads only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from archiver.model import Finding, Severity
from archiver.standards.checksum_lists import ListedChecksum, read_checksums
from archiver.standards.names import printable
from archiver.storage.parity.protecting import CHECKSUMS, RECORD
from archiver.storage.parity.record import DIGEST, ParityRecord, read_record
from archiver.storage.stores.place import StorePlace

_LONGEST_LIST = 1 << 20
_LONGEST_RECORD = 1 << 30
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def check_parity(place: StorePlace, path: str) -> tuple[Finding, ...]:
    """Check all parity of one stored package; it says nothing of the package itself, and nothing where there is none.

    Args:
        place: the store.
        path: of the object's root from the storage root.
    """
    return tuple(finding for folder in set_folders(place.parity / path) for finding in check_set(folder))


def set_folders(parity: Path) -> list[Path]:
    """List the sets of one object: a folder a version, sorted by version.

    Args:
        parity: the object's folder in the store's records; it need not be there.
    """
    try:
        names = os.listdir(parity)  # noqa: PTH208 - only names are needed
    except (FileNotFoundError, NotADirectoryError):
        return []
    versions = [name for name in names if name[:1] == "v" and name[1:].isascii() and name[1:].isdigit()]
    return [parity / name for name in sorted(versions, key=lambda name: (int(name[1:]), name))]


def read_set(folder: Path) -> ParityRecord | None:
    """Read what a set is over; None where that cannot be told."""
    try:
        return read_record(_read(folder / RECORD, _LONGEST_RECORD))
    except (OSError, ValueError):
        return None


def check_set(folder: Path) -> Iterator[Finding]:
    """Compare a set's files with their digests; yields a finding for each that is damaged or lost."""
    try:
        text = _read(folder / CHECKSUMS, _LONGEST_LIST).decode("ascii")
    except (OSError, ValueError) as error:
        yield _damaged(folder, CHECKSUMS, f"cannot be read ({error})")
        return
    listed = set()
    for line in read_checksums(text.splitlines(), DIGEST):
        if not isinstance(line, ListedChecksum) or os.sep in line.path:
            yield _damaged(folder, CHECKSUMS, f"is damaged in line {line.line}")
            continue
        listed.add(line.path)
        cause = _cause(folder / line.path, line.digest)
        if cause:
            yield _damaged(folder, line.path, cause)
    if RECORD not in listed:
        yield _damaged(folder, CHECKSUMS, f"does not name {RECORD}")


def _cause(file: Path, digest: str) -> str | None:
    try:
        descriptor = os.open(file, _READ)
        with os.fdopen(descriptor, "rb") as opened:
            found = hashlib.file_digest(opened, DIGEST).hexdigest()
    except FileNotFoundError:
        return "is not there any more"
    except OSError as error:
        return f"cannot be read ({os.strerror(error.errno or 0)})"
    return None if found == digest else "is not what it was when it was made"


def _read(file: Path, limit: int) -> bytes:
    with os.fdopen(os.open(file, _READ), "rb") as opened:
        data = opened.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"it has more than {limit:,} bytes")
    return data


def _damaged(folder: Path, name: str, cause: str) -> Finding:
    file = printable(f"{folder.name}/{name}")
    return Finding(
        severity=Severity.WARNING,
        code="parity-damaged",
        file=file,
        message=f"parity of version {printable(folder.name)}: {printable(name)} {cause}. The package itself was not "
        "changed by this, but less of it can be healed.",
        fix="Run `archiver protect` for this package with --check: parity that is damaged is made anew.",
    )
