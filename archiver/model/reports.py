"""What a report on stores says: holdings, formats, checks over the years, failures, repairs, time stamps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from archiver.model.stores import FixityOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHoldings:
    """One store, as far as its catalogue knows it."""

    location: str
    """As the user named it: a folder or an address."""

    kind: str
    """What it lies on, as schedules call it: ``disk``, ``tape``; empty where nothing says."""

    packages: int
    versions: int
    """Of all packages together."""

    files: int
    """Content files of all versions: what the store keeps."""

    bytes: int
    """Of those files: what one check of all packages reads."""

    last_checked: datetime | None
    """When a package of it was checked last; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatHoldings:
    """All documents of one format, in the newest version of each package."""

    puid: str | None
    """PRONOM identifier; None where no signature matched."""

    name: str
    """As PRONOM has it, else the media type, else empty: nothing is known of these files."""

    media_type: str
    packages: int
    files: int
    bytes: int
    risk: str | None = None
    """Why the format is at risk; None: nothing is known that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearHoldings:
    """The packages that came into the stores in one year."""

    year: int | None
    """None: their inventories do not say when."""

    packages: int
    files: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand:
    """The packages whose last check lies that far back."""

    key: str
    """``never``, ``30``, ``90``, ``365`` (within that many days) or ``older``."""

    packages: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFailure:
    """A package whose last check was not well, and that nobody has acknowledged."""

    store: str
    identifier: str
    path: str
    """Of the object's root in the store."""

    outcome: FixityOutcome
    since: datetime | None
    """When a check first said so."""

    checked: datetime | None
    """When one last said so."""

    detail: str
    """What the last check said first; empty where its results do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChecks:
    """The fixity checks of one period."""

    period: str
    """``2026-11``, ``2026-Q4`` or ``2026``."""

    ok: int = 0
    damaged: int = 0
    missing: int = 0
    could_not_check: int = 0
    bytes: int = 0
    """Read and compared."""

    @property
    def checks(self) -> int:
        """All of them."""
        return self.ok + self.failures

    @property
    def failures(self) -> int:
        """Those that were not well."""
        return self.damaged + self.missing + self.could_not_check


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAct:
    """Something that a store's log tells of: a repair, a time stamp."""

    store: str
    when: datetime
    subject: str
    """What it was done to: a package's identifier, or the log's head that was stamped."""

    detail: str
    outcome: str = ""
    """In a word, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How far the log of a store goes."""

    store: str
    entries: int
    head: str | None
    """Digest of the last entry; None for an empty log."""

    when: datetime | None
    """Of the last entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateTotals:
    """Content that is in more than one place."""

    digests: int
    """Contents that several packages, or several stores, hold."""

    bytes: int
    """What the copies beyond the first take."""

    saved: int
    """Bytes that packages hold once though several of their files have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReport:
    """All that is reported of one or more stores."""

    generated: datetime
    archive: str | None
    """Name of the archive, as its configuration has it."""

    stores: tuple[StoreHoldings, ...]
    formats: tuple[FormatHoldings, ...] = ()
    """Most bytes first; a report lists all that were asked for, and :attr:`formats_total` says how many there are."""

    formats_total: int = 0
    years: tuple[YearHoldings, ...] = ()
    ages: tuple[AgeBand, ...] = ()
    failures: tuple[ReportedFailure, ...] = ()
    failures_total: int = 0
    timeline: tuple[PeriodChecks, ...] = ()
    """Without gaps, oldest first: a period without a check stands there with zeros."""

    repairs: tuple[LoggedAct, ...] = ()
    """Newest first."""

    repairs_total: int = 0
    stamps: tuple[LoggedAct, ...] = ()
    """Newest first."""

    stamps_total: int = 0
    logs: tuple[LogState, ...] = ()
    duplicates: DuplicateTotals | None = None
    """None: not counted."""

    risk_source: str = ""
    """Whose judgement the formats at risk are."""

    notes: tuple[str, ...] = field(default=())
    """What a reader has to know of the report itself, such as what could not be read."""

    @property
    def packages(self) -> int:
        """In all stores."""
        return sum(store.packages for store in self.stores)

    @property
    def files(self) -> int:
        """In all stores."""
        return sum(store.files for store in self.stores)

    @property
    def bytes(self) -> int:
        """In all stores."""
        return sum(store.bytes for store in self.stores)
