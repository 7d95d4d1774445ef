"""What goes into a catalogue and what comes out of it: values, and nothing of how a database keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from archiver.model import Finding, FixityOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFormat:
    """The format of a file, as its package states it."""

    puid: str = ""
    """Of PRONOM, such as ``fmt/95``; empty where none is stated."""

    media_type: str = ""
    name: str = ""
    """Such as ``Acrobat PDF/A - Portable Document Format``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """One file of a package: a logical path of its head version, or content that only earlier versions have."""

    path: str
    """Logical, ``/`` between segments."""

    content_path: str
    """From the object's root."""

    digest: str
    """Hexadecimal, in the algorithm of the object's inventory."""

    size: int | None = None
    """Bytes; None where it was not asked."""

    current: bool = True
    """Whether the head version has it."""

    document: bool = False
    """Whether it came from people, not from the making of the package: an original or its rendition."""

    form: IndexedFormat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedVersion:
    """One version of a package."""

    number: int
    """From 1."""

    created: str
    """RFC 3339, as the inventory has it."""

    message: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedObject:
    """A package as its object in a store holds it."""

    identifier: str
    path: str
    """Of the object's root from the storage root."""

    head: str
    """Such as ``v3``."""

    versions: Sequence[IndexedVersion]
    inventory_digest: str
    """Hexadecimal."""

    digest_algorithm: str
    created: str = ""
    """Of the first version, RFC 3339."""

    updated: str = ""
    """Of the head version."""

    bytes: int = 0
    """Of all content files of all versions: what one fixity check reads."""

    content_files: int = 0
    """How many these are."""

    files: Sequence[IndexedFile] = ()
    title: str = ""
    description: str = ""
    """What there is to search in, a line a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguedStore:
    """A store that a catalogue knows."""

    id: int
    """In this catalogue."""

    location: str
    """As it was registered: a path or a URL."""

    kind: str
    """Such as ``disk``, ``tape`` or ``bucket``: what its schedule of audits goes by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCheck:
    """A package whose turn it is to be checked."""

    store: int
    identifier: str
    path: str
    bytes: int
    """0 where only the log knows the package."""

    files: int
    last_checked: datetime | None
    """When a check last had an answer: a check that could not be made is none."""

    last_outcome: FixityOutcome | None
    """Of the last check, answered or not."""

    head: str | None = None
    """Newest version that is known; None where only the log knows the package."""

    inventory_digest: str | None = None
    """Hexadecimal digest of the root inventory that is known; None likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFailure:
    """A package that was found damaged or missing, and nobody has acknowledged it since."""

    store: int
    identifier: str
    path: str
    outcome: FixityOutcome
    """The last one that was no success."""

    first_seen: datetime
    last_seen: datetime
    times: int
    """How many checks said so."""

    findings: tuple[Finding, ...]
    """Of the last of them."""

    since: FixityOutcome | None
    """What the very last check said: ``ok`` after a repair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A package whose description has the words that were asked for."""

    store: int
    identifier: str
    path: str
    title: str
    excerpt: str
    """A line of the description that has one of the words; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCopy:
    """One place where some bytes lie."""

    store: int
    identifier: str
    path: str
    """Logical."""

    content_path: str
    object_path: str
    digest: str
    algorithm: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """The same bytes in more than one package."""

    digest: str
    size: int | None
    copies: tuple[FileCopy, ...]
    """The first of them."""

    copies_in_all: int
    packages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a store holds, in numbers."""

    store: int
    packages: int
    versions: int
    files: int
    """Content files of all versions."""

    bytes: int
    absent: int
    """Packages that the log or an earlier catalogue knows and the store has no more."""

    never_checked: int
    oldest_check: datetime | None
    newest_check: datetime | None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """Outcome of the last check -> packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatCount:
    """How many files of a store are of one format; head versions alone."""

    store: int
    form: IndexedFormat
    """Empty fields: files that no package states a format of."""

    files: int
    packages: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCount:
    """What the checks of one day came to."""

    store: int
    day: str
    """``2026-11-22``, in UTC."""

    outcome: FixityOutcome
    checks: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAge:
    """How many packages were last checked how long ago."""

    store: int
    days: int | None
    """Whole days since then; None: never."""

    packages: int


class LoggedEntry(Protocol):
    """An entry of a store's log, as far as a catalogue reads it."""

    @property
    def seq(self) -> int: ...  # noqa: D102 - position, from 1
    @property
    def kind(self) -> str: ...  # noqa: D102 - ``added``, ``audit``, ``acknowledged`` ...
    @property
    def time(self) -> datetime: ...  # noqa: D102 - with its zone
    @property
    def body(self) -> Mapping[str, Any]: ...  # noqa: D102 - by kind
