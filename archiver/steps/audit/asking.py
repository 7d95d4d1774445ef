"""What an audit is asked to do, the stores it works on, and what it says in the end: values alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from archiver.model import Finding, FixityOutcome, FixityResult
from archiver.standards.names import printable
from archiver.steps.audit.limits import AuditLimits, Schedule
from archiver.steps.results import finding_json

if TYPE_CHECKING:
    from archiver.storage.catalogue import Catalogue
    from archiver.storage.catalogue.values import OpenFailure
    from archiver.storage.stores.place import StorePlace
    from archiver.storage.stores.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRequest:
    """What is asked for."""

    limits: AuditLimits = field(default_factory=AuditLimits)
    seed: str | None = None
    """Decides which packages a sample draws; None: the name of the run."""

    workers: int = 1
    """Processes that read stores on disks."""

    clock: Callable[[], datetime]
    """Gives the time, with its zone."""

    seconds: Callable[[], float]
    """Gives seconds that never go back, for how long the audit takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedStore:
    """A store that can be looked at, with its catalogue open."""

    place: StorePlace
    tree: Tree
    catalogue: Catalogue
    number: int
    """Of the store, in this catalogue."""

    schedule: Schedule

    @property
    def name(self) -> str:
        """As the user named it, fit for a message."""
        return printable(self.place.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One package that was checked, or one store that could not be."""

    store: str
    """As the user named it, printable."""

    result: FixityResult | None
    """None for a whole store."""

    finding: Finding | None = None
    """Why a whole store could not be checked."""

    @property
    def outcome(self) -> FixityOutcome:
        """What it came to."""
        return self.result.outcome if self.result else FixityOutcome.COULD_NOT_CHECK


@dataclass(slots=True, kw_only=True)
class AuditSummary:
    """What an audit came to, over all its stores."""

    outcomes: Counter[FixityOutcome] = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0
    stores_not_checked: int = 0
    left_packages: int = 0
    """Due, and not looked at: a limit was reached."""

    left_bytes: int = 0
    apart: timedelta | None = None
    """How long after the one before it this audit was made; of several stores the longest."""

    took: timedelta = timedelta()
    resumed: int = 0
    """Packages that a run which was broken off had checked already."""

    failures: tuple[tuple[str, OpenFailure], ...] = ()
    """(store, failure) that nobody has acknowledged, earlier audits' included."""

    closed: tuple[tuple[str, str], ...] = ()
    """(store, identifier) of failures that were repaired and are found whole now."""

    def count(self, checked: Checked) -> None:
        """Take in one more."""
        if checked.result is None:
            self.stores_not_checked += 1
            return
        self.outcomes[checked.outcome] += 1
        self.files += checked.result.files
        self.bytes += checked.result.bytes

    @property
    def packages(self) -> int:
        """Packages that were looked at."""
        return self.outcomes.total()


def checked_json(checked: Checked) -> dict[str, Any]:
    """Return one line of ``archiver audit --json``."""
    result = checked.result
    if result is None:
        finding = [finding_json(checked.finding)] if checked.finding else []
        return {"store": checked.store, "identifier": None, "outcome": checked.outcome.value, "findings": finding}
    return {
        "store": checked.store,
        "identifier": printable(result.identifier),
        "path": printable(result.path),
        "version": result.version,
        "inventory_digest": result.inventory_digest,
        "outcome": result.outcome.value,
        "files": result.files,
        "bytes": result.bytes,
        "started": result.started.isoformat(),
        "ended": result.ended.isoformat(),
        "findings": [finding_json(finding) for finding in result.findings],
    }
