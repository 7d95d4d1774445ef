"""Copies in a bag of the same package, a folder or an archive; by path. The bag need not be whole."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from archiver.storage.archives.limits import RefusedArchiveError
from archiver.storage.bag_reader import opened_container
from archiver.storage.copies.contract import Offer, Wanted


class BaggedCopies:
    """One bag."""

    def __init__(self, bag: Path) -> None:
        """Open nothing yet."""
        self._bag = bag

    @property
    def location(self) -> str:
        """The bag's path."""
        return str(self._bag)

    def offers(self, wanted: Sequence[Wanted]) -> Iterator[Offer]:
        """Offer what lies under the same path, in the order that reads a compressed archive once."""
        try:
            # At this level an archive keeps ready to read of it what is asked for, and no more.
            with opened_container(self._bag, "full", None) as (container, _):
                files = container.listing().files
                asked: dict[str, list[Wanted]] = {}
                for one in wanted:
                    for path in one.logical:
                        if path in files:
                            asked.setdefault(path, []).append(one)
                for path in container.reading_order(asked):
                    for one in asked[path]:
                        yield Offer(wanted=one, place=path, read=partial(container.read, path))
        except RefusedArchiveError as refusal:
            raise OSError(errno.EINVAL, refusal.findings[0].message) from refusal
