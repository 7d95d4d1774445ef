"""What an InvenioRDM says of records and files, read from its replies without trusting them. Sends nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archiver.deposits.http.replies import UnusableReplyError

if TYPE_CHECKING:
    from archiver.model.deposits import ParcelFile

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MD5 = re.compile(r"md5:([0-9a-fA-F]{32})")
_TURNED_DOWN = ("declined", "expired")
_DOI = re.compile(r"10\.[0-9]{4,9}/[!-~]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A draft, or a published record."""

    number: str
    """As in its address: ``b2znk-bkg62``."""

    published: bool
    edited: bool
    """The draft of a record that is published, made to change its metadata."""

    in_review: bool
    """Submitted to a community, which has not decided."""

    turned_down: bool
    """Submitted to a community, which declined it or let its time run out."""

    community: str | None
    """Identifier of the community that it is to be submitted to."""

    identifiers: frozenset[str]
    """That its metadata hold."""

    doi: str | None
    created: str
    """As the server writes it; sorts by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a record."""

    name: str
    complete: bool
    """Whether the server took its end: until then its digest is none."""

    size: int | None
    md5: str | None
    """That the server computed of what it holds; None while there is none."""

    part_size: int | None = None
    """Bytes of each part but the last; None where it is not sent in parts."""

    parts: Mapping[int, str] = field(default_factory=dict)
    """Number of a part, from 1 -> where it is to be sent."""

    def holds(self, file: ParcelFile) -> bool:
        """Whether the server says that it holds all of this file, and not that it holds another."""
        return self.complete and self.size == file.size and self.md5 in {None, file.digests["md5"]}


def read_record(value: Any) -> Record:  # noqa: ANN401 - whatever a stranger wrote
    """Read a record or a draft.

    Raises:
        UnusableReplyError: it is none.
    """
    number = _get(value, "id")
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        raise UnusableReplyError("sent a record without a number that can be used")
    doi = _get(value, "pids", "doi", "identifier")
    community = _get(value, "parent", "review", "receiver", "community")
    held = _get(value, "metadata", "identifiers")
    texts = (_get(one, "identifier") for one in held) if isinstance(held, list) else ()
    return Record(
        number=number,
        published=_get(value, "is_published") is True and _get(value, "is_draft") is not True,
        edited=_get(value, "is_published") is True and _get(value, "is_draft") is True,
        in_review=_get(value, "status") == "in_review",
        turned_down=_get(value, "status") in _TURNED_DOWN,
        community=community if isinstance(community, str) else None,
        identifiers=frozenset(text for text in texts if isinstance(text, str)),
        doi=doi if isinstance(doi, str) and _DOI.fullmatch(doi) else None,
        created=str(_get(value, "created") or ""),
    )


def read_records(value: Any) -> tuple[tuple[Record, ...], int]:  # noqa: ANN401
    """Read one page of a list of records, and how many there are on all pages.

    Raises:
        UnusableReplyError: it is no such list.
    """
    hits, total = _get(value, "hits", "hits"), _get(value, "hits", "total")
    if not isinstance(hits, list) or not isinstance(total, int):
        raise UnusableReplyError("sent no list of records")
    return tuple(read_record(one) for one in hits), total


def read_file(value: Any) -> StoredFile:  # noqa: ANN401
    """Read what is said of one file.

    Raises:
        UnusableReplyError: it is not said.
    """
    name, size, checksum = _get(value, "key"), _get(value, "size"), _get(value, "checksum")
    if not isinstance(name, str):
        raise UnusableReplyError("sent a file without a name")
    complete = _get(value, "status") == "completed"
    md5 = _MD5.fullmatch(checksum) if complete and isinstance(checksum, str) else None
    part_size = _get(value, "transfer", "part_size") if _get(value, "transfer", "type") == "M" else None
    parts = _get(value, "links", "parts")
    return StoredFile(
        name=name,
        complete=complete,
        size=size if isinstance(size, int) else None,
        md5=md5[1].lower() if md5 else None,
        part_size=part_size if isinstance(part_size, int) else None,
        parts={
            one["part"]: one["url"]
            for one in (parts if isinstance(parts, list) else ())
            if isinstance(_get(one, "part"), int) and isinstance(_get(one, "url"), str)
        },
    )


def read_files(value: Any) -> dict[str, StoredFile]:  # noqa: ANN401
    """Read the files of a record, by name.

    Raises:
        UnusableReplyError: it is no such list.
    """
    entries = _get(value, "entries")
    if not isinstance(entries, list):
        raise UnusableReplyError("sent no list of files")
    return {file.name: file for file in map(read_file, entries)}


def _get(value: Any, *names: str) -> Any:  # noqa: ANN401
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
