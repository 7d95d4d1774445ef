"""Deposits packages with one target: each made ready, sent, verified, and given a receipt; several at once.

What it does not do: decide what a lost reply means (``deposits.running``), or find packages by the words of a command.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from archiver.deposits.contract import RefusedError, RetryableError
from archiver.deposits.journal import Deposit, DepositJournal, JournalError
from archiver.deposits.journal.values import deposit_id
from archiver.deposits.running import Run, objections, run_deposit, side_by_side
from archiver.errors import ArchiverError, ConfigurationError, FindingsError, StorageError, UsageError
from archiver.model.deposits import DepositState
from archiver.steps.deposits import findings as kinds
from archiver.steps.deposits.asking import AskedPackage
from archiver.steps.deposits.parcels.preparing import bytes_to_prepare, forget_parcel, make_parcel, plan_parcel
from archiver.steps.deposits.receipts.keeping import write_receipt
from archiver.steps.deposits.results import DepositResult, result_of, was_asked
from archiver.steps.deposits.targets import make_target

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.config import TargetSettings
    from archiver.deposits.contract import Capabilities, Target
    from archiver.deposits.surroundings import Surroundings
    from archiver.model import Finding

_ENDS_THE_RUN = (ConfigurationError, UsageError, JournalError)
"""What is wrong with one package for a reason that every other has, too: nothing more is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositJob:
    """One package that is to be sent."""

    asked: AskedPackage
    begun: Deposit | None = None
    """The deposit that is to be gone on with; None: whichever the package turns out to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositOrder:
    """What is to be sent where."""

    target: TargetSettings
    jobs: tuple[DepositJob, ...]
    records: Path
    """Folder of the journal and of the parcels."""

    surroundings: Surroundings
    keep_parcels: bool = False
    parallel: int | None = None
    """Packages at once; None: as the target's table says."""


class DepositProgress(Protocol):
    """Told how far packages are; called by many threads."""

    def begin(self, package: str, total: int) -> None:
        """Tell of a package and of the bytes that lie ahead: read, sent, and read back where the target cannot say."""

    def all_known(self) -> None:
        """Tell that every package was told of."""

    def prepared(self, package: str, count: int) -> None:
        """Tell of bytes of it that were read."""

    def is_deposit(self, package: str, deposit: str) -> None:
        """Tell which deposit of the journal it is, so that what the run's watcher hears can be told of it."""

    def ended(self, package: str) -> None:
        """Tell that nothing more happens with it."""


def plan_deposits(order: DepositOrder) -> Iterator[DepositResult]:
    """Say what would be sent, and what the target demands that packages lack; changes nothing, here or there.

    Yields:
        One result a package: planned, or failed with what stands against it.

    Raises:
        ConfigurationError: the target cannot be used as its table says.
    """
    target = make_target(order.target, order.surroundings)
    try:
        for job in order.jobs:
            yield _planned(order, job, target)
    finally:
        target.close()


def carry_out(order: DepositOrder, run: Run, progress: DepositProgress) -> Generator[DepositResult]:
    """Deposit packages; what one has wrong does not keep the others out.

    Args:
        order: what is to be sent where.
        run: the target's name and rules, clock, bandwidth, and the wish to stop.
        progress: told how far everything is.

    Yields:
        One result a package, as they end; its receipt is written by then.

    Raises:
        ConfigurationError, UsageError, JournalError: nothing can be sent, for a reason that concerns every package.
        KeyboardInterrupt: the run is to stop; what was begun can be gone on with.
    """
    _ask_standard_input(order)
    target = make_target(order.target, order.surroundings)
    try:
        able = target.capabilities()
    except _ENDS_THE_RUN:
        raise
    except Exception as error:  # noqa: BLE001 - a target's own fault is told, whatever it is
        yield from [_refused(order, job, target.location, error) for job in order.jobs]
        return
    finally:
        target.close()
    parallel = (order.parallel or order.target.parallel) if able.parallel_packages else 1
    ready = _Depositing(order, run, progress, target.location)
    with DepositJournal.open(order.records) as journal:
        jobs = []
        for job in order.jobs:
            stands_against = ready.look_at(job, able)
            if stands_against is None:
                jobs.append(job)
            else:
                yield stands_against
        progress.all_known()
        yield from ready.all_of(jobs, journal, parallel)


