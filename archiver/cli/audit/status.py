"""``archiver audit status``: whether audits still take place, and what they found that nobody has seen to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archiver.cli import clock
from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.printing import counted, print_json
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.audit.standing import Standing


@click.command("status", short_help="Say whether audits are overdue, and which failures are open.")
@store_options
@catalogue_option
@click.option("--every", metavar="TIME", help="How often audits are to begin.  [default: [audit], or audit schedule]")
@click.option("--test-notice", is_flag=True, help="Send a notice to everybody in [notify], to see that it arrives.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(every: str | None, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Say when the last audit of a store was, when the next is due, and which failures nobody has acknowledged.

    Nothing in the store is read. Exit status 1: an audit is overdue, or failures are open.

    \b
    archiver audit status
    archiver audit status --store /media/disk/store --every "1 month"
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.cli.audit.afterwards import try_notices  # noqa: PLC0415 - --help must not wait for any of these
    from archiver.cli.audit.schedule import length_of_time  # noqa: PLC0415
    from archiver.steps.audit.heartbeat import configured_schedule  # noqa: PLC0415
    from archiver.steps.audit.standing import standing_of  # noqa: PLC0415

    configuration = read_configuration(options["config"])
    place = place_of(options["store"], options["records"], configuration)
    if options["test_notice"]:
        return try_notices(place, configuration)
    standing = standing_of(
        place,
        catalogue_of(options["catalogue"], configuration),
        length_of_time(every) or configured_schedule(configuration),
        clock.now(),
    )
    if as_json:
        print_json(standing_json(standing))
    else:
        _print(standing)
    return int(ExitCode.FINDINGS if standing.needs_somebody else ExitCode.OK)


def standing_json(standing: Standing) -> dict[str, object]:
    """Return what ``--json`` prints."""
    beat = standing.beat
    last = beat.last
    return {
        "store": printable(standing.store),
        "last": last.time.isoformat() if last else None,
        "last_audit": last.body.get("run") if last else None,
        "last_outcomes": last.body.get("outcomes") if last else None,
        "every_seconds": int(beat.every.total_seconds()) if beat.every else None,
        "due": beat.due.isoformat() if beat.due else None,
        "overdue_seconds": int(beat.overdue.total_seconds()) if beat.overdue else 0,
        "open_audits": list(standing.open_runs),
        "failures": [
            {
                "identifier": printable(one.identifier),
                "path": printable(one.path),
                "outcome": one.outcome.value,
                "first_seen": one.first_seen.isoformat(),
                "last_seen": one.last_seen.isoformat(),
                "times": one.times,
            }
            for one in standing.failures
        ],
    }


def _print(standing: Standing) -> None:
    from archiver.steps.audit.heartbeat import reminder  # noqa: PLC0415 - as above

    name, beat = printable(standing.store), standing.beat
    if beat.last is None:
        click.echo(f"{name}  no audit until now")
    else:
        outcomes = beat.last.body.get("outcomes")
        told = outcomes.items() if isinstance(outcomes, dict) else ()
        counts = ", ".join(f"{count:,} {printable(word)}" for word, count in told if isinstance(count, int) and count)
        click.echo(f"{name}  last audit {beat.last.time:%Y-%m-%d %H:%M} UTC: {counts or 'no package was due'}")
    late = reminder(beat, name)
    if late:
        click.echo("  " + click.style(late, fg="red", bold=True))
    elif beat.due:
        click.echo(f"  The next is due on {beat.due:%Y-%m-%d %H:%M} UTC.")
    else:
        click.echo("  Nobody said how often: archiver audit schedule, or schedule in [audit] of archiver.toml.")
    for run in standing.open_runs:
        click.echo(f"  The audit {run} is under way, or was broken off: archiver audit goes on with it.")
    _print_failures(standing)


def _print_failures(standing: Standing) -> None:
    if not standing.failures:
        click.echo("  No failure is open.")
        return
    click.echo("  " + click.style(f"{counted(len(standing.failures), 'failure')} open:", fg="red", bold=True))
    for one in standing.failures:
        since = f"since {one.first_seen:%Y-%m-%d}"
        click.echo(f"    {one.outcome.value:<8} {printable(one.identifier)}  {since}")
    click.echo(
        "  Repair them (archiver repair), or acknowledge each: archiver audit acknowledge IDENTIFIER --reason TEXT"
    )
