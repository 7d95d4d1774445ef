"""Opens the archive that a path names: which format it is, its descriptor, and how its progress is counted."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.model import VerifyLevel
from archiver.storage.archives.compressed_feed import Compression
from archiver.storage.archives.content_stream import ContentStream
from archiver.storage.archives.gzip_content import GZIP
from archiver.storage.archives.limits import LIMITS, Limits, not_an_archive
from archiver.storage.archives.tar_bag import PlainSource, StreamSource, TarBag
from archiver.storage.archives.zip_bag import ZipBag
from archiver.storage.bag_checks.container import BagContainer, Progress
from archiver.storage.digesting.files import Read

_GZIP = (".tar.gz", ".tgz")
_ZSTD = (".tar.zst", ".tzst")
_COMPRESSED = (*_GZIP, *_ZSTD)
EXTENSIONS = (".tar", *_COMPRESSED, ".zip")
"""Of the archives that are read, in lower case."""

# Without waiting: a pipe may stand where the archive is expected.
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def is_archive(path: Path) -> bool:
    """Tell whether a path is named like an archive that is read here, and is no folder."""
    return path.name.lower().endswith(EXTENSIONS) and not os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where it may not look


def compressed_bytes(path: Path, level: VerifyLevel) -> int | None:
    """Return how many bytes are read of an archive whose content can only be known by inflating it; else None."""
    if not path.name.lower().endswith(_COMPRESSED):
        return None
    # Once for the headers; for the content once more, unless no content is read.
    return path.stat().st_size * (2 if level == "full" else 1)


@contextmanager
def open_archive(
    path: Path,
    level: VerifyLevel,
    progress: Progress | None,
    limits: Limits = LIMITS,
    *,
    expect: Callable[[Read, int, int], None] | None = None,
) -> Iterator[tuple[BagContainer, Progress | None]]:
    """Open an archive and read its headers.

    Args:
        path: the archive, named with one of ``EXTENSIONS``.
        level: as for verifying; decides how often a compressed archive is read.
        progress: told of bytes read.
        limits: what the archive may ask for.
        expect: told how files are read in another process, how many there are, and their bytes, if they can be read in
            any order at little cost.

    Yields:
        The bag, and what is to be told of the bytes read from it; None when the bag tells of them itself.

    Raises:
        OSError: it cannot be opened or read.
        RefusedArchiveError: it is no archive, or one that asks for too much.
    """
    descriptor = os.open(path, _FILE)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise not_an_archive("an archive", "it is no regular file")
        name = path.name[: -len(next(end for end in EXTENSIONS if path.name.lower().endswith(end)))]
        total = compressed_bytes(path, level)
        if total is not None:
            told = _Told(total, progress)
            stream = ContentStream(descriptor, _compression(path.name.lower()), limits, told.more)
            yield TarBag(StreamSource(stream, limits), name, limits), None
            told.rest()
            return
        bag = (
            ZipBag(descriptor, name, limits)
            if path.name.lower().endswith(".zip")
            else TarBag(PlainSource(descriptor), name, limits)
        )
        if expect and bag.nearly_sorted():
            sizes = bag.listing().files.values()
            expect(bag.read_elsewhere, len(sizes), sum(sizes))
        yield bag, progress
    finally:
        os.close(descriptor)


def _compression(name: str) -> Compression:
    if name.endswith(_GZIP):
        return GZIP
    from archiver.storage.archives.zstd_content import ZSTD  # noqa: PLC0415 - takes time, and few archives need it

    return ZSTD


class _Told:
    """Progress that never passes its whole, however often something is read again, and reaches it at the end."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._left = total
        self._progress = progress

    def more(self, count: int) -> None:
        """Tell of more bytes."""
        count = min(count, self._left)
        self._left -= count
        if self._progress and count:
            self._progress(count)

    def rest(self) -> None:
        """Tell of all that is left: it need not be read."""
        self.more(self._left)
