"""``archiver deposit receipts``: what proves that repositories hold packages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from archiver.cli.deposit.options import deposit_records_options, records_of
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.model.deposits import DepositState
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.deposits.receipts.finding import FoundReceipt

_MOST = 20
"""Files and requests of one receipt that are shown; all are in its JSON."""


@click.command("receipts", short_help="List the receipts of packages, or show what they say.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE|ID...]")
@click.option("--show", is_flag=True, help="Show what each says: files, digests, requests and replies.")
@click.option("--store", metavar="DIR", help="That identifiers are looked for in.  [default: path in [store]]")
@deposit_records_options
@click.option("--json", "as_json", is_flag=True, help="Print each receipt as one JSON object on stdout.")
def command(packages: tuple[str, ...], *, show: bool, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """List the receipts of each PACKAGE: a path, or an identifier; an ID is of a deposit. None named: all.

    A package that is gone has receipts still: its path, its identifier or the deposit's ID finds them.

    \b
    archiver deposit receipts packages/letters --show
    archiver deposit receipts urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.deposits.receipts.finding import found_receipts  # noqa: PLC0415 - --help must not wait
    from archiver.storage.stores.place import store_place  # noqa: PLC0415 - as above

    configuration = read_configuration(options["config"])
    store = configuration.store
    place = store_place(options["store"]) if options["store"] else store_place(store.path, store.records)
    found = found_receipts(packages, place, configuration, records_of(options["records"], configuration))
    for one in found:
        _print_one(one, show=show, as_json=as_json)
    if not found and not as_json:
        click.echo("There is no receipt.")
    return int(ExitCode.OK)


def _print_one(found: FoundReceipt, *, show: bool, as_json: bool) -> None:
    from archiver.steps.deposits.findings import receipt_unreadable  # noqa: PLC0415 - as above

    premis = printable(str(found.receipt.premis))
    if found.content is None:
        print_findings([receipt_unreadable(premis)])
        return
    if as_json:
        print_json({"path": premis, **found.content})
        return
    said = found.content
    state = _text(said.get("state"))
    colour = {DepositState.VERIFIED.value: "green"}.get(state, "red")
    proof = f", proven by {level}" if (level := _text(_part(said, "evidence").get("level"))) else ""
    click.echo(
        f"{click.style(f'{state:<11}', fg=colour, bold=True)}{found.package}  to {_text(said.get('target'))}{proof}"
    )
    click.echo(f"           {premis}")
    if show:
        _show(said)


def _show(said: Mapping[str, Any]) -> None:
    package, evidence = _part(said, "package"), _part(said, "evidence")
    _line("Package", f"{_text(package.get('identifier'))}, {_text(package.get('digest'))}")
    _line("Held at", _text(evidence.get("location")) or _text(said.get("location")))
    for name, value in _part(evidence, "identifiers").items():
        _line(printable(str(name)), _text(value))
    if said.get("reason"):
        _line("Reason", _text(said["reason"]))
    times = _part(said, "times")
    for state in DepositState:  # in the order in which they are entered
        if state.value in times:
            _line(state.value.capitalize(), _text(times[state.value]))
    files = [one for one in _list(evidence, "files") if isinstance(one, dict)]
    _section("file", files, (_file_line(one) for one in files[:_MOST]))
    exchanges = [one for one in _list(said, "exchanges") if isinstance(one, dict)]
    _section("request", exchanges, (_exchange_line(one) for one in exchanges[:_MOST]))


def _section(noun: str, all_of_it: Sequence[object], lines: Iterable[str]) -> None:
    if all_of_it:
        click.echo(f"           {counted(len(all_of_it), noun)}:")
    for line in lines:
        click.echo(f"             {line}")
    if len(all_of_it) > _MOST:
        click.echo(f"             and {len(all_of_it) - _MOST:,} more: --json has them all")


def _file_line(file: Mapping[str, Any]) -> str:
    octets = file.get("bytes")
    room = size(octets) if isinstance(octets, int) else "size not known"
    agrees = "the same" if file.get("agrees") is True else "NOT the same"
    return f"{_text(file.get('path'))}  {room}, {agrees} by {_text(file.get('level'))} {_text(file.get('digest'))}"


def _exchange_line(exchange: Mapping[str, Any]) -> str:
    return f"{_text(exchange.get('time'))}  {_text(exchange.get('request'))}  ->  {_text(exchange.get('reply'))}"


def _line(name: str, value: str) -> None:
    click.echo(f"           {name}: {value}")


def _part(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = values.get(key)
    return part if isinstance(part, dict) else {}


def _list(values: Mapping[str, Any], key: str) -> list[Any]:
    part = values.get(key)
    return part if isinstance(part, list) else []


def _text(value: object) -> str:
    return printable(str(value)) if value is not None else ""
