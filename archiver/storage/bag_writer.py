"""Writing one bag into staging: payload by copying or from bytes, then the tag files that seal it.

Every file is created new, hashed while written and fsynced. Nothing is published here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path

from archiver.storage.bag_tags import tag_files
from archiver.storage.durable import forget_pages, fsync_folders, write_new
from archiver.storage.hashing import new_hasher
from archiver.storage.payload_copying import CopiedFile
from archiver.storage.source_files import Progress, ReadDocument, Take, copy_document


@dataclass(slots=True)
class BagWriter:
    """A bag in the making below ``root``, an empty staging folder."""

    root: Path
    algorithms: Sequence[str]
    """Of every manifest, as in hashlib."""

    keep_times: bool = False
    """Whether copies get the time of last modification of what they were copied from."""

    payload: dict[str, ReadDocument] = field(default_factory=dict)
    """Path below ``data/`` -> what was written."""

    _cached: list[Path] = field(default_factory=list)
    """Files whose pages the kernel still holds."""

    def copy(
        self,
        source: Path,
        path: str,
        target: str,
        progress: Progress | None = None,
        *,
        also: Take | None = None,
        more: Sequence[str] = (),
    ) -> ReadDocument:
        """Copy the document ``source/path`` to ``data/target``; ``also`` is given each piece of it.

        Returns:
            What was read, hashed by the manifests' algorithms and by those in ``more``, which no manifest lists.

        Raises:
            SourceUnreadableError, SourceChangedError: from the source.
            OSError: from the disk written to.
        """
        place = self._place(target)
        algorithms = (*self.algorithms, *more)
        seen = copy_document(source, path, place, algorithms, progress, keep_time=self.keep_times, also=also)
        digests = {name: seen.digests[name] for name in self.algorithms}
        self.payload[target] = ReadDocument(size=seen.size, digests=digests) if more else seen
        return seen

    def write(self, target: str, chunks: Iterable[bytes]) -> ReadDocument:
        """Write ``chunks`` as ``data/target``, hashing them as they pass; the file is fsynced.

        Raises:
            OSError: from the disk.
        """
        hashers = {name: hashlib.new(name, usedforsecurity=False) for name in self.algorithms}
        size = write_new(self._place(target), _hashed(chunks, list(hashers.values())))
        written = ReadDocument(size=size, digests={name: hasher.hexdigest() for name, hasher in hashers.items()})
        self.payload[target] = written
        return written

    def took(self, copies: Iterable[tuple[str, CopiedFile]]) -> None:
        """List documents that were copied below ``data/`` already, durably.

        Args:
            copies: path below ``data/``, and what was seen; digests of this bag's algorithms, in their order.
        """
        ends = list(accumulate((2 * new_hasher(name)().digest_size for name in self.algorithms), initial=0))
        places = [(name, slice(*place)) for name, place in zip(self.algorithms, pairwise(ends), strict=True)]
        for target, copied in copies:
            text = copied.digest.hex()
            digests = {name: text[place] for name, place in places}
            self.payload[target] = ReadDocument(size=copied.size, digests=digests)

    def seal(self, bag_info: Iterable[tuple[str, str]], others: Mapping[str, bytes] | None = None) -> None:
        """Write bagit.txt, bag-info.txt and the manifests, and make every folder durable (RFC 8493 section 2).

        Args:
            bag_info: labels and values in order; Payload-Oxum is added, because only this room counts it.
            others: tag files beside the usual ones: name -> content.

        Raises:
            OSError: from the disk.
        """
        for name, data in tag_files(self.payload, self.algorithms, bag_info, others).items():
            write_new(self.root / name, [data])
            self._cached.append(self.root / name)
        fsync_folders(self.root)
        self._forget_cache()

    def _place(self, target: str) -> Path:
        place = self.root / "data" / target
        place.parent.mkdir(parents=True, exist_ok=True)
        self._cached.append(place)
        return place

    def _forget_cache(self) -> None:
        """Ask the kernel to drop its copies, so that the re-reading that follows reads the disk."""
        for place in self._cached:
            descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
            try:
                forget_pages(descriptor)
            finally:
                os.close(descriptor)


def _hashed(chunks: Iterable[bytes], hashers: Sequence[hashlib._Hash]) -> Iterator[bytes]:
    for chunk in chunks:
        for hasher in hashers:
            hasher.update(chunk)
        yield chunk
