"""``archiver deposit resume``: go on with what was cut off, and take down what a person saw."""

from __future__ import annotations

from typing import Any

import click

from archiver.cli.deposit.options import asked_secrets, records_of
from archiver.cli.deposit.printing import status_of
from archiver.cli.deposit.run import carry_out_orders, carrying_options, order_of
from archiver.config import read_configuration
from archiver.errors import UsageError


@click.command("resume", short_help="Go on with deposits that are not at an end.")
@click.argument("deposits", nargs=-1, metavar="[ID...]")
@click.option("--present/--absent", "present", default=None, help="What you saw at the target of one that is unknown.")
@carrying_options
def command(deposits: tuple[str, ...], present: bool | None, **options: Any) -> int:  # noqa: ANN401 - one an option
    """Go on with each deposit that is not at its end, or only with those that are named.

    The target is asked first what it has; nothing is sent twice. An ID is as archiver deposit status shows it, or its
    beginning; one that failed is tried anew when it is named. A deposit that is unknown waits until you have looked
    at the repository: say --present, and it is compared; say --absent, and it is sent.

    \b
    archiver deposit resume
    archiver deposit resume 3fa2b1c0 --present
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.cli.clock import now  # noqa: PLC0415 - --help must not wait for these
    from archiver.deposits.journal import DepositJournal  # noqa: PLC0415
    from archiver.steps.deposits.resuming import unfinished  # noqa: PLC0415

    configuration = read_configuration(options["config"])
    if present is not None and len(deposits) != 1:
        raise UsageError("--present and --absent say what you saw of one deposit: name it")
    place = records_of(options["records"], configuration)
    if not DepositJournal.is_there(place):
        if deposits:
            raise UsageError(f"there is no such deposit: {place} holds no journal of any")
        waiting = []
    else:
        with DepositJournal.open(place) as journal:
            if present is not None:
                journal.looked_at(deposits[0], present=present, time=now())
            waiting = unfinished(journal, deposits, configuration)
    if not waiting and not options["as_json"]:
        click.echo("Every deposit is at its end: nothing is to be gone on with.")
    secrets = asked_secrets()
    orders = [order_of(settings, jobs, configuration, options, secrets) for settings, jobs in waiting]
    return int(status_of(carry_out_orders(orders, options)))
