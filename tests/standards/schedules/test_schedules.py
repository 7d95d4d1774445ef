"""Schedules for systemd, cron and the Task Scheduler: the command that is started is the one that was meant."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archiver.standards.schedules.contract import Job, Rhythm, UnschedulableError
from archiver.standards.schedules.cron import cron_command, cron_lines, merged
from archiver.standards.schedules.systemd import quoted, systemd_units
from archiver.standards.schedules.task_scheduler import NAMESPACE, task_xml

ANY = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
WORDS = st.text(st.sampled_from("%$\\\"' `;#a") | ANY, max_size=20)
AWKWARD = ["/opt/a b/archiver", "audit", "--store", '/x/it\'s 100% "sure" \\% \\\\% $HOME ${x} `id` ; # & \u00e4\u20ac']


def job(command: list[str] | None = None, rhythm: Rhythm = Rhythm.WEEKLY, name: str = "archiver-audit-x") -> Job:
    return Job(
        name=name,
        description="Audit of 50% of the store",
        command=command or ["/bin/true", "audit"],
        rhythm=rhythm,
        minute=7,
        hour=3,
    )


def as_cron_runs_it(field: str) -> str:
    """Return what cron gives to the shell: everything up to a percent sign, a backslash before one being dropped."""
    taken: list[str] = []
    escaped = False
    for character in field:
        if escaped and character == "%":
            taken[-1] = "%"
        elif character == "%":
            break
        else:
            taken.append(character)
        escaped = character == "\\" and not escaped
    return "".join(taken)


def as_systemd_takes_it(line: str) -> list[str]:
    """Return the words of a command line as systemd.service(5) describes them."""
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    plain = [re.sub(r"\\(.)", r"\1", word) for word in words]
    assert not any("%" in word.replace("%%", "") or "$" in word.replace("$$", "") for word in plain), "a specifier"
    return [word.replace("%%", "%").replace("$$", "$") for word in plain]


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_cron_hands_every_word_over_as_it_is(words: list[str]) -> None:
    line = as_cron_runs_it(cron_command(["printf", "%s\\0", *words]))
    ended = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=True)
    assert ended.stdout.decode().split("\0")[:-1] == words


def test_awkward_words_through_cron_and_a_shell() -> None:
    line = as_cron_runs_it(cron_command(["printf", "%s\\n", *AWKWARD]))
    ended = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=True)
    assert ended.stdout.decode().splitlines() == AWKWARD


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_systemd_is_given_every_word_as_it_is(words: list[str]) -> None:
    assert as_systemd_takes_it(" ".join(map(quoted, words))) == words


@pytest.mark.judge("systemd-analyze")
@pytest.mark.parametrize("name", ['it\'s 100% "a" $x \\ \u00e4', "a 100% =\u00e4"])
@pytest.mark.parametrize("rhythm", Rhythm)
def test_systemd_takes_the_units(tmp_path: Path, rhythm: Rhythm, name: str) -> None:
    program = tmp_path / name
    program.write_bytes(b"#!/bin/sh\n")
    program.chmod(0o755)
    paths = []
    for file in systemd_units(job([str(program), *AWKWARD[1:]], rhythm)):
        path = tmp_path / file.name
        path.write_bytes(file.text.encode(file.encoding))
        paths.append(str(path))
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    command = ["systemd-analyze", "--user", "verify", *paths]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.replace(str(tmp_path), "")) == (0, "")


@pytest.mark.judge("systemd-analyze")
def test_systemd_would_tell_of_a_program_that_is_not_there(tmp_path: Path) -> None:
    paths = []
    for file in systemd_units(job(["/none/archiver"])):
        (tmp_path / file.name).write_text(file.text, encoding="utf-8")
        paths.append(str(tmp_path / file.name))
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    ended = subprocess.run(
        ["systemd-analyze", "--user", "verify", *paths], env=environment, capture_output=True, check=False
    )
    assert b"/none/archiver" in ended.stderr


@pytest.mark.parametrize(
    ("rhythm", "calendar", "cron"),
    [
        (Rhythm.HOURLY, "*-*-* 00/1:07:00", "7 * * * *"),
        (Rhythm.SIX_HOURS, "*-*-* 00/6:07:00", "7 */6 * * *"),
        (Rhythm.DAILY, "*-*-* 03:07:00", "7 3 * * *"),
        (Rhythm.WEEKLY, "Sun *-*-* 03:07:00", "7 3 * * 0"),
        (Rhythm.MONTHLY, "*-*-01 03:07:00", "7 3 1 * *"),
        (Rhythm.QUARTERLY, "*-01,04,07,10-01 03:07:00", "7 3 1 1,4,7,10 *"),
        (Rhythm.YEARLY, "*-01-01 03:07:00", "7 3 1 1 *"),
    ],
)
def test_rhythms(rhythm: Rhythm, calendar: str, cron: str) -> None:
    _, timer = systemd_units(job(rhythm=rhythm))
    assert f"OnCalendar={calendar}\nPersistent=true\n" in timer.text
    (lines,) = cron_lines(job(rhythm=rhythm))
    assert lines.text.splitlines()[1].startswith(f"{cron} /bin/true")


def test_a_crontab_keeps_what_others_put_there() -> None:
    mine = "MAILTO=me\n# a comment\n1 2 * * * other\n"
    first = merged(mine, job(["/bin/a"]))
    again = merged(first, job(["/bin/b"]))
    assert again.startswith(mine)
    assert "/bin/a" not in again
    assert again.count("# begin archiver-audit-x:") == again.count("/bin/b") == 1
    both = merged(again, job(["/bin/c"], name="archiver-audit-y"))
    assert both.startswith(again)
    assert merged(both, job(["/bin/b"])).count("# begin") == 2
    assert merged("", job(["/bin/a"])) == cron_lines(job(["/bin/a"]))[0].text


@pytest.mark.parametrize("rhythm", Rhythm)
def test_a_task_of_windows(rhythm: Rhythm) -> None:
    (file,) = task_xml(job(["/usr/bin/archiver", "audit", "--store", "/mnt/d/my store"], rhythm), date(2026, 11, 22))
    root = etree.fromstring(file.text.encode(file.encoding))
    # The elements of the schema are in this order (MS-TSCH section 2.5).
    names = [etree.QName(child).localname for child in root]
    assert names == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    values = {etree.QName(one).localname: one.text for one in root.iter() if one.text and one.text.strip()}
    assert values["Command"] == r"%SystemRoot%\System32\wsl.exe"
    assert values["Arguments"] == '--exec /usr/bin/archiver audit --store "/mnt/d/my store"'
    assert (values["RunLevel"], values["LogonType"]) == ("LeastPrivilege", "InteractiveToken")
    assert values["StartWhenAvailable"] == "true"
    assert re.fullmatch(r"2026-11-22T0[03]:07:00", values["StartBoundary"])
    months = root.findall(f".//{{{NAMESPACE}}}Months/*")
    assert len(months) == {Rhythm.MONTHLY: 12, Rhythm.QUARTERLY: 4, Rhythm.YEARLY: 1}.get(rhythm, 0)
    assert values.get("Interval") == (f"PT{rhythm.hours}H" if rhythm.hours else None)


def test_a_distribution_of_the_subsystem() -> None:
    (file,) = task_xml(job(), date(2026, 1, 1), "Ubuntu 24")
    assert '--distribution "Ubuntu 24" --exec /bin/true audit<' in file.text


@pytest.mark.parametrize("word", ['a"b', "100%", "a\\b", "$HOME", "a\nb"])
def test_what_windows_would_read_something_into_is_refused(word: str) -> None:
    with pytest.raises(UnschedulableError):
        task_xml(job(["/bin/true", word]), date(2026, 1, 1))
