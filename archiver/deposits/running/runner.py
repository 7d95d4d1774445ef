"""Takes one deposit to its end: verified, failed, or unknown; never by sending a second one.

The target says how each request ended; what that means for the deposit is decided here alone (docs/adr/0023). After
every doubt - a restart, a lost reply, a failed request - the target is asked before anything is repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from archiver.deposits.contract import LostReplyError, NotYetError, RefusedError, RetryableError, Standing, UnclearError
from archiver.deposits.journal import JournalError
from archiver.deposits.journal.values import deposit_id
from archiver.deposits.running import ends
from archiver.deposits.running.attempt import RunningAttempt
from archiver.deposits.running.locks import deposit_lock
from archiver.deposits.running.looking import has_errors, objections
from archiver.errors import ConfigurationError, UsageError
from archiver.model.deposits import DepositState, Evidence

if TYPE_CHECKING:
    from archiver.deposits.contract import Target
    from archiver.deposits.journal import Deposit, DepositJournal
    from archiver.deposits.running.run import Run
    from archiver.model import Finding
    from archiver.model.deposits import Parcel

_Step = Callable[[], "_Step | None"]

_STOPPING = (ConfigurationError, UsageError, JournalError)
"""Not about this deposit: a setting is wrong, or nothing can be written down. The deposit stays as far as it is."""


def run_deposit(target: Target, parcel: Parcel, journal: DepositJournal, *, origin: str, run: Run) -> Deposit:
    """Deposit a package, or go on with its deposit, to its end.

    One that is verified already is given back as it is when the target still has it, or cannot be asked; and so is one
    that a person must look at. Where the target has it and more is asked for now, such as that a draft be published,
    it is gone on with. Of two runs that deposit the same package with the same target, one waits, and finds
    what the other did.

    Args:
        target: used by this call alone while it runs; the caller closes it.
        parcel: what is sent.
        journal: of the records folder.
        origin: what the package was asked for by: a path, or an identifier in a store.
        run: the target's name, rules, clock, bandwidth and watcher, shared with other deposits with the same target.

    Returns:
        The deposit at its end; or, when the target cannot show yet what it holds, as far as it is, with the reason.

    Raises:
        JournalError: nothing can be written down, so nothing is sent.
        ConfigurationError: a secret or a setting is missing.
        KeyboardInterrupt: the run is to stop; the deposit can be gone on with.
    """
    known = deposit_id(run.name, target.kind, target.location, parcel.key)
    with deposit_lock(journal.records, known, run.wait):
        deposit = journal.begin(target, parcel, name=run.name, origin=origin, time=run.clock.now())
        if deposit.parcel.name != parcel.name:  # many targets know it by its name: they are not asked for another
            return deposit if ends.is_final(deposit, run.rules) else ends.under_way(deposit, parcel)
        final, verified = ends.is_final(deposit, run.rules), deposit.state is DepositState.VERIFIED
        if final and not (verified and _Depositing(target, parcel, journal, deposit, run).look_again()):
            return journal.deposit(known)
        if final or deposit.state is DepositState.FAILED:
            journal.writer(known).again(run.clock.now())
            deposit = journal.deposit(known)  # what was reached in the try before is not reached in this one
        _Depositing(target, parcel, journal, deposit, run).to_its_end()
        return journal.deposit(known)


_SENDING = frozenset({"put", "complete"})
_MAY_BE_DONE = frozenset({DepositState.UPLOADED, DepositState.COMPLETING, DepositState.UNKNOWN})
"""States in which a run that was killed may have left the package at the target, whatever its intents say."""


class _Depositing:
    """One deposit while it runs: each step does its part and names the next; None ends it."""

    def __init__(self, target: Target, parcel: Parcel, journal: DepositJournal, deposit: Deposit, run: Run) -> None:
        self._target = target
        self._parcel = parcel
        self._journal = journal
        self._id = deposit.id
        self._writer = journal.writer(deposit.id)
        self._attempt = RunningAttempt(journal, deposit.id, parcel, run)
        self._rules = run.rules
        self._run = run
        self._finds = False
        self._taken = ends.was_completed(deposit)
        """Whether the target ever said, in this try, that it has it."""

        self._lost = deposit.state in _MAY_BE_DONE
        """Whether a request that may have made the deposit has no known end."""

        self._sent = self._lost or deposit.state is DepositState.UPLOADING
        """Whether anything was sent since the target was last asked what it has."""

        self._warnings: tuple[Finding, ...] = ()
        """What the target said against it beforehand that does not stop it."""

        self._before = ends.lasting(deposit)
        """What a try before this one ended by, and what holds until the target was asked in this one."""

        self._given_up: Finding | None = None
        """Set: the target is asked once more, and nothing is sent."""

        self._file = 0
        self._failures = 0
        self._waited = 0.0
        self._furthest: tuple[int, ...] = (0,)

    def to_its_end(self) -> None:
        step: _Step | None = self._prepare
        while step is not None:
            here = step
            try:
                step = here()
            except RetryableError as error:
                step = self._after_failure(here, error, error.after)
            except LostReplyError as error:
                self._lost = True
                step = self._after_failure(self._ask, error, None)
            except NotYetError as error:
                step = self._later(here, error)
            except RefusedError as error:
                # Whoever refuses to take it has answered: what was sent before is not the package.
                self._sent = self._sent and self._attempt.phase not in _SENDING
                self._stop(error.finding)
                step = None
            except UnclearError as error:
                self._enter(DepositState.UNKNOWN, ends.unclear(self._parcel, str(error)))
                step = None
            except _STOPPING:
                raise
            except Exception as error:  # noqa: BLE001 - a target's own fault ends its deposit, not the batch
                self._stop(ends.broken_off(self._parcel, error))
                step = None

    def look_again(self) -> bool:
        """Ask the target whether it still has what was verified; where it cannot be asked, nothing changes.

        Where it has no longer all of it, the deposit has failed.

        Returns:
            Whether it has every byte, and not as it is asked for now: the deposit is to be gone on with.
        """
        try:
            if not self._target.capabilities().finds_by_identifier:
                return False
            standing = self._target.open(self._attempt)
            self._settle()
            if standing is Standing.OPEN and self._has_every_byte():
                return True
            if standing is not Standing.COMPLETE:
                gone = ends.forgotten(self._parcel, in_part=standing is Standing.OPEN)
                self._enter(DepositState.FAILED, gone)
        except _STOPPING:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, what was proven stays proven for that time
            return False
        return False

    def _has_every_byte(self) -> bool:
        return all(self._target.offset(self._attempt, file) == file.size for file in self._parcel.files)

    def _prepare(self) -> _Step | None:
        self._finds = self._target.capabilities().finds_by_identifier
        if self._writer.seen_by_a_person():
            return self._verify
        if not self._taken and not self._sent:
            found = objections(self._target, self._parcel)
            if has_errors(found):
                self._enter(DepositState.FAILED, *found)
                return None
            self._warnings = found
        return self._ask

    def _ask(self) -> _Step | None:
        self._attempt.phase = "open"
        if not self._finds and not self._attempt.memory and self._may_be_begun():
            self._enter(DepositState.UNKNOWN, ends.cannot_be_found(self._parcel))
            return None
        standing = self._target.open(self._attempt)
        self._before = ()
        if standing is Standing.COMPLETE:
            self._settle()
            self._took_it()
            return self._verify
        if standing is Standing.NEW and (self._taken or (self._in_doubt() and not self._finds)):
            state = DepositState.FAILED if self._finds else DepositState.UNKNOWN
            gone = ends.forgotten(self._parcel) if self._taken else ends.cannot_be_found(self._parcel)
            self._enter(state, gone)
            return None
        self._settle()
        if self._given_up is not None:
            self._stop(self._given_up)
            return None
        self._file = self._file if standing is Standing.OPEN else 0
        self._enter(DepositState.OPENED)
        return self._send

    def _send(self) -> _Step | None:
        self._attempt.phase = "put"
        files = self._parcel.files
        before = sum(file.size for file in files[: self._file])
        for index in range(self._file, len(files)):
            file = files[index]
            self._file = index
            offset = self._target.offset(self._attempt, file)
            self._got_to(1, index, offset)
            self._attempt.at(before + offset)
            if offset < file.size or not file.size:
                self._enter_once(DepositState.UPLOADING)
                self._sent = True
                self._target.put(self._attempt, file, offset)
            before += file.size
            self._attempt.at(before)
        self._file = len(files)
        self._enter(DepositState.UPLOADED)
        return self._complete

    def _complete(self) -> _Step | None:
        self._got_to(2)
        self._attempt.phase = "complete"
        self._enter(DepositState.COMPLETING)
        self._target.complete(self._attempt)
        self._took_it()
        return self._verify

    def _verify(self) -> _Step | None:
        self._got_to(3)
        self._attempt.phase = "verify"
        evidence = self._target.verify(self._attempt)
        self._judge(evidence)
        return None

    def _judge(self, evidence: Evidence) -> None:
        finding = ends.against(evidence, self._parcel, self._rules.min_evidence)
        if finding is None:
            state = DepositState.VERIFIED
        elif ends.holds_other_bytes(evidence, self._parcel):
            state = DepositState.FAILED
        else:
            state = DepositState.UNKNOWN
        self._enter(state, *([finding] if finding else self._warnings), askable=True, evidence=evidence)

    def _after_failure(self, step: _Step, error: Exception, after: float | None) -> _Step | None:
        self._failures += 1
        seconds = self._rules.wait(self._failures, after, self._run.clock.chance())
        if self._failures >= self._rules.attempts or seconds is None:
            finding = ends.given_up(self._parcel, self._failures, str(error), after)
            if self._given_up is None and self._attempt.phase in _SENDING:
                # What was sent last may have arrived all the same.
                self._given_up = finding
                return self._ask
            self._stop(self._given_up or finding)
            return None
        self._run.watcher.waits(self._id, seconds, str(error))
        self._run.wait(seconds)
        # What was asked for without changing anything is asked for again; after all else the target is asked first.
        return step if self._attempt.phase == "verify" or step == self._prepare else self._ask

    def _later(self, step: _Step, error: NotYetError) -> _Step | None:
        seconds = error.wait.total_seconds() if error.wait is not None else self._rules.patience / 10
        if self._waited + seconds > self._rules.patience:
            deposit = self._journal.deposit(self._id)
            self._enter(deposit.state, ends.not_yet(self._parcel, error), askable=deposit.askable)
            return None
        self._waited += max(seconds, self._rules.patience / 100)
        self._run.watcher.waits(self._id, seconds, str(error))
        self._run.wait(seconds)
        return step

    def _stop(self, finding: Finding) -> None:
        """End it where the target did not do as asked: failed only when it is certain that it has nothing."""
        if self._taken or self._sent or self._in_doubt():
            self._enter(DepositState.UNKNOWN, ends.still_open(finding, self._parcel), finding, askable=True)
        else:
            self._enter(DepositState.FAILED, finding)

    def _took_it(self) -> None:
        self._taken = True
        self._enter(DepositState.COMPLETED)

    def _enter_once(self, state: DepositState) -> None:
        if self._state is not state:
            self._enter(state)

    def _enter(
        self, state: DepositState, *findings: Finding, askable: bool = False, evidence: Evidence | None = None
    ) -> None:
        self._state = state
        findings += self._before
        self._writer.enter(
            state,
            self._run.clock.now(),
            reason=findings[0].message if findings and state is not DepositState.VERIFIED else None,
            findings=findings,
            askable=askable and state is DepositState.UNKNOWN,
            evidence=evidence,
        )
        self._run.watcher.entered(self._id, state)

    def _got_to(self, *place: int) -> None:
        if place > self._furthest:
            self._furthest = place
            self._failures = 0

    def _in_doubt(self) -> bool:
        return self._lost or bool(self._journal.in_doubt(self._id))

    def _may_be_begun(self) -> bool:
        """Tell whether there may be a place for it at the target, of which the target remembers nothing."""
        return self._in_doubt() or self._journal.was_begun(self._id)

    def _settle(self) -> None:
        self._lost = self._sent = False
        if self._journal.in_doubt(self._id):
            self._writer.settle()
