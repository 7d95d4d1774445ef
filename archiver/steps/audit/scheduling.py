"""Has a system start ``archiver audit`` by the clock: writes what it reads, and hands it over where that is asked for.

Needs no administrator. Nothing is written or handed over but by :func:`install` and :func:`write_files`.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from archiver.errors import MissingProgramError, StorageError, UsageError
from archiver.standards.durations import in_days
from archiver.standards.names import printable, slug
from archiver.standards.schedules.contract import Job, Rhythm, ScheduleFile, UnschedulableError
from archiver.standards.schedules.cron import cron_lines, merged
from archiver.standards.schedules.systemd import systemd_units
from archiver.standards.schedules.task_scheduler import task_xml
from archiver.storage.durable import explain
from archiver.storage.new_files import write_new_file
from archiver.storage.stores.place import RECORDS_SUFFIX, StorePlace, is_remote

System = Literal["systemd", "cron", "task-scheduler"]
SYSTEMS: tuple[System, ...] = ("systemd", "cron", "task-scheduler")
_LONGEST_WORD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRequest:
    """What is to be started, by what, and how often."""

    place: StorePlace
    every: timedelta
    system: System
    program: Sequence[str]
    """The words that run this program, the first an absolute path."""

    configuration: Path | None
    """The archiver.toml in use; None: there is none."""

    options: Sequence[str] = ()
    """Further ones of ``archiver audit``."""

    today: date
    distribution: str | None = None
    """Of the Windows Subsystem for Linux that this runs in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule as its system reads it."""

    job: Job
    system: System
    files: tuple[ScheduleFile, ...]


def make_schedule(request: ScheduleRequest) -> Schedule:
    """Write the files of a schedule, in memory.

    Raises:
        UsageError: the rhythm is none that can be kept, or a path cannot be handed over.
    """
    job = Job(
        name=_name(request.place),
        description=f"Audit of the store {printable(_location(request.place))}",
        command=_command(request),
        rhythm=_rhythm(request.every),
        **_time_of_day(request.place),
    )
    try:
        files = {
            "systemd": lambda: systemd_units(job),
            "cron": lambda: cron_lines(job),
            "task-scheduler": lambda: task_xml(job, request.today, request.distribution),
        }[request.system]()
    except UnschedulableError as error:
        raise UsageError(f"{error}: move it to a place whose path is plain") from error
    return Schedule(job=job, system=request.system, files=files)


def write_files(schedule: Schedule, folder: Path) -> list[Path]:
    """Write the files into a folder, replacing nothing; return where they are.

    Raises:
        UsageError: one is there already, or the folder is not.
        StorageError: the disk refused.
    """
    written = []
    for file in schedule.files:
        path = folder / file.name
        write_new_file(path, lambda staged, file=file: staged.write_bytes(_content(file)))  # type: ignore[misc]
        written.append(path)
    return written


def steps_by_hand(schedule: Schedule, folder: Path | None) -> list[str]:
    """Return the commands by which somebody hands the files over.

    Args:
        schedule: written into ``folder``.
        folder: where its files are; None: they were printed, and are not on a disk.
    """
    names = [file.name for file in schedule.files]
    paths = [shlex.quote(str(folder / name) if folder else name) for name in names]
    if schedule.system == "systemd":
        return [
            f"mkdir -p ~/.config/systemd/user && cp {' '.join(paths)} ~/.config/systemd/user/",
            f"systemctl --user daemon-reload && systemctl --user enable --now {names[-1]}",
            "loginctl enable-linger    # so that it runs while you are not logged in",
        ]
    if schedule.system == "cron":
        return [f"(crontab -l 2>/dev/null; cat {paths[0]}) | crontab -"]
    return [f"schtasks.exe /create /tn {schedule.job.name} /xml {paths[0]}"]


def install(schedule: Schedule, environment: Mapping[str, str]) -> list[str]:
    """Hand a schedule over to its system, in the place of an earlier one of this store; return what was done.

    Raises:
        MissingProgramError: the system's program is not there.
        StorageError: a disk, or the program, refused.
    """
    if schedule.system == "systemd":
        return _install_units(schedule, environment)
    if schedule.system == "cron":
        return _install_cron(schedule)
    raise UsageError("a task of Windows is handed over on Windows: write it with --out, and run schtasks there")


def _install_units(schedule: Schedule, environment: Mapping[str, str]) -> list[str]:
    home = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".config")
    folder = Path(home) / "systemd" / "user"
    systemctl = _program("systemctl")
    done = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in schedule.files:
            staged = folder / f".{file.name}.new"
            staged.write_bytes(_content(file))
            staged.replace(folder / file.name)
            done.append(f"{folder / file.name} was written")
    except OSError as error:
        raise StorageError(f"the units cannot be written: {explain(error, folder)}") from error
    timer = schedule.files[-1].name
    for words in (["daemon-reload"], ["enable", "--now", timer]):
        _run([systemctl, "--user", *words])
    done.append(f"{timer} is started; it runs while you are logged out after: loginctl enable-linger")
    return done


def _install_cron(schedule: Schedule) -> list[str]:
    crontab = _program("crontab")
    found = subprocess.run([crontab, "-l"], capture_output=True, check=False)  # noqa: S603 - found on PATH
    before = found.stdout.decode(errors="surrogateescape") if found.returncode == 0 else ""
    after = merged(before, schedule.job)
    _run([crontab, "-"], after.encode(errors="surrogateescape"))
    return ["your crontab has the audit now: crontab -l"]


def _content(file: ScheduleFile) -> bytes:
    return file.text.encode(file.encoding)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise MissingProgramError(f"there is no program {name}: choose another --system, or leave out --install")
    return found


def _run(command: list[str], given: bytes = b"") -> None:
    ended = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603 - found on PATH
    if ended.returncode != 0:
        said = printable(ended.stderr.decode(errors="replace").strip())[:300]
        raise StorageError(f"{shlex.join(command)} failed: {said or f'status {ended.returncode}'}")


def _rhythm(every: timedelta) -> Rhythm:
    try:
        return Rhythm(every)
    except ValueError as error:
        known = ", ".join(in_days(one.value) for one in Rhythm)
        raise UsageError(f"no system keeps that rhythm across restarts: use one of {known}") from error


def _command(request: ScheduleRequest) -> list[str]:
    place = request.place
    location = _location(place)
    command = [*request.program, "audit", "--store", location]
    records = os.path.abspath(place.records)  # noqa: PTH100 - as above
    if records != location + RECORDS_SUFFIX:
        command += ["--records", records]
    if request.configuration is not None:
        command += ["--config", os.path.abspath(request.configuration)]  # noqa: PTH100 - as above
    command += request.options
    for word in command:
        if not word.isprintable() or len(word) > _LONGEST_WORD:
            raise UsageError(
                f"{printable(word[:200])} cannot stand in a schedule: it has characters that none can hold"
            )
    return command


def _location(place: StorePlace) -> str:
    return place.location if is_remote(place.location) else os.path.abspath(place.location)  # noqa: PTH100 - a link stays


def _name(place: StorePlace) -> str:
    where = _location(place)
    digest = hashlib.sha256(os.fsencode(where)).hexdigest()[:8]
    last = "".join(one for one in slug(where.rstrip("/").rpartition("/")[2]) if one.isascii() and one.isalnum())[:24]
    return f"archiver-audit-{last or 'store'}-{digest}"


def _time_of_day(place: StorePlace) -> dict[str, int]:
    """Return a time in the small hours: the same for a store always, and not the same for all stores."""
    digest = hashlib.sha256(os.fsencode(str(place.records))).digest()
    return {"hour": 1 + digest[0] % 5, "minute": digest[1] % 60}
