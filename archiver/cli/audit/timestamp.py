"""``archiver audit timestamp``: somebody else's word that the log was there at some time."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from archiver.cli import clock
from archiver.cli.printing import print_findings, print_json
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable


@click.command("timestamp", short_help="Have an authority put a time stamp on the log.")
@store_options
@click.option("--authority", metavar="URL", help="Whom to ask (RFC 3161).  [default: as archiver.toml says]")
@click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The authority's root certificate (PEM).  [default: as archiver.toml says]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(authority: str | None, certificates: Path | None, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Have a time-stamping authority sign that the last entry of a store's log is there now.

    The authority is sent a digest alone. Its answer is verified and kept with its certificates in the store's records;
    `archiver audit verify-log` verifies it ever after, without any network. Where archiver.toml names an authority in
    [evidence], each audit asks for a stamp by itself. Exit status 5: the authority gave none.

    \b
    archiver audit timestamp
    archiver audit timestamp --authority https://tsa.example.org/tsr --certificates tsa.pem
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.audit.evidence import log_head  # noqa: PLC0415 - --help must not wait
    from archiver.steps.audit.time_stamps import command_for_openssl, stamp_log  # noqa: PLC0415 - same
    from archiver.storage.fetching.rules import Timing  # noqa: PLC0415 - same

    configuration = read_configuration(options["config"])
    place = place_of(options["store"], options["records"], configuration)
    settings = configuration.evidence
    settings = replace(
        settings,
        authority=authority or settings.authority,
        certificates=certificates or settings.certificates,
    )
    log_head(place)
    made = stamp_log(place.records, settings, Timing(clock=time.monotonic, chance=random.random), now=clock.now())
    if as_json:
        print_json(
            {
                "store": printable(place.location),
                "entry": made.head.seq if made.head else None,
                "time": made.stamp.time.isoformat() if made.stamp else None,
                "signer": made.stamp.signer if made.stamp else None,
                "token": made.entry.body["token"] if made.entry else None,
                "findings": [asdict(finding) for finding in made.findings],
            }
        )
    else:
        print_findings(made.findings)
        if made.head and made.stamp and made.entry:
            when = f"{made.stamp.time:%Y-%m-%d %H:%M:%S} UTC"
            click.echo(f"{printable(place.location)}  entry {made.head.seq} of the log was there on {when}")
            click.echo(f"  Signed by {made.stamp.signer}; without this program, in {place.timestamps}:")
            click.echo(f"  {command_for_openssl(made.head, made.entry)}")
    return int(ExitCode.REMOTE if made.findings else ExitCode.OK)
