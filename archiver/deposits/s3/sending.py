"""Sends a file's bytes: whole, or in parts of which several are on their way at once, in bounded memory.

What is sent is digested as it is read, and compared with what the parcel is to be; a part that the store has already
is not sent again.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from archiver.deposits.contract import RefusedError, RetryableError
from archiver.deposits.s3.behaviour import base64_sha256
from archiver.deposits.s3.digests import Part, PartDigests, blocks, changed, check_whole, measure, parts, reported_etag
from archiver.deposits.s3.settings import MIB
from archiver.deposits.s3.wire import Body

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.deposits.contract import Attempt
    from archiver.deposits.s3.bucket import Bucket
    from archiver.deposits.s3.uploads import HeldPart, Upload
    from archiver.deposits.surroundings import Folders
    from archiver.model.deposits import ParcelFile

_IN_MEMORY = 48 * MIB
"""Of all parts on their way; larger ones are read from the disk as they are sent."""

_AT_ONCE = 8


class StoppedError(Exception):
    """Another part failed, so that this one is not sent to its end."""


class OtherBytesError(RetryableError):
    """A part did not arrive as it was sent, and the store did not notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    part: Part
    content: bytes | None
    """None: it is read from the disk again."""

    digests: PartDigests | None
    """None: not computed yet."""


class Sender:
    """Sends files to one bucket."""

    def __init__(self, bucket: Bucket, folders: Folders, parallel: int) -> None:
        """Take the bucket, what opens files, and how many parts are sent at once."""
        self._bucket = bucket
        self._folders = folders
        self._at_once = min(parallel, _AT_ONCE)

    @contextmanager
    def reader(self, file: ParcelFile) -> Iterator[BinaryIO]:
        """Open a file of the parcel.

        Raises:
            RefusedError: it cannot be opened.
        """
        try:
            opened = self._folders.reader(file.source)
            source = opened.__enter__()
        except OSError as error:
            raise RefusedError(changed(file)) from error
        with ExitStack() as held:
            held.push(opened.__exit__)
            yield source

    @contextmanager
    def whole(self, attempt: Attempt, file: ParcelFile) -> Iterator[Body]:
        """Give a file's bytes, checked, to be sent at once."""
        with self.reader(file) as source:
            if file.size > _IN_MEMORY:
                measure(file, source, file.size)
                yield Body(source, 0, file.size, attempt.moved)
                return
            data = b"".join(blocks(file, source, file.size))
        check_whole(file, hashlib.sha256(data).hexdigest())
        yield Body(io.BytesIO(data), 0, file.size, attempt.moved)

    def send_parts(
        self, attempt: Attempt, file: ParcelFile, key: str, upload: Upload, held: Mapping[int, HeldPart]
    ) -> tuple[PartDigests, ...]:
        """Send every part that the store lacks, and return what all parts hash to.

        Raises:
            RefusedError: the file is no longer what it was; nothing of it was completed.
            OtherBytesError: a part lies at the store with other bytes.
        """
        whole = hashlib.sha256()
        line = _Line(attempt)
        done: dict[int, PartDigests] = {}
        pending: set[Future[tuple[int, PartDigests]]] = set()
        with self.reader(file) as source, line.parts(self._at_once) as pool:
            for part in parts(file.size, upload.part_size):
                # Read while those before it are sent: one more is in memory than is on its way.
                loaded = self._load(file, source, part, whole, upload)
                if len(pending) >= self._at_once:
                    pending = _collect(pending, done)
                send = _Sending(self, file, key, upload, held.get(part.number), line.moved)
                pending.add(pool.submit(send, loaded))
            while pending:
                pending = _collect(pending, done)
        check_whole(file, whole.hexdigest())
        return tuple(done[number] for number in sorted(done))

    def _load(self, file: ParcelFile, source: BinaryIO, part: Part, whole: hashlib._Hash, upload: Upload) -> _Loaded:
        if (self._at_once + 1) * upload.part_size <= _IN_MEMORY:
            content = source.read(part.size)  # at once: two copies of a part would take twice the memory
            if len(content) < part.size:
                content += b"".join(blocks(file, source, part.size - len(content)))
            whole.update(content)
            return _Loaded(part=part, content=content, digests=None)
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        for block in blocks(file, source, part.size):
            for digest in (whole, sha256, md5):
                digest.update(block)
        return _Loaded(part=part, content=None, digests=PartDigests(sha256=sha256.digest(), md5=md5.digest()))

    @contextmanager
    def body(self, file: ParcelFile, part: Part, content: bytes | None, moved: Callable[[int], None]) -> Iterator[Body]:
        """Give the bytes of a part, to be sent."""
        if content is not None:
            yield Body(io.BytesIO(content), 0, part.size, moved)
            return
        with self.reader(file) as source:
            yield Body(source, part.start, part.size, moved)

    def send_part(self, key: str, upload: Upload, part: Part, body: Body, digests: PartDigests) -> None:
        """Send one part, and look at what the store says of it."""
        more = {}
        if upload.checked and digests.sha256 is not None:
            more["ChecksumSHA256"] = base64_sha256(digests.sha256)
        reply = self._bucket.ask(
            None, "upload_part", Key=key, UploadId=upload.id, PartNumber=part.number, Body=body, **more
        )
        etag = reported_etag((reply or {}).get("ETag"))
        if not upload.checked and digests.md5 is not None and _is_md5(etag) and etag != digests.md5.hex():
            raise OtherBytesError(f"Part {part.number} of {key} arrived with other bytes than were sent")


