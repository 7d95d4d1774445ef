"""``archiver audit schedule``: audits that start by themselves."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver.cli import clock
from archiver.cli.printing import print_json
from archiver.cli.store_options import place_of, store_options
from archiver.config import FILE_NAME, read_configuration
from archiver.errors import UsageError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.audit.scheduling import Schedule, System

_USUAL = timedelta(days=7)


@click.command("schedule", short_help="Have audits start by themselves: systemd, cron, Task Scheduler.")
@store_options
@click.option("--every", metavar="TIME", help='How often: "1 day", "1 week", "1 month".  [default: [audit], or 1 week]')
@click.option(
    "--system",
    type=click.Choice(["systemd", "cron", "task-scheduler"]),
    help="Whose schedule it is.  [default: systemd where it runs, else cron]",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Write the files there; nothing is replaced."
)
@click.option("--install", is_flag=True, help="Hand it over: to your own systemd, or your own crontab.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("audit_options", nargs=-1, type=click.UNPROCESSED, metavar="[-- AUDIT OPTIONS...]")
def command(
    every: str | None,
    system: System | None,
    out: Path | None,
    install: bool,
    as_json: bool,
    **options: Any,  # noqa: ANN401
) -> int:
    """Have `archiver audit` start by itself, as yourself: no administrator is needed.

    Without --out and --install, what the system would read is printed, with the commands that hand it over. An audit
    that was missed while the machine was off is made up for, but not by cron. What stands behind -- goes to each audit.
    On Windows, the task starts the audit in the Windows Subsystem for Linux.

    \b
    archiver audit schedule
    archiver audit schedule --every "1 day" --install -- --max-bytes 100GB
    archiver audit schedule --system task-scheduler --out .
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.audit.heartbeat import configured_schedule, record_schedule  # noqa: PLC0415 - --help waits not
    from archiver.steps.audit.scheduling import ScheduleRequest, make_schedule  # noqa: PLC0415 - same

    configuration = read_configuration(options["config"])
    file = options["config"] or Path(FILE_NAME)
    place = place_of(options["store"], options["records"], configuration)
    schedule = make_schedule(
        ScheduleRequest(
            place=place,
            every=length_of_time(every) or configured_schedule(configuration) or _USUAL,
            system=system or _system_here(),
            program=_program(),
            configuration=file if file.exists() else None,
            options=options["audit_options"],
            today=clock.now().date(),
            distribution=os.environ.get("WSL_DISTRO_NAME"),
        )
    )
    done = _hand_over(schedule, out, install=install)
    if install:
        told = {"system": schedule.system, "name": schedule.job.name}
        record_schedule(place.records, schedule.job.rhythm.value, told, clock.now())
    if as_json:
        _print_json(schedule, done, installed=install)
    else:
        _print(schedule, out, done, installed=install)
    return 0


def length_of_time(text: str | None) -> timedelta | None:
    """Read ``--every``; None where it was not given.

    Raises:
        UsageError: it is no length of time.
    """
    from archiver.standards.durations import parse_duration  # noqa: PLC0415 - as above

    if text is None:
        return None
    every = parse_duration(text)
    if every is None:
        raise UsageError(f"--every: {text!r} is no length of time: write 1 day, 1 week or 1 month")
    return every


def _hand_over(schedule: Schedule, out: Path | None, *, install: bool) -> list[str]:
    from archiver.steps.audit import scheduling  # noqa: PLC0415 - as above

    done = []
    if out is not None:
        done += [f"{path} was written" for path in scheduling.write_files(schedule, out)]
    if install:
        done += scheduling.install(schedule, os.environ)
    return [printable(line) for line in done]


def _print(schedule: Schedule, out: Path | None, done: list[str], *, installed: bool) -> None:
    from archiver.steps.audit.scheduling import steps_by_hand  # noqa: PLC0415 - as above

    for line in done:
        click.echo(line)
    if not done:
        for file in schedule.files:
            click.echo(f"# {file.name}\n{file.text}")
    if not installed:
        click.echo(
            "Nothing is started yet. " + ("Next:" if out else "With --install, or by hand with --out . and:"), err=True
        )
        for line in steps_by_hand(schedule, out):
            click.echo(f"  {printable(line)}", err=True)


def _print_json(schedule: Schedule, done: list[str], *, installed: bool) -> None:
    print_json(
        {
            "system": schedule.system,
            "name": schedule.job.name,
            "every_seconds": int(schedule.job.rhythm.value.total_seconds()),
            "command": list(schedule.job.command),
            "installed": installed,
            "done": done,
            "files": [{"name": file.name, "content": file.text} for file in schedule.files],
        }
    )


def _system_here() -> System:
    return "systemd" if shutil.which("systemctl") and Path("/run/systemd/system").is_dir() else "cron"


def _program() -> list[str]:
    script = Path(sys.executable).with_name("archiver")
    return [str(script)] if script.is_file() else [sys.executable, "-P", "-m", "archiver"]
