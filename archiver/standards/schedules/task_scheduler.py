"""A task of the Windows Task Scheduler as XML, which ``schtasks /create /xml`` takes (Task Scheduler schema 1.2).

The command runs in the Windows Subsystem for Linux; the task needs no administrator: it runs as the user who made it.
"""

from __future__ import annotations

from datetime import date

from lxml import etree

from archiver.standards.schedules.contract import Job, Rhythm, ScheduleFile, UnschedulableError

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_WSL = r"%SystemRoot%\System32\wsl.exe"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS_OF = {Rhythm.MONTHLY: _MONTHS, Rhythm.QUARTERLY: _MONTHS[::3], Rhythm.YEARLY: _MONTHS[:1]}
_UNSAFE = frozenset('"%$\\')
"""What Task Scheduler, Windows or wsl.exe reads something of its own into."""


def task_xml(job: Job, begin: date, distribution: str | None = None) -> tuple[ScheduleFile, ...]:
    """Write the task of a job.

    Args:
        job: its command lies in the Linux of the subsystem.
        begin: the first day.
        distribution: of the subsystem; None: its default one.

    Raises:
        UnschedulableError: a word of the command cannot be handed over as it is.
    """
    task = etree.Element(f"{{{NAMESPACE}}}Task", {"version": "1.2"}, nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the stubs know no default namespace
    _add(_add(task, "RegistrationInfo"), "Description", job.description)
    _trigger(_add(task, "Triggers"), job, begin)
    principal = _add(_add(task, "Principals"), "Principal")
    principal.set("id", "Author")
    _add(principal, "LogonType", "InteractiveToken")
    _add(principal, "RunLevel", "LeastPrivilege")
    settings = _add(task, "Settings")
    _add(settings, "MultipleInstancesPolicy", "IgnoreNew")
    _add(settings, "DisallowStartIfOnBatteries", "false")
    _add(settings, "StopIfGoingOnBatteries", "false")
    _add(settings, "StartWhenAvailable", "true")  # one that was missed while the machine was off is made up for
    _add(settings, "ExecutionTimeLimit", "PT0S")
    _add(settings, "Priority", "7")
    actions = _add(task, "Actions")
    actions.set("Context", "Author")
    action = _add(actions, "Exec")
    _add(action, "Command", _WSL)
    chosen = ["--distribution", distribution] if distribution else []
    _add(action, "Arguments", " ".join(map(_word, [*chosen, "--exec", *job.command])))
    etree.indent(task, space="  ")
    text = '<?xml version="1.0" encoding="UTF-16"?>\n' + etree.tostring(task, encoding="unicode") + "\n"
    return (ScheduleFile(name=f"{job.name}.xml", text=text, encoding="utf-16"),)  # schtasks takes nothing else


def _trigger(triggers: etree._Element, job: Job, begin: date) -> None:
    hours = job.rhythm.hours
    trigger = _add(triggers, "CalendarTrigger")
    if hours is not None:
        repetition = _add(trigger, "Repetition")
        _add(repetition, "Interval", f"PT{hours}H")
        _add(repetition, "Duration", "P1D")
    hour = job.hour if hours is None else 0
    _add(trigger, "StartBoundary", f"{begin.isoformat()}T{hour:02}:{job.minute:02}:00")
    if job.rhythm in _MONTHS_OF:
        by_month = _add(trigger, "ScheduleByMonth")
        _add(_add(by_month, "DaysOfMonth"), "Day", "1")
        months = _add(by_month, "Months")
        for month in _MONTHS_OF[job.rhythm]:
            _add(months, month)
    elif job.rhythm is Rhythm.WEEKLY:
        by_week = _add(trigger, "ScheduleByWeek")
        _add(by_week, "WeeksInterval", "1")
        _add(_add(by_week, "DaysOfWeek"), "Sunday")
    else:
        _add(_add(trigger, "ScheduleByDay"), "DaysInterval", "1")


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def _word(word: str) -> str:
    if not _UNSAFE.isdisjoint(word) or not word.isprintable():
        raise UnschedulableError(f"{word!r} holds a character that Windows reads something of its own into")
    return f'"{word}"' if " " in word or not word else word