class _Sending:
    """One part on its way: runs in a thread of its own."""

    def __init__(
        self,
        sender: Sender,
        file: ParcelFile,
        key: str,
        upload: Upload,
        held: HeldPart | None,
        moved: Callable[[int], None],
    ) -> None:
        self._sender = sender
        self._file = file
        self._key = key
        self._upload = upload
        self._held = held
        self._moved = moved

    def __call__(self, loaded: _Loaded) -> tuple[int, PartDigests]:
        part, digests = loaded.part, loaded.digests or self._digest(loaded.content or b"")
        if self._held is None or not agrees(self._held, part, digests):
            with self._sender.body(self._file, part, loaded.content, self._moved) as body:
                self._sender.send_part(self._key, self._upload, part, body, digests)
        return part.number, digests

    def _digest(self, content: bytes) -> PartDigests:
        # A store that checks SHA-256 needs no MD5, but for what it has already: its list may tell that one alone.
        wants_md5 = self._held is not None or not self._upload.checked
        sha256 = hashlib.sha256(content).digest() if self._upload.checked else None
        return PartDigests(
            sha256=sha256, md5=hashlib.md5(content, usedforsecurity=False).digest() if wants_md5 else None
        )


class _Line:
    """What all parts on their way share: the count of bytes, and that one has failed."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._stop = threading.Event()

    def moved(self, count: int) -> None:
        """Tell of bytes.

        Raises:
            StoppedError: another part has failed.
        """
        if self._stop.is_set():
            raise StoppedError
        self._attempt.moved(count)

    @contextmanager
    def parts(self, at_once: int) -> Iterator[ThreadPoolExecutor]:
        """Give threads; when the block fails, those that are sending stop at the next block of bytes."""
        pool = ThreadPoolExecutor(at_once, thread_name_prefix="s3-part")
        try:
            yield pool
        except BaseException:
            self._stop.set()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def agrees(held: HeldPart, part: Part, digests: PartDigests) -> bool:
    """Tell whether a part that the store lists is the one that would be sent, as far as its list tells."""
    if held.size != part.size:
        return False
    if held.sha256 is not None and digests.sha256 is not None:
        return held.sha256 == digests.sha256.hex()
    # Without an MD5 of our own it was sent just now, to a store that checks SHA-256.
    return digests.md5 is None or held.etag == digests.md5.hex()


def _collect(
    pending: set[Future[tuple[int, PartDigests]]], done: dict[int, PartDigests]
) -> set[Future[tuple[int, PartDigests]]]:
    ended, still = wait(pending, return_when=FIRST_COMPLETED)
    for future in ended:
        number, digests = future.result()
        done[number] = digests
    return still


def _is_md5(etag: str | None) -> bool:
    return etag is not None and len(etag) == 32 and all(character in "0123456789abcdef" for character in etag)
