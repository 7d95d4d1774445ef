"""A line of a crontab (crontab(5)), between comments that say whose it is."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from archiver.standards.schedules.contract import Job, Rhythm, ScheduleFile

_DAYS = {
    Rhythm.DAILY: "* * *",
    Rhythm.WEEKLY: "* * 0",
    Rhythm.MONTHLY: "1 * *",
    Rhythm.QUARTERLY: "1 1,4,7,10 *",
    Rhythm.YEARLY: "1 1 *",
}


def cron_lines(job: Job) -> tuple[ScheduleFile, ...]:
    """Write the lines of a job."""
    begin, end = _marks(job.name)
    text = f"{begin}: {job.description}\n{_time(job)} {cron_command(job.command)}\n{end}\n"
    return (ScheduleFile(name=f"{job.name}.crontab", text=text),)


def cron_command(command: Sequence[str]) -> str:
    """Quote a command for the shell, and for cron, which takes a percent sign for the end of the line.

    cron drops a backslash before a percent sign, unless that one is itself behind another: the empty quotes part them.
    """
    return shlex.join(command).replace("%", "''\\%")


def merged(crontab: str, job: Job) -> str:
    """Put a job into a crontab, in the place of what an earlier one of its name left there."""
    (lines,) = cron_lines(job)
    begin, end = _marks(job.name)
    kept = "".join(f"{line}\n" for line in _without(crontab.splitlines(), begin, end))
    return kept + lines.text


def _without(lines: Iterable[str], begin: str, end: str) -> Iterable[str]:
    inside = False
    for line in lines:
        inside = inside or line.startswith(f"{begin}:")
        if not inside:
            yield line
        inside = inside and line != end


def _marks(name: str) -> tuple[str, str]:
    return f"# begin {name}", f"# end {name}"


def _time(job: Job) -> str:
    if job.rhythm.hours is not None:
        hours = "*" if job.rhythm.hours == 1 else f"*/{job.rhythm.hours}"
        return f"{job.minute} {hours} * * *"
    return f"{job.minute} {job.hour} {_DAYS[job.rhythm]}"
