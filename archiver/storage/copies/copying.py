"""A wanted file is copied from where it is offered: verified on the way, and again from the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from archiver.storage.copies.contract import Chunks, Copies, Offer, Wanted
from archiver.storage.durable import NEW_FILE_READ_BACK, discard, forget_pages, write_all
from archiver.storage.hashing import CHUNK, Hashing


class CopiesUnreadableError(Exception):
    """A place with copies cannot be read; the message says why."""


class _OfferFailedError(Exception):
    """What is offered cannot be read, or not to its end."""


def take_offers(copies: Copies, wanted: Collection[Wanted], target: Callable[[Wanted], Path]) -> Iterator[Offer]:
    """Copy what is wanted, as far as a place has it.

    Args:
        copies: the place.
        wanted: files that lack.
        target: where each is put; the folder is there, the file is not.

    Yields:
        Each offer that was good, once its copy is on the disk and was read back.

    Raises:
        CopiesUnreadableError: the place cannot be read, or not any more.
        OSError: the disk that gets the copies refused.
    """
    lacking = {one.path: one for one in wanted}
    offers = copies.offers(tuple(lacking.values()))
    while lacking and (offer := _next(offers)) is not None:
        if offer.wanted.path in lacking and copy_verified(offer.read, target(offer.wanted), offer.wanted):
            del lacking[offer.wanted.path]
            yield offer


def copy_verified(read: Callable[[], Chunks], target: Path, wanted: Wanted) -> bool:
    """Copy one file, if it is the one that is wanted.

    Args:
        read: gives its bytes.
        target: where it is put; must not be there.
        wanted: what it must hash to.

    Returns:
        Whether it is; else nothing is at the target.

    Raises:
        OSError: the disk of the target refused.
    """
    descriptor = os.open(target, NEW_FILE_READ_BACK, 0o666)
    good = False
    try:
        try:
            good = matches(_passed_on(read, descriptor), wanted)
        except _OfferFailedError:
            return False
        if good:
            os.fsync(descriptor)
            forget_pages(descriptor)
            os.lseek(descriptor, 0, os.SEEK_SET)
            good = matches(iter(lambda: os.read(descriptor, CHUNK), b""), wanted)
    finally:
        os.close(descriptor)
        if not good:
            discard(target)
    return good


def matches(chunks: Iterable[bytes | memoryview], wanted: Wanted) -> bool:
    """Tell whether bytes are those that are wanted."""
    with Hashing(wanted.digests) as hashing:
        for chunk in chunks:
            hashing.update(chunk)
        return {name: digest.hex() for name, digest in hashing.digests().items()} == dict(wanted.digests)


def _next(offers: Iterator[Offer]) -> Offer | None:
    try:
        return next(offers, None)
    except OSError as error:
        raise CopiesUnreadableError(error.strerror or str(error)) from error


def _passed_on(read: Callable[[], Chunks], descriptor: int) -> Chunks:
    for chunk in _read(read):
        write_all(descriptor, chunk)
        yield chunk


def _read(read: Callable[[], Chunks]) -> Chunks:
    try:
        yield from read()
    except OSError as error:
        raise _OfferFailedError from error
