"""``archiver doctor``: what this machine has and lacks."""

from __future__ import annotations

import dataclasses
import os
from itertools import chain
from pathlib import Path

import click

from archiver.cli.printing import print_json
from archiver.config import read_configuration
from archiver.errors import ExitCode

_COLOURS = {"ok": "green", "note": "yellow", "missing": "red"}


@click.command("doctor", short_help="Say what this machine has and lacks.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("packages"), help="Destination to look at.")
@click.option("--store", metavar="DIR", help="Store to look at.  [default: path in [store], or store]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line on stdout.")
def command(out: Path, store: str | None, as_json: bool) -> int:
    """Look at what building, judging and storing packages needs: libraries, fonts, the sandbox, disks, programs.

    Of each target in archiver.toml it says whether it can be used as its table says, and which secrets are found;
    none is told, and no server is asked.

    To see what the store's file system can do, a hidden folder is made beside the store and removed again.

    Exit status 4 when something that is needed is missing; each line then says what to install.
    """
    from archiver.cli.clock import now  # noqa: PLC0415 - --help must not wait for any of these
    from archiver.steps.deposits.diagnosis import diagnose_targets  # noqa: PLC0415
    from archiver.steps.doctor.machine import diagnose  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.doctor.stores import diagnose_stores  # noqa: PLC0415 - as above

    configuration = read_configuration(None)
    storing = diagnose_stores(store or configuration.store.path, configuration.parity.program)
    missing = 0
    targets = diagnose_targets(configuration, now, os.environ)
    for found in chain(diagnose(out, configuration.screening), storing, targets):
        missing += found.status == "missing"
        if as_json:
            print_json(dataclasses.asdict(found))
            continue
        status = click.style(f"{found.status:<8}", fg=_COLOURS[found.status], bold=True)
        click.echo(f"{status} {found.subject}: {found.detail}")
        if found.fix:
            click.echo(f"         Fix: {found.fix}")
    if not as_json:
        click.echo("\nReady to build." if not missing else f"\n{missing} needed and missing: see the fixes above.")
    return int(ExitCode.MISSING_PROGRAM if missing else ExitCode.OK)
