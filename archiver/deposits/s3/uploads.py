"""Uploads in parts that were begun: remembered before a byte goes into one, and found again at the store.

The store's list of parts says how far one is; what is remembered is its name alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archiver.deposits.contract import RefusedError, RetryableError
from archiver.deposits.s3.behaviour import forget
from archiver.deposits.s3.digests import parts, reported_etag, reported_sha256

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.s3.bucket import Bucket
    from archiver.model.deposits import ParcelFile

_MEMORY = "uploads"
_BEFORE = "uploads_before"
_MOST_PAGES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One upload in parts."""

    id: str
    """As the store calls it."""

    part_size: int
    checked: bool
    """Whether SHA-256 goes with its parts."""

    done: bool = False
    """Whether it was completed or thrown away; its part size is remembered all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPart:
    """One part that the store has."""

    size: int
    etag: str | None
    sha256: str | None
    """Hexadecimal; None where the store does not list it."""


def remembered(attempt: Attempt, path: str) -> Upload | None:
    """Return the upload of a file that was begun last; also one that is done."""
    table = attempt.memory.get(_MEMORY)
    value = table.get(path) if isinstance(table, Mapping) else None
    if not isinstance(value, Mapping):
        return None
    return Upload(
        id=str(value["id"]),
        part_size=int(value["part_size"]),
        checked=bool(value["checked"]),
        done=bool(value.get("done", False)),
    )


def begin(
    bucket: Bucket, attempt: Attempt, file: ParcelFile, key: str, upload: Upload, words: Mapping[str, Any]
) -> Upload:
    """Begin an upload, and remember it.

    Args:
        bucket: where.
        attempt: that remembers it.
        file: that is sent.
        key: of the object.
        upload: part size, and whether digests go with the parts; its name is not known yet.
        words: of the object: metadata, storage class.
    """
    clear_way(bucket, attempt, file.path, key)
    more = {"ChecksumAlgorithm": "SHA256"} if upload.checked else {}
    begun = bucket.ask(attempt, "create_multipart_upload", intent="begin upload", Key=key, **more, **words) or {}
    found = Upload(id=str(begun["UploadId"]), part_size=upload.part_size, checked=upload.checked)
    _remember(attempt, file.path, found)
    return found


def clear_way(bucket: Bucket, attempt: Attempt, path: str, key: str, *, again: bool = False) -> None:
    """Throw away what a killed run began and could not remember, and note which uploads of the object are another's.

    Args:
        bucket: where.
        attempt: that remembers them.
        path: of the file.
        key: of its object.
        again: whether nothing is about to be begun, so that there is nothing to do where nothing was ever noted.
    """
    table = attempt.memory.get(_BEFORE)
    before = dict(table) if isinstance(table, Mapping) else {}
    if again and path not in before:
        return
    there = _under_way(bucket, attempt, key)
    if there is None:
        return
    if path in before:
        upload = remembered(attempt, path)
        own = {upload.id} if upload is not None and not upload.done else set()
        for stray in there - own - set(before[path]):
            forget(bucket, attempt, key, stray)
            there = there - {stray}
    if before.get(path) != sorted(there):
        attempt.remember(**{_BEFORE: {**before, path: sorted(there)}})


def end(attempt: Attempt, path: str, upload: Upload) -> None:
    """Remember that an upload was completed, or is no more."""
    _remember(attempt, path, Upload(id=upload.id, part_size=upload.part_size, checked=upload.checked, done=True))


def held_parts(bucket: Bucket, attempt: Attempt, key: str, upload: Upload) -> dict[int, HeldPart] | None:
    """Ask which parts the store has.

    Returns:
        By number; None where it does not know the upload.

    Raises:
        RetryableError: what it lists makes no sense.
    """
    found: dict[int, HeldPart] = {}
    marker = 0
    for _ in range(_MOST_PAGES):
        after: dict[str, Any] = {"PartNumberMarker": marker} if marker else {}
        page = bucket.ask(attempt, "list_parts", accept=("NoSuchUpload",), Key=key, UploadId=upload.id, **after)
        if page is None:
            return None
        for one in page.get("Parts", []):
            held = HeldPart(
                size=int(one["Size"]),
                etag=reported_etag(one.get("ETag")),
                sha256=reported_sha256(one.get("ChecksumSHA256")),
            )
            found[int(one["PartNumber"])] = held
        following = int(page.get("NextPartNumberMarker") or 0)
        if not page.get("IsTruncated") or following <= marker:
            return found
        marker = following
    raise RetryableError(f"The list of parts of {key} has no end")


def first_bytes(file: ParcelFile, upload: Upload, held: Mapping[int, HeldPart]) -> int:
    """Return how many of a file's first bytes lie at the store, in whole parts."""
    count = 0
    for part in parts(file.size, upload.part_size):
        if part.number not in held or held[part.number].size != part.size:
            break
        count += part.size
    return count


def _under_way(bucket: Bucket, attempt: Attempt, key: str) -> set[str] | None:
    """Return the uploads of an object that are under way; None where the account may not ask."""
    try:
        # Where there are none, some stores say so by an error.
        page = bucket.ask(attempt, "list_multipart_uploads", accept=("NotImplemented", "NoSuchUpload"), Prefix=key)
    except RefusedError:
        return None
    return {str(one["UploadId"]) for one in _uploads(page) if one.get("Key") == key}


def _uploads(page: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    yield from (page or {}).get("Uploads", [])


def _remember(attempt: Attempt, path: str, upload: Upload) -> None:
    table = attempt.memory.get(_MEMORY)
    known = dict(table) if isinstance(table, Mapping) else {}
    known[path] = {
        "id": upload.id,
        "part_size": upload.part_size,
        "checked": upload.checked,
        "done": upload.done,
    }
    attempt.remember(**{_MEMORY: known})
