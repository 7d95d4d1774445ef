"""Sends the files of a draft: in one piece or in parts, gone on with where that helps, compared when they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError, RetryableError
from archiver.deposits.http.sending import Upload
from archiver.deposits.inveniordm.interface import Interface, refuses_parts

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.inveniordm.records import Record, StoredFile
    from archiver.model.deposits import ParcelFile


class FileSender:
    """Sends files; what it must know after a kill is in the attempt's memory."""

    def __init__(self, interface: Interface, part_size: int) -> None:
        self._interface = interface
        self._part_size = part_size

    def offset(self, attempt: Attempt, record: Record, file: ParcelFile) -> int:
        """Return how many of a file's first bytes are there.

        The server does not say which parts it has; those whose reply came are remembered.
        """
        stored = self._interface.files(attempt, record).get(file.path)
        if stored is None:
            return 0
        if stored.holds(file):
            return file.size
        if stored.complete or stored.part_size != self._part_size:
            return 0
        return min(_parts(attempt, file) * self._part_size, file.size)

    def put(self, attempt: Attempt, record: Record, file: ParcelFile, offset: int) -> None:
        """Send a file from an offset on, and compare what the server says of it then.

        Raises:
            RetryableError: it holds something else, which was removed.
        """
        stored = self._interface.files(attempt, record).get(file.path)
        if file.size <= self._part_size or attempt.memory.get("single"):
            self._whole(attempt, record, file, stored)
        else:
            self._in_parts(attempt, record, file, stored, offset)
        now = self._interface.commit(attempt, record, file)
        if not now.holds(file):
            self._forget(attempt, record, file)
            held = f"{now.size} bytes, md5 {now.md5}"
            raise RetryableError(f"of {file.path} other bytes arrived than were sent ({held}); it was removed")

    def _whole(self, attempt: Attempt, record: Record, file: ParcelFile, stored: StoredFile | None) -> None:
        if stored is not None and (stored.complete or stored.part_size is not None):
            self._forget(attempt, record, file)
            stored = None
        if stored is None:
            self._interface.announce(attempt, record, file, None)
        self._interface.send(attempt, record, file)

    def _in_parts(
        self, attempt: Attempt, record: Record, file: ParcelFile, stored: StoredFile | None, offset: int
    ) -> None:
        done = offset // self._part_size
        if stored is not None and (stored.complete or stored.part_size != self._part_size):
            self._forget(attempt, record, file)
            stored = None
        if stored is None:
            done = 0
            _remember_parts(attempt, file, 0)
            try:
                stored = self._interface.announce(attempt, record, file, self._part_size)
            except RefusedError as error:
                if not refuses_parts(error):
                    raise
                attempt.remember(single=True)
                self._whole(attempt, record, file, None)
                return
        for part in range(done + 1, -(-file.size // self._part_size) + 1):
            start = (part - 1) * self._part_size
            upload = Upload(file=file.source, size=min(self._part_size, file.size - start), offset=start)
            self._interface.send_part(attempt, record, part, stored, upload)
            _remember_parts(attempt, file, part)

    def _forget(self, attempt: Attempt, record: Record, file: ParcelFile) -> None:
        _remember_parts(attempt, file, 0)
        self._interface.remove(attempt, record, file.path)


def _parts(attempt: Attempt, file: ParcelFile) -> int:
    """Return how many parts of a file, from the first on, arrived."""
    parts = attempt.memory.get("parts")
    count = parts.get(file.path, 0) if isinstance(parts, dict) else 0
    return count if isinstance(count, int) else 0


def _remember_parts(attempt: Attempt, file: ParcelFile, count: int) -> None:
    parts = attempt.memory.get("parts")
    attempt.remember(parts={**(parts if isinstance(parts, dict) else {}), file.path: count})
