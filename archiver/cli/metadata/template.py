"""``archiver metadata template``: a sheet to describe a folder in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from archiver.cli.clock import now
from archiver.cli.printing import counted, print_findings
from archiver.config import read_configuration
from archiver.standards.names import printable


@click.command("template", short_help="Write a sheet to describe a folder in.")
@click.argument("source", type=click.Path(path_type=Path), default=Path("seeds"))
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="New sheet: .xlsx or .csv.")
@click.option(
    "--profile",
    metavar="PROFILE",
    help="Whose terms are the columns: default, strict, or a DCTAP profile (CSV).  [default: as archiver.toml says]",
)
@click.option(
    "--bundle",
    type=click.Choice(["item", "collection"]),
    default="item",
    show_default=True,
    help="As it will be built: a package an item, or one for the whole folder.",
)
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file.  [default: archiver.toml]")
def command(
    source: Path, out: Path, profile: str | None, bundle: Literal["item", "collection"], config: Path | None
) -> int:
    """Write a sheet with a row for each document and folder of SOURCE (seeds/ when not given), to be filled in.

    Titles, types and languages that the documents suggest stand in grey columns, from which nothing is ever taken. In
    .xlsx there are drop-down lists, and a second sheet explains the columns. An existing file is never overwritten.

    \b
    archiver metadata template --out metadata/descriptions.xlsx
    archiver metadata template letters --out letters.csv --profile strict
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.metadata.template import TemplateOrder, make_template  # noqa: PLC0415 - --help must not wait
    from archiver.steps.record_profiles import read_record_profile  # noqa: PLC0415 - same

    reading = read_record_profile(profile or read_configuration(config).record_profile)
    made = make_template(TemplateOrder(source=source, out=out, profile=reading.profile, now=now(), bundle=bundle))
    print_findings((*reading.findings, *made.findings))
    click.echo(f"{printable(str(out))}  {counted(made.rows, 'row')} to fill in, {counted(made.columns, 'term')}")
    return 0
