"""What the journal holds, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from archiver.model import Finding
from archiver.model.deposits import DepositState, Evidence, Exchange, Packaging, Parcel


class IntentEnd(StrEnum):
    """How a request ended that was written down before it was made."""

    DONE = "done"
    NOTHING = "nothing"
    """Nothing came of it, or repeating it does no harm."""

    REFUSED = "refused"
    LOST = "lost"
    """Nobody knows; so it is as well with one that has no end at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A request that changes something at the target, as it was written down before it was made."""

    phase: str
    """In which method of the target: ``open``, ``put``, ``complete``, ``verify``."""

    action: str
    detail: Mapping[str, object]
    """JSON values."""

    time: datetime
    end: IntentEnd | None
    """None: the run was killed before it ended, or goes on."""

    words: str | None = None
    """Of the error it ended with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """The one file that a tar or zip is sent as."""

    path: str
    size: int
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFacts:
    """What was sent, as far as a receipt needs it."""

    identifier: str
    name: str
    package_digest: str
    packaging: Packaging
    size: int
    """Bytes."""

    file_count: int
    file: SentFile | None = None
    """Where it is one file alone."""

    @property
    def key(self) -> str:
        """As :attr:`archiver.model.deposits.Parcel.key`."""
        return f"{self.identifier}#sha256:{self.package_digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """One package on its way to one target, or there."""

    id: str
    """Twelve hexadecimal digits, from target and key: the same package to the same target is the same deposit."""

    target: str
    """As in ``[targets.NAME]``."""

    kind: str
    location: str
    """Of the repository."""

    origin: str
    """What the package was asked for by: a path, or an identifier in a store."""

    parcel: ParcelFacts
    state: DepositState
    reason: str | None = None
    """Why it failed, why it is unknown, what it waits for; None where there is nothing to say."""

    askable: bool = False
    """Of an unknown one: whether asking the target again may tell, so that ``resume`` takes it up."""

    findings: tuple[Finding, ...] = ()
    evidence: Evidence | None = None
    exchanges: tuple[Exchange, ...] = ()
    """Oldest first; of very many the first and the last."""

    exchanges_left_out: int = 0
    tries: int = 1
    """How often it was begun: one more each time that a failed one is tried anew."""

    times: Mapping[DepositState, datetime] = field(default_factory=dict)
    """When each state of this try was entered, with its zone."""

    @property
    def began(self) -> datetime:
        """When this try began."""
        return self.times[DepositState.PLANNED]

    @property
    def changed(self) -> datetime:
        """When it last got anywhere."""
        return max(self.times.values())


def deposit_id(target: str, kind: str, location: str, key: str) -> str:
    """Return the name of a deposit: the same for the same package and target, on every machine."""
    told = f"{target}\n{kind}\n{location}\n{key}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def parcel_facts(parcel: Parcel) -> ParcelFacts:
    """Take from a parcel what the journal keeps of it."""
    only = parcel.files[0] if len(parcel.files) == 1 and parcel.packaging is not Packaging.FOLDER else None
    return ParcelFacts(
        identifier=parcel.identifier,
        name=parcel.name,
        package_digest=parcel.package_digest,
        packaging=parcel.packaging,
        size=parcel.size,
        file_count=len(parcel.files),
        file=SentFile(path=only.path, size=only.size, digests=dict(only.digests)) if only else None,
    )
