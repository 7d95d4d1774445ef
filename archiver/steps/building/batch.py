"""Keeps the rendering workers fed across the items of a build, while the results leave in the order of the source.

What goes wrong with one item is that item's finding; the batch goes on.
"""

from __future__ import annotations

import errno
import os
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.describe import Metadata
from archiver.errors import ItemError
from archiver.model import Finding, RenderRequest, RenderResult, Severity
from archiver.standards.names import printable
from archiver.steps.building.item_build import ItemBuild
from archiver.steps.building.item_place import ItemPlace
from archiver.steps.building.settings import BuildProgress
from archiver.steps.rendering.workers import RenderPool, RenderTicket
from archiver.steps.results import ItemResult
from archiver.storage.durable import explain

_WINDOW_DOCUMENTS = 8
"""Documents a worker may have waiting: enough to keep it busy, few enough to bound memory."""

_WINDOW_BYTES = 64 << 20


@dataclass(slots=True)
class _Waiting:
    """One document whose rendition is being made, or an item's end."""

    work: ItemBuild
    ticket: RenderTicket | None
    request: RenderRequest | None
    original: str


class Batch:
    """Keeps the workers fed across items while the results leave in order."""

    def __init__(self, pool: RenderPool, metadata: Metadata, progress: BuildProgress) -> None:
        self._pool = pool
        self._metadata = metadata
        self._progress = progress
        self._queue: deque[_Waiting] = deque()
        self._waiting_bytes = 0

    def run(self, places: Iterator[ItemPlace]) -> Iterator[ItemResult]:
        """Build each item, as far ahead as the window allows; yields one result an item, in order."""
        for place in places:
            self._progress.item(place.item.name)
            work = ItemBuild(place, self._metadata, self._progress.advance)
            if self._guarded(work, work.stage):
                for original, request in work.requests():
                    while self._is_full(len(request.content)):
                        yield from self._settle()
                    self._waiting_bytes += len(request.content)
                    self._queue.append(_Waiting(work, self._pool.submit(request), request, original))
            self._queue.append(_Waiting(work, None, None, ""))
            while self._queue and self._queue[0].ticket is None:
                yield from self._settle()
        while self._queue:
            yield from self._settle()

    def _is_full(self, size: int) -> bool:
        documents = sum(waiting.ticket is not None for waiting in self._queue)
        return documents > 0 and (
            documents >= self._pool.workers * _WINDOW_DOCUMENTS or self._waiting_bytes + size > _WINDOW_BYTES
        )

    def _settle(self) -> Iterator[ItemResult]:
        """Take the oldest entry: a rendition goes into its package, an item's end closes it."""
        waiting = self._queue.popleft()
        if waiting.ticket is None or waiting.request is None:
            yield self._finished(waiting.work)
            return
        self._waiting_bytes -= len(waiting.request.content)
        result: RenderResult = waiting.ticket.result()
        self._guarded(waiting.work, lambda: waiting.work.accept(waiting.original, result))

    def _finished(self, work: ItemBuild) -> ItemResult:
        self._guarded(work, work.finish)
        work.clean_up()
        return work.result()

    @staticmethod
    def _guarded(work: ItemBuild, step: Callable[[], None]) -> bool:
        """Run one step of an item; what goes wrong is that item's finding. True when the item can go on."""
        if work.failed:
            return False
        try:
            step()
        except ItemError as error:
            work.fail(error.findings)
        except OSError as error:
            work.fail((_disk_finding(error, work),))
        except Exception as error:  # noqa: BLE001 - a defect of ours costs this item alone, and says where it is
            work.fail((_unexpected(error, work),))
        return not work.failed


def _unexpected(error: Exception, work: ItemBuild) -> Finding:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "an unknown place"
    said = printable(f"{type(error).__name__}: {error}")[:300]
    return Finding(
        severity=Severity.ERROR,
        code="unexpected-error",
        file=work.place.name,
        message=f"{work.place.name} was not packaged: an error nobody foresaw ({said}, in {place}).",
        fix="Please report it with this line; the other items are not touched by it.",
    )


def _disk_finding(error: OSError, work: ItemBuild) -> Finding:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    words = explain(error, work.place.destination, work.bytes_to_write() if full else None)
    name = work.place.name
    if full:
        return Finding(
            severity=Severity.ERROR,
            code="disk-full",
            file=name,
            message=f"{name} was not packaged: {words}.",
            fix="Free that much on the disk, or name another destination with --out, and run the same command again.",
        )
    return Finding(
        severity=Severity.ERROR,
        code="disk-refused",
        file=name,
        message=f"{name} was not packaged: {words}" + (f" ({os.fsdecode(error.filename)})." if error.filename else "."),
        fix="Check the disk and its permissions, and run the same command again; what was published is whole.",
    )
