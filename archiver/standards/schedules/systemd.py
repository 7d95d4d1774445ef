"""Units of systemd for a user's own instance: a timer, and the service it starts (systemd.timer(5), .service(5))."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.standards.schedules.contract import Job, Rhythm, ScheduleFile

_CALENDAR = {Rhythm.MONTHLY: "*-*-01", Rhythm.QUARTERLY: "*-01,04,07,10-01", Rhythm.YEARLY: "*-01-01"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "%": "%%", "$": "$$"}
"""systemd.service(5), "Command lines": quotes and backslashes, specifiers, variables."""

_SPECIAL = frozenset("\"'\\$")


def systemd_units(job: Job) -> tuple[ScheduleFile, ...]:
    """Write the service and the timer of a job."""
    description = job.description.replace("%", "%%")
    service = (
        "[Unit]\n"
        f"Description={description}\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"ExecStart={' '.join(map(quoted, _startable(job.command)))}\n"
        "Nice=10\n"
        "IOSchedulingClass=idle\n"
    )
    timer = (
        "[Unit]\n"
        f"Description={description}\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar={_on_calendar(job)}\n"
        "Persistent=true\n"  # one that was missed while the machine was off is made up for
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )
    return (
        ScheduleFile(name=f"{job.name}.service", text=service),
        ScheduleFile(name=f"{job.name}.timer", text=timer),
    )


def quoted(word: str) -> str:
    """Quote one word of a command line so that systemd takes it as it is."""
    return '"' + "".join(_ESCAPES.get(character, character) for character in word) + '"'


def _startable(command: Sequence[str]) -> list[str]:
    """Let a shell start a program in whose path systemd allows none of the characters that it allows in arguments."""
    return [*command] if _SPECIAL.isdisjoint(command[0]) else ["/bin/sh", "-c", 'exec "$@"', "sh", *command]


def _on_calendar(job: Job) -> str:
    if job.rhythm.hours is not None:
        return f"*-*-* 00/{job.rhythm.hours}:{job.minute:02}:00"
    time = f"{job.hour:02}:{job.minute:02}:00"
    if job.rhythm is Rhythm.WEEKLY:
        return f"Sun *-*-* {time}"
    return f"{_CALENDAR.get(job.rhythm, '*-*-*')} {time}"
