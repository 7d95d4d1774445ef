"""What commands about evidence begin with: the records of a store, heads that were kept, the head there is now."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.audit_log.entries import LogHead
from archiver.standards.audit_log.heads import LONGEST_TEXT, HeadSyntaxError, WitnessedHead, read_head
from archiver.standards.names import printable
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace, is_remote


def known_records(place: StorePlace) -> Path:
    """Return the folder of a store's records; it need not be there yet, where the store is.

    Raises:
        UsageError: there is neither a store nor a log of one.
    """
    there = is_remote(place.location) or os.path.isdir(place.location)  # noqa: PTH112 - a link to a folder is one
    if not there and not os.path.lexists(place.log):
        name, records = printable(place.location), printable(str(place.records))
        raise UsageError(f"there is no store {name}, and no log in {records}: name one with --store (and --records)")
    return place.records


def log_head(place: StorePlace) -> LogHead:
    """Return the last entry of a store's log.

    Raises:
        UsageError: there is no store, or its log has no entry yet.
        StorageError: the log cannot be read.
    """
    head = StoreLog(known_records(place)).head()
    if head is None:
        raise UsageError(
            f"the log of {printable(place.location)} has no entry yet: add a package or run an audit, then ask again"
        )
    return head


def read_heads(named: Sequence[str]) -> tuple[WitnessedHead, ...]:
    """Read heads that were kept.

    Args:
        named: each the path of a file, or the text itself.

    Raises:
        UsageError: one is neither a file nor a head.
    """
    return tuple(map(_read_head, named))


def _read_head(named: str) -> WitnessedHead:
    text, shown = named, printable(named[:200])
    if "\n" not in named and "\0" not in named and len(named) < 4096 and Path(named).is_file():
        try:
            with Path(named).open(encoding="utf-8", errors="replace") as file:
                text = file.read(LONGEST_TEXT)
        except OSError as error:
            raise UsageError(f"{shown} cannot be read: {error.strerror or error}") from error
    try:
        return read_head(text)
    except HeadSyntaxError as error:
        raise UsageError(
            f"{shown} is no head of a log: give the file that `archiver audit witness` wrote, or SEQ:DIGEST, the "
            "number of the entry and its 64 hexadecimal digits"
        ) from error
