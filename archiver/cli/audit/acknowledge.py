"""``archiver audit acknowledge``: somebody knows of a failure, and says what came of it."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.printing import counted, print_json
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.standards.names import printable


@click.command("acknowledge", short_help="Close the failure of a package, with a reason.")
@click.argument("identifier", metavar="IDENTIFIER")
@click.option("--reason", required=True, metavar="TEXT", help="What was found out; it is kept in the log.")
@click.option("--by", metavar="NAME", help="Who says so.  [default: contact_name in [archive]]")
@store_options
@catalogue_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def command(  # noqa: PLR0913, PLR0917 - click hands over one an option
    identifier: str,
    reason: str,
    by: str | None,
    store: str | None,
    records: Path | None,
    config: Path | None,
    catalogue: str | None,
    as_json: bool,
) -> int:
    """Close the open failures of the package IDENTIFIER: audits tell of it no more, until it fails again.

    Who says so and why is kept in the log of the store. A package that is missing and was acknowledged is not asked
    for any more. A package that `archiver repair` made whole needs none of this.

    \b
    archiver audit acknowledge urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8 --reason "withdrawn by its donor"
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.cli.clock import exact_now, now  # noqa: PLC0415 - --help must not wait for any of these
    from archiver.steps.audit.closing import acknowledge  # noqa: PLC0415
    from archiver.steps.audit.limits import AuditLimits  # noqa: PLC0415
    from archiver.steps.audit.opening import StoresAsked, opened_stores  # noqa: PLC0415

    configuration = read_configuration(config)
    asked = StoresAsked(
        places=[place_of(store, records, configuration)],
        catalogue=catalogue_of(catalogue, configuration),
        remotes=configuration.remotes,
        now=now(),
    )
    with opened_stores(asked, AuditLimits()) as ((audited,), _):
        closed = acknowledge(audited, identifier, reason, by or configuration.contact_name or "", exact_now())
    if as_json:
        print_json({"identifier": identifier, "acknowledged": closed, "reason": reason})
    else:
        click.echo(f"{counted(closed, 'failure')} of {printable(identifier)} acknowledged.")
    return 0
