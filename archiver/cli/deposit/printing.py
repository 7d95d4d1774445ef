"""How the results of deposits look: a line for each, what proves it, and what a person does next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.errors import ExitCode
from archiver.model.deposits import DepositState, Packaging
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.deposits.results import DepositResult

COLOURS = {DepositState.VERIFIED: "green", DepositState.FAILED: "red", DepositState.UNKNOWN: "red"}
WIDTH = 11
"""Of a state's column."""

_FORMS = {Packaging.TAR: "as one tar", Packaging.ZIP: "as one zip", Packaging.FOLDER: "as a folder"}
_INDENT = " " * WIDTH


def state_word(state: DepositState) -> str:
    """Return a state as its column shows it."""
    return click.style(f"{state.value:<{WIDTH}}", fg=COLOURS.get(state, "yellow"), bold=True)


def print_result(result: DepositResult, *, as_json: bool) -> None:
    """Print one result: a JSON object, or a few lines."""
    if as_json:
        from archiver.steps.deposits.results import result_json  # noqa: PLC0415 - loaded by now

        print_json(result_json(result))
        return
    if result.state is DepositState.PLANNED and result.deposit is None:
        _print_plan(result)
    else:
        _print_result(result)
    print_findings(result.findings)


def summary(results: Sequence[DepositResult]) -> None:
    """Print what came of all of them, and what to do about the rest."""
    if len(results) > 1:
        words = [result.state for result in results]
        kinds = ", ".join(f"{words.count(state):,} {state.value}" for state in DepositState if state in words)
        click.echo(f"\n{counted(len(results), 'package')}: {kinds}.")
    states = {result.state for result in results if result.deposit}
    if DepositState.UNKNOWN in states:
        click.echo("What is unknown is never sent again by itself: archiver deposit status says what to look at.")
    if any(not state.is_end for state in states):
        click.echo("What is under way is gone on with by: archiver deposit resume")


def status_of(results: Sequence[DepositResult], *, planned: bool = False) -> ExitCode:
    """Return the exit status: whether all, some or none of the packages are well, and whose fault it is."""
    wanted = DepositState.PLANNED if planned else DepositState.VERIFIED
    well = [result.state is wanted and not result.faulty for result in results]
    if all(well):
        return ExitCode.OK
    if any(well) and not planned:
        return ExitCode.PARTIAL
    return ExitCode.REMOTE if any(result.asked for result in results) else ExitCode.FINDINGS


def _print_plan(result: DepositResult) -> None:
    octets = size(result.bytes) if result.bytes is not None else "nothing"
    form = f" {_FORMS[result.packaging]}" if result.packaging else ""
    word = "would fail" if result.faulty else "planned"
    colour = "red" if result.faulty else "blue"
    told = f"{octets}{form} to {result.target}, {printable(result.location)}"
    click.echo(f"{click.style(f'{word:<{WIDTH}}', fg=colour, bold=True)}{result.package}  {told}")


def _print_result(result: DepositResult) -> None:
    octets = f", {size(result.bytes)}" if result.bytes is not None else ""
    proof = f", proven by {result.evidence.value}" if result.state is DepositState.VERIFIED and result.evidence else ""
    before = f" on {result.before:%Y-%m-%d}; nothing was sent" if result.before else ""
    click.echo(f"{state_word(result.state)}{result.package}  {result.target}{octets}{proof}{before}")
    if result.place:
        click.echo(f"{_INDENT}At: {printable(result.place)}")
    for name, value in result.identifiers.items():
        click.echo(f"{_INDENT}{printable(name)}: {printable(value)}")
    if result.receipt:
        click.echo(f"{_INDENT}Receipt: {printable(str(result.receipt))}")
    if result.reason and not result.findings:
        click.echo(f"{_INDENT}{printable(result.reason)}")
    if result.deposit and result.state is not DepositState.VERIFIED:
        click.echo(f"{_INDENT}Deposit: {result.deposit}")
