"""``archiver metadata export``: packages back into a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from archiver.cli.clock import now
from archiver.cli.printing import counted, print_findings
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.model import Severity
from archiver.standards.names import printable


@click.command("export", short_help="Put what packages state back into a sheet.")
@click.argument("packages", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="PACKAGE...")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="New sheet: .csv or .xlsx.")
@click.option(
    "--bundle",
    type=click.Choice(["item", "collection"]),
    default="item",
    show_default=True,
    help="As the packages were built.",
)
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file.  [default: archiver.toml]")
def command(packages: tuple[Path, ...], out: Path, bundle: Literal["item", "collection"], config: Path | None) -> int:
    """Put what people stated of each PACKAGE into a sheet, to be corrected and built from again.

    PACKAGE is a package of `archiver build`, or a folder of packages; of several versions the newest counts. There is a
    row for each document and folder. What was inferred or taken from documents is left out: it comes anew with a build.
    An existing file is never overwritten.

    \b
    archiver metadata export packages --out descriptions.csv
    archiver metadata export packages/letters packages/maps --out some.xlsx
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.metadata.exporting import ExportOrder, export_sheet  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.record_profiles import read_record_profile  # noqa: PLC0415 - same

    profile = read_record_profile(read_configuration(config).record_profile).profile
    made = export_sheet(ExportOrder(packages=packages, out=out, profile=profile, now=now(), bundle=bundle))
    print_findings(made.findings)
    click.echo(f"{printable(str(out))}  {counted(made.rows, 'row')} from {counted(made.packages, 'package')}")
    faulty = any(finding.severity is Severity.ERROR for finding in made.findings)
    return int(ExitCode.FINDINGS if faulty else ExitCode.OK)
