"""``archiver deposit status``: how far deposits are, and what a person must see to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.deposit.options import deposit_records_options, records_of
from archiver.cli.deposit.printing import WIDTH, state_word
from archiver.cli.printing import counted, print_json, size
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.model.deposits import DepositState
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.deposits.journal import Deposit

_INDENT = " " * WIDTH


@click.command("status", short_help="Say how far deposits are, and what a person must see to.")
@click.option("--all", "everything", is_flag=True, help="List verified deposits, too.")
@deposit_records_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a deposit, verified ones too.")
def command(everything: bool, records: Path | None, config: Path | None, as_json: bool) -> int:
    """Say of each deposit what went where, how far it is and since when, and what to do about it.

    Nothing is asked of any repository. Exit status 1: a deposit failed or is unknown, and waits for a person.

    \b
    archiver deposit status
    archiver deposit status --all --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.deposits.journal import DepositJournal  # noqa: PLC0415 - --help must not wait for these
    from archiver.steps.deposits.standing import needs_somebody, standing_json  # noqa: PLC0415

    place = records_of(records, read_configuration(config))
    deposits: tuple[Deposit, ...] = ()
    if DepositJournal.is_there(place):
        with DepositJournal.open(place) as journal:
            deposits = journal.deposits()
    if as_json:
        for deposit in deposits:
            print_json(standing_json(deposit))
    elif deposits:
        _print(deposits, everything=everything)
    else:
        click.echo(f"No deposit was begun: {printable(str(place))} holds no journal of any.")
    return int(ExitCode.FINDINGS if any(needs_somebody(one) for one in deposits) else ExitCode.OK)


def _print(deposits: tuple[Deposit, ...], *, everything: bool) -> None:
    verified = [one for one in deposits if one.state is DepositState.VERIFIED]
    for one in deposits:
        if everything or one.state is not DepositState.VERIFIED:
            _print_one(one)
    if verified and not everything:
        rest = "" if len(verified) == len(deposits) else " more"
        click.echo(f"{counted(len(verified), 'deposit')}{rest} verified: --all lists them.")


def _print_one(deposit: Deposit) -> None:
    from archiver.steps.deposits.asking import origin_shown  # noqa: PLC0415 - --help must not wait for these
    from archiver.steps.deposits.standing import to_do  # noqa: PLC0415

    click.echo(f"{state_word(deposit.state)}{origin_shown(deposit.origin)}  to {printable(deposit.target)}")
    since = f"since {deposit.changed:%Y-%m-%d %H:%M} UTC"
    tries = f", try {deposit.tries}" if deposit.tries > 1 else ""
    proof = f", proven by {deposit.evidence.level.value}" if deposit.evidence and not to_do(deposit) else ""
    click.echo(f"{_INDENT}{deposit.id}, {since}, {size(deposit.parcel.size)}{proof}{tries}")
    if deposit.reason:
        click.echo(f"{_INDENT}{printable(deposit.reason)}")
    if doing := to_do(deposit):
        click.echo(f"{_INDENT}To do: {doing}")
