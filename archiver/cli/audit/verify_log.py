"""``archiver audit verify-log``: whether anything in a store's log, or in the results of its audits, was changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver.cli.printing import counted, print_findings, print_json
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.audit.verify_log import LogVerdict


@click.command("verify-log", short_help="Show that nothing in a store's log was changed.")
@store_options
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="FILE|TEXT",
    help="A head kept earlier (archiver audit witness), as a file or as SEQ:DIGEST; repeat for more.",
)
@click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Verify time stamps by the roots in this PEM file.  [default: those kept with each]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(heads: tuple[str, ...], certificates: Path | None, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Show that nothing was changed in the log of a store, in the results of its audits and in its time stamps.

    Each entry of the log names the digest of the one before, and each audit a Merkle root over its results, so any
    edit, deletion, insertion and reordering is found. Whether the end of the log was cut off, or the whole of it
    written anew, shows a head that was kept elsewhere: give it with --head. The packages themselves are not read.

    \b
    archiver audit verify-log
    archiver audit verify-log --store /media/disk/store --head head-2026.txt
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.audit.evidence import known_records, read_heads  # noqa: PLC0415 - --help must not wait
    from archiver.steps.audit.time_stamps import read_certificates  # noqa: PLC0415 - same
    from archiver.steps.audit.verify_log import verify_log  # noqa: PLC0415 - same

    place = place_of(options["store"], options["records"], read_configuration(options["config"]))
    witnessed = read_heads(heads)
    roots = read_certificates(certificates) if certificates else None
    verdict = verify_log(known_records(place), witnessed, certificates=roots)
    if as_json:
        print_json(verdict_json(place.location, verdict))
    else:
        _print(place.location, verdict, len(witnessed))
    return int(ExitCode.OK if verdict.holds else ExitCode.FINDINGS)


def verdict_json(store: str, verdict: LogVerdict) -> dict[str, object]:
    """Return a verdict as ``--json`` prints it."""
    from dataclasses import asdict  # noqa: PLC0415 - only here

    from archiver.standards.audit_log.heads import head_json  # noqa: PLC0415 - only here

    return {
        "store": printable(store),
        "valid": verdict.holds,
        "entries": verdict.entries,
        "head": head_json(verdict.head, store) if verdict.head else None,
        "audits": verdict.runs,
        "results": verdict.results,
        "time_stamps": verdict.time_stamps,
        "stamped": verdict.stamped.isoformat() if verdict.stamped else None,
        "stamped_entry": verdict.stamped_entry or None,
        "open_audits": list(verdict.open_runs),
        "findings": [asdict(finding) for finding in verdict.findings],
    }


def _print(store: str, verdict: LogVerdict, heads: int) -> None:
    name = printable(store)
    entries = "1 entry" if verdict.entries == 1 else f"{verdict.entries:,} entries"
    scope = f"{entries}, {counted(verdict.runs, 'audit')} with {counted(verdict.results, 'result')}"
    print_findings(verdict.findings)
    if not verdict.holds:
        click.echo(f"{name}  the log does not hold  ({scope})")
        return
    click.echo(f"{name}  the log holds: {scope}")
    if verdict.stamped:
        stamps = counted(verdict.time_stamps, "time stamp")
        click.echo(f"  {stamps}; by the last, entry {verdict.stamped_entry} was there on {verdict.stamped:%Y-%m-%d}.")
    if heads:
        click.echo(f"  {'The head' if heads == 1 else f'Each of the {heads} heads'} that was kept is in it.")
    elif verdict.head:
        click.echo("  That its end was not cut off, only a head kept elsewhere can show: archiver audit witness")
    for run in verdict.open_runs:
        click.echo(f"  The audit {run} is under way or was broken off; archiver audit goes on with it.")
