"""Findings of the target ``s3``, what it demands of a parcel, and what it tells of an object. Asks no server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from archiver.deposits.s3.aptrust import LARGEST as APTRUST_LARGEST
from archiver.deposits.s3.aptrust import against_profile
from archiver.model import Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.deposits.s3.settings import S3Settings
    from archiver.model.deposits import Parcel

__all__ = ["APTRUST_LARGEST", "another_object", "identifiers", "no_bucket", "no_checksums", "of_parcel"]

_LONGEST_KEY = 1024
"""Bytes in UTF-8 (Amazon S3 User Guide, "Naming Amazon S3 objects")."""

_TOLD = {
    "VersionId": "version-id",
    "StorageClass": "storage-class",
    "ObjectLockMode": "object-lock",
    "ObjectLockRetainUntilDate": "object-lock-until",
}


def of_parcel(own: S3Settings, parcel: Parcel, keys: Sequence[str]) -> tuple[Finding, ...]:
    """Return what stands against a parcel before a byte is sent."""
    found = list(_long_keys(keys))
    if own.preset == "aptrust":
        found.extend(against_profile(parcel))
    return tuple(found)


def identifiers(address: str, head: Mapping[str, Any]) -> dict[str, str]:
    """Return what the store calls an object, and how it keeps it."""
    told = {name: printable(str(head[key]))[:200] for key, name in _TOLD.items() if head.get(key)}
    return {"object": address, **told}


def no_bucket(target: str, bucket: str) -> Finding:
    """Word that there is no such bucket."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-place-missing",
        file=None,
        message=f"The object store has no bucket {printable(bucket)}, or does not show it to this account.",
        fix=f"Correct {target}.bucket or {target}.region, or have the bucket made; nothing was sent.",
    )


def another_object(target: str, address: str) -> Finding:
    """Word that the name is taken."""
    return Finding(
        severity=Severity.ERROR,
        code="s3-object-exists",
        file=None,
        message=f"{printable(address)} is there already and is not this package; it was not touched.",
        fix=f"Look what it is; choose another {target}.prefix, or remove the object, and deposit again.",
    )


def no_checksums(target: str) -> Finding:
    """Word that the store takes wrong digests."""
    return Finding(
        severity=Severity.ERROR,
        code="s3-no-checksums",
        file=None,
        message="The object store took bytes with a wrong SHA-256, so its digests prove nothing. Nothing was kept.",
        fix=f'With {target}.checksums = "auto" its MD5 is compared, or all bytes are read back.',
    )


def _long_keys(keys: Sequence[str]) -> Iterator[Finding]:
    for key in keys:
        size = len(key.encode("utf-8", "surrogatepass"))
        if size > _LONGEST_KEY:
            yield Finding(
                severity=Severity.ERROR,
                code="s3-name-too-long",
                file=printable(key)[-200:],
                message=f"The object's name would have {size} bytes; object stores take {_LONGEST_KEY}.",
                fix="Shorten the prefix or the package's name, or send packages as one file.",
            )