@dataclass(slots=True)
class _Depositing:
    """One order, while it is carried out."""

    order: DepositOrder
    run: Run
    progress: DepositProgress
    location: str
    journal: DepositJournal = field(init=False)

    def look_at(self, job: DepositJob, able: Capabilities) -> DepositResult | None:
        """Add a package's bytes to those that lie ahead; returns its result where it cannot be sent at all."""
        try:
            sent = plan_parcel(job.asked.package, able).size
            reading = bytes_to_prepare(job.asked.package, able)
        except _ENDS_THE_RUN as error:
            if job.begun is None:
                raise
            return self._failed(job, kinds.package_gone(job.asked.shown, str(error)))
        except FindingsError as error:
            return self._failed(job, *error.findings)
        except (ArchiverError, OSError) as error:
            return self._failed(job, kinds.unreadable(job.asked.shown, error))
        self.progress.begin(job.asked.shown, reading + sent * (1 if able.digests else 2))
        return None

    def all_of(self, jobs: Sequence[DepositJob], journal: DepositJournal, parallel: int) -> Iterator[DepositResult]:
        """Deposit what can be sent."""
        self.journal = journal
        make = self._target
        for job, result in side_by_side(jobs, self._one, make, parallel=parallel, stop=self.run.stop):
            self.progress.ended(job.asked.shown)
            yield self._worded(job, result)

    def _target(self) -> Target:
        return make_target(self.order.target, self.order.surroundings)

    def _one(self, job: DepositJob, target: Target) -> DepositResult:
        asked = job.asked

        def read(count: int) -> None:
            self.run.wait(0.0)
            self.progress.prepared(asked.shown, count)

        parcel = make_parcel(asked.package, target.capabilities(), self.order.records, read)
        known = deposit_id(self.run.name, target.kind, target.location, parcel.key)
        if job.begun is not None and known != job.begun.id:
            return self._failed(job, kinds.no_longer_the_same(asked.shown, job.begun, parcel, target))
        self.progress.is_deposit(asked.shown, known)
        was = self.journal.find(target, parcel, name=self.run.name)
        deposit = run_deposit(target, parcel, self.journal, origin=asked.origin, run=self.run)
        findings: tuple[Finding, ...] = ()
        receipt: Path | None = None
        if deposit.state.is_end and was_asked(deposit):
            try:
                written = write_receipt(deposit, asked.package, self.order.records, self.run.clock.now())
                receipt, findings = written.premis, written.findings
            except StorageError as error:
                findings = (kinds.receipt_not_written(asked.shown, str(error)),)
        if (
            deposit.state is DepositState.VERIFIED
            and not self.order.keep_parcels
            and not self.journal.is_wanted(parcel)
        ):
            forget_parcel(self.order.records, parcel)
        return result_of(deposit, asked.shown, was=was, receipt=receipt, findings=findings)

    def _worded(self, job: DepositJob, result: DepositResult | Exception) -> DepositResult:
        if isinstance(result, DepositResult):
            return result
        if isinstance(result, FindingsError):
            return self._failed(job, *result.findings)
        if isinstance(result, _ENDS_THE_RUN):
            raise result
        if isinstance(result, (RefusedError, RetryableError)):
            return _refused(self.order, job, self.location, result)
        return self._failed(job, kinds.unreadable(job.asked.shown, result))

    def _failed(self, job: DepositJob, *findings: Finding) -> DepositResult:
        return _ended_before(self.order, job, self.location, findings)


def _planned(order: DepositOrder, job: DepositJob, target: Target) -> DepositResult:
    try:
        parcel = plan_parcel(job.asked.package, target.capabilities())
        findings = objections(target, parcel)
    except FindingsError as error:
        return _ended_before(order, job, target.location, error.findings)
    except _ENDS_THE_RUN:
        raise
    except OSError as error:
        return _ended_before(order, job, target.location, (kinds.unreadable(job.asked.shown, error),))
    except Exception as error:  # noqa: BLE001 - as in carry_out
        return _refused(order, job, target.location, error)
    return DepositResult(
        package=job.asked.shown,
        target=order.target.name,
        kind=target.kind,
        location=target.location,
        state=DepositState.PLANNED,
        identifier=parcel.identifier,
        bytes=parcel.size,
        packaging=parcel.packaging,
        findings=tuple(findings),
    )


def _refused(order: DepositOrder, job: DepositJob, location: str, error: Exception) -> DepositResult:
    """Return the result of a package whose target was asked what it can do, and gave no answer that helps."""
    found = kinds.refused(error, order.target.name)
    return replace(_ended_before(order, job, location, (found,)), asked=True)


def _ask_standard_input(order: DepositOrder) -> None:
    """Have what is kept in standard input read now: no thread that works prompts for anything."""
    for name, place in order.target.secrets.items():
        if place.kind == "stdin":
            order.surroundings.secret(name)


def _ended_before(order: DepositOrder, job: DepositJob, location: str, findings: Sequence[Finding]) -> DepositResult:
    """Return the result of a package that was not sent; a deposit that was begun before stays as far as it is."""
    begun = job.begun
    return DepositResult(
        package=job.asked.shown,
        target=order.target.name,
        kind=order.target.kind,
        location=location,
        state=begun.state if begun else DepositState.FAILED,
        identifier=begun.parcel.identifier if begun else None,
        bytes=begun.parcel.size if begun else None,
        deposit=begun.id if begun else None,
        reason=findings[0].message if findings else None,
        findings=tuple(findings),
    )
