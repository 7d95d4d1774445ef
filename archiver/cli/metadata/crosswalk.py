"""``archiver metadata crosswalk``: the records of packages in another vocabulary."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, print_findings, print_json
from archiver.errors import ExitCode, UsageError
from archiver.model import Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.metadata.crosswalking import Crossed


@click.command("crosswalk", short_help="Write records in another vocabulary: DataCite, MODS, DSpace and others.")
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, metavar="PACKAGE|RECORD...")
@click.option("--to", "target", metavar="NAME", help="The vocabulary; --list names them.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the files.  [default: stdout]")
@click.option(
    "--list", "list_them", is_flag=True, help="List the vocabularies and stop; with --json, their fields too."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a record on stdout.")
def command(paths: tuple[Path, ...], target: str | None, out: Path | None, list_them: bool, as_json: bool) -> int:
    """Write the Dublin Core records of packages in another vocabulary.

    PACKAGE is a package, as a folder or an archive, or a folder of packages; RECORD is a .dc.xml file from one. What
    the vocabulary cannot carry is told value by value, and so is what it demands and the record lacks; that is never
    made up. A single record is printed; several go to files below --out, and no file is written over.

    \b
    archiver metadata crosswalk --list
    archiver metadata crosswalk packages/chronology --to datacite
    archiver metadata crosswalk packages --to mods --out mods
    archiver metadata crosswalk packages --to dataverse --json | jq -r .data
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.metadata import crosswalking  # noqa: PLC0415 - --help must not wait for it

    if list_them:
        for name in crosswalking.crosswalk_names():
            one = crosswalking.load_crosswalk(name)
            if as_json:
                print_json({"name": name, "title": one.TITLE, "suffix": one.SUFFIX, "table": dict(one.TABLE)})
            else:
                click.echo(f"{name:<18} {one.TITLE}")
        return int(ExitCode.OK)
    if not paths or target is None:
        raise UsageError("name at least one package or record, and the vocabulary with --to (--list names them)")
    crosswalk = crosswalking.load_crosswalk(target)
    if out is not None:
        crosswalking.check_destination(out, paths)
    records = (one for path in paths for one in crosswalking.source_records(path))
    first = tuple(islice(records, 2))
    if len(first) > 1 and out is None and not as_json:
        raise UsageError("there are several records: name a folder for their files with --out, or ask for --json")
    number, failed = 0, False
    with crosswalking.destination(out) as place:
        for record in chain(first, records):
            number += 1
            crossed = crosswalking.cross(record, crosswalk)
            written, more = place.write(crossed) if place is not None else ((), ())
            failed |= any(finding.severity is Severity.ERROR for finding in (*crossed.findings, *more))
            _print(crossed, written, more, to=target, as_json=as_json)
    if out is not None and not as_json:
        click.echo(f"{counted(number, 'record')} as {crosswalk.TITLE} in {printable(str(out))}", err=True)
    return int(ExitCode.FINDINGS if failed else ExitCode.OK)


def _print(crossed: Crossed, written: tuple[str, ...], more: tuple[Finding, ...], *, to: str, as_json: bool) -> None:
    """Print one record: its files where they were written, else itself; then everything that was noticed."""
    findings = (*crossed.findings, *more)
    if as_json:
        print_json(_json(crossed, written, findings, to))
        return
    if written:
        for file in written:
            click.echo(printable(file))
    elif crossed.conversion is not None and not more:
        click.echo(crossed.conversion.data, nl=False)
        for name, _ in crossed.conversion.further:
            click.echo(f"  The rest belongs in {name}: --out writes both files.", err=True)
    print_findings(findings)


def _json(crossed: Crossed, written: tuple[str, ...], findings: tuple[Finding, ...], to: str) -> dict[str, object]:
    from archiver.steps.results import finding_json  # noqa: PLC0415 - loaded by now

    conversion = crossed.conversion
    result: dict[str, object] = {"record": crossed.record.name, "to": to}
    if written:
        result["files"] = [printable(file) for file in written]
    elif conversion is not None:
        result["data"] = conversion.data.decode()
        result["further"] = {name: content.decode() for name, content in conversion.further}
    if conversion is not None:
        result["lost"] = [
            {
                "term": loss.statement.term,
                "text": loss.statement.text,
                "language": loss.statement.language,
                "part": loss.part,
                "reason": loss.reason,
            }
            for loss in conversion.losses
        ]
        result["demands"] = [
            {"field": demand.field, "message": demand.message, "terms": list(demand.terms)}
            for demand in conversion.demands
        ]
    return result | {"findings": [finding_json(finding) for finding in findings]}
