"""Goes on with deposits that are not at an end: which they are, and what each is gone on with by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.model.deposits import DepositState
from archiver.standards.names import printable
from archiver.steps.deposits.asking import package_of_origin
from archiver.steps.deposits.depositing import DepositJob
from archiver.steps.deposits.targets import named_target

if TYPE_CHECKING:
    from archiver.config import Configuration, TargetSettings
    from archiver.deposits.journal import Deposit, DepositJournal


def unfinished(
    journal: DepositJournal, wanted: Sequence[str], configuration: Configuration
) -> list[tuple[TargetSettings, tuple[DepositJob, ...]]]:
    """Return what is to be gone on with, by target, the oldest first.

    Args:
        journal: of the records.
        wanted: ids, or their beginnings, of which one that failed is tried anew; none: all that are not at an end, or
            can be told by asking.
        configuration: names the targets.

    Raises:
        UsageError: there is no such deposit, nothing can be gone on with, or archiver.toml has its target no more.
    """
    found = [_unfinished(journal.deposit(one)) for one in wanted] if wanted else list(journal.unfinished())
    by_target: dict[str, dict[str, DepositJob]] = {}
    for deposit in found:
        job = DepositJob(asked=package_of_origin(deposit.origin, configuration), begun=deposit)
        by_target.setdefault(deposit.target, {})[deposit.id] = job
    return [(named_target(name, configuration), tuple(jobs.values())) for name, jobs in by_target.items()]


def _unfinished(deposit: Deposit) -> Deposit:
    if deposit.state is DepositState.VERIFIED:
        raise UsageError(f"deposit {deposit.id} is verified: there is nothing to go on with")
    if deposit.state is DepositState.UNKNOWN and not deposit.askable:
        raise UsageError(
            f"deposit {deposit.id} is unknown, and the target cannot tell: look whether it is at "
            f"{printable(deposit.location)}, then say so: `archiver deposit resume {deposit.id} --present`, or "
            "`--absent`"
        )
    return deposit
