"""``archiver metadata check``: every problem in the metadata, before anything is built."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import click

from archiver.cli.metadata.report import MetadataReport
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable


@click.command("check", short_help="Find every problem in the metadata, without building anything.")
@click.argument("source", type=click.Path(path_type=Path), default=Path("seeds"))
@click.option(
    "--metadata",
    type=click.Path(path_type=Path),
    default=Path("metadata"),
    show_default=True,
    help="Folder of descriptions.",
)
@click.option(
    "--bundle",
    type=click.Choice(["item", "collection"]),
    default="item",
    show_default=True,
    help="As it will be built: a package an item, or one for the whole folder.",
)
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file.  [default: archiver.toml]")
@click.option(
    "--profile",
    metavar="PROFILE",
    help="What records must have: default, strict, or a DCTAP profile (CSV).  [default: as archiver.toml says]",
)
@click.option(
    "--annotate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write your sheet again with a column of problems: a new file, or, of several sheets, a new folder.",
)
@click.option("--all", "show_all", is_flag=True, help="Show every problem, however often one of its kind comes up.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each problem, and a last one of counts.")
def command(source: Path, metadata: Path, profile: str | None, show_all: bool, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Find every problem in the descriptions of SOURCE (seeds/ when not given), without building anything.

    Each problem is told with its file, row and column, the rule, and what to do. Documents are not opened, so what they
    say of themselves does not count. Nothing is written but what --annotate names; your own sheet is never touched.
    Exit status 1: there is at least one error.

    \b
    archiver metadata check
    archiver metadata check letters --metadata descriptions --profile strict
    archiver metadata check --annotate checked.xlsx
    archiver metadata check --json | jq -r 'select(.code) | [.file, .row, .column, .code] | @tsv'
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.metadata.annotation import SheetAnnotation  # noqa: PLC0415 - same
    from archiver.steps.metadata.checking import MetadataQuestion, check_metadata  # noqa: PLC0415 - --help must not wait
    from archiver.steps.record_profiles import read_record_profile  # noqa: PLC0415 - same

    configuration = read_configuration(options["config"])
    reading = read_record_profile(profile or configuration.record_profile)
    question = MetadataQuestion(
        source=source,
        metadata=metadata,
        configuration=configuration,
        profile=reading.profile,
        bundle=options["bundle"],
    )
    check = check_metadata(question)
    annotation = SheetAnnotation.begin(metadata, options["annotate"]) if options["annotate"] else None
    report = MetadataReport(as_json=as_json, show_all=show_all)
    for finding in chain(reading.findings, check.findings):
        report.finding(finding)
        if annotation:
            annotation.add(finding)
    written, left_out = annotation.write() if annotation else ((), ())
    for finding in left_out:
        report.finding(finding)
    report.end(check)
    for file in written:
        click.echo(f"{printable(str(file))}  your sheet, with a column of problems", err=as_json)
    return int(ExitCode.FINDINGS if report.has_errors else ExitCode.OK)
