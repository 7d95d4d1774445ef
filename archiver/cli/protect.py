"""``archiver protect``: parity for stored packages, from which damage heals without another copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.clock import now
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.progress import TerminalProgress
from archiver.cli.store_options import place_of, store_options
from archiver.errors import ExitCode
from archiver.execution.cores import usable_cores
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.repair.protecting import Protection


@click.command("protect", short_help="Make parity, from which damaged packages heal.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...")
@store_options
@click.option(
    "--percent",
    type=click.IntRange(1, 100),
    metavar="N",
    help="Of a package's bytes that may be lost.  [default: percent in [parity], or 5]",
)
@click.option("--check", is_flag=True, help="Read the parity that is there, too, and make anew what is damaged of it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout.")
def command(  # noqa: PLR0913, PLR0917 - click hands over one an option
    packages: tuple[str, ...],
    store: str | None,
    records: Path | None,
    config: Path | None,
    percent: int | None,
    check: bool,
    as_json: bool,
) -> int:
    """Make parity for each PACKAGE of a store, or for all that have none yet or got a new version.

    It lies in the store's records and needs the program par2 (par2cmdline-turbo). `archiver repair --parity` heals
    from it. Parity that is there is kept, unless it was made for less than --percent asks for.

    \b
    archiver protect
    archiver protect urn:uuid:0b8f6d9e-3c5e-5a51-9d0c-6a5d5f2f1c11 --percent 10
    archiver protect --check --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.config import read_configuration  # noqa: PLC0415 - --help must not wait for it

    configuration = read_configuration(config)
    place = place_of(store, records, configuration)
    from archiver.steps.repair.protecting import ProtectRequest, bytes_to_protect, protect  # noqa: PLC0415 - same
    from archiver.storage.parity.program import find_par2  # noqa: PLC0415 - same
    from archiver.storage.stores.tree import open_tree  # noqa: PLC0415 - same

    counts = {"protected": 0, "current": 0, "failed": 0}
    with TerminalProgress("Protecting", quiet=as_json) as progress:
        request = ProtectRequest(
            place=place,
            tree=open_tree(str(place.root)),
            par2=find_par2(configuration.parity.program, threads=usable_cores()),
            percent=percent or configuration.parity.percent,
            check=check,
            now=now(),
            progress=progress.advance,
        )
        if progress.shown:
            progress.begin(bytes_to_protect(request, packages))  # for nobody else is the store looked through twice
        for protection in protect(request, packages):
            counts[protection.status] += 1
            with progress.aside():
                _print(protection, as_json=as_json)
    if not as_json:
        click.echo(_summary(counts))
    return int(_status(counts))


def _print(protection: Protection, *, as_json: bool) -> None:
    from archiver.steps.repair.protecting import protection_json  # noqa: PLC0415 - loaded by now

    if as_json:
        print_json(protection_json(protection))
        return
    if protection.status != "current":
        colour = "green" if protection.status == "protected" else "red"
        detail = ""
        if protection.versions:
            made = size(protection.parity_bytes)
            detail = f"  {', '.join(protection.versions)}: {size(protection.bytes)}, parity of {made}"
        click.echo(f"{click.style(f'{protection.status:<10}', fg=colour)} {printable(protection.identifier)}{detail}")
    print_findings(protection.findings)


def _summary(counts: dict[str, int]) -> str:
    if not any(counts.values()):
        return "The store has no packages."
    words = [f"{counted(counts['protected'], 'package')} protected"]
    if counts["current"]:
        words.append(f"{counts['current']:,} were already")
    if counts["failed"]:
        words.append(f"{counts['failed']:,} failed")
    return ", ".join(words) + "."


def _status(counts: dict[str, int]) -> ExitCode:
    if not counts["failed"]:
        return ExitCode.OK
    return ExitCode.PARTIAL if counts["protected"] or counts["current"] else ExitCode.FINDINGS
