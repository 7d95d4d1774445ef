from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from archiver.cli.progress import TerminalProgress

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

CLEARED = re.compile(r"\x1b\[2K")
CONTROL = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")
SHOWN = re.compile(r"([\d.]+)/([\d.]+) (?:bytes|kB|MB)")


def test_a_terminal_gets_a_bar_on_stderr_that_never_passes_its_end(run: CommandLine, seeds: Path) -> None:
    ran = run.on_terminal("build", seeds.name, stdout_too=False)
    assert ran.status == 0
    shown = [(float(done), float(total)) for done, total in SHOWN.findall(ran.stderr.decode())]
    assert {total for _, total in shown} == {sum(file.stat().st_size for file in seeds.iterdir())}
    assert shown == sorted(shown)
    assert all(done <= total for done, total in shown)
    assert shown[-1][0] == shown[-1][1]
    assert "Building" in ran.stderr.decode()
    assert b"\x1b" not in ran.stdout
    assert "3 items: 3 built." in ran.out


def test_no_bar_is_left_on_the_screen_or_before_a_result(run: CommandLine, seeds: Path) -> None:
    assert run("build", seeds.name, "--no-pdfa", "--out", "bags").status == 0
    for words in (["build", seeds.name, "--no-pdfa"], ["verify", "bags"]):
        ran = run.on_terminal(*words, stdout_too=True)
        assert ran.status == 0
        # What stands on a line at the end is what follows its last clearing.
        lines = [CONTROL.sub("", CLEARED.split(line)[-1]).strip() for line in ran.stderr.decode().split("\n")]
        results = [line for line in lines if re.match(r"(built|valid) ", line)]
        assert len(results) == 3
        assert ran.stderr.count(b"\x1b[?25l") == ran.stderr.count(b"\x1b[?25h") > 0  # the cursor is shown again


def test_json_and_pipes_get_no_bar(run: CommandLine, seeds: Path) -> None:
    ran = run.on_terminal("build", seeds.name, "--no-pdfa", "--json", stdout_too=False)
    assert ran.status == 0
    assert not SHOWN.search(ran.stderr.decode())
    assert b"Building" not in run("build", seeds.name, "--no-pdfa", "--out", "other").stderr


def test_a_name_cannot_draw_on_the_bar(run: CommandLine, seeds: Path) -> None:
    (seeds / "[red]x[bold]\x1b[31m.txt").write_text("x\n", encoding="utf-8")
    ran = run.on_terminal("build", seeds.name, "--no-pdfa", stdout_too=False)
    assert ran.status == 0
    assert b"\x1b[31m." not in ran.stderr


@pytest.mark.parametrize("quiet", [True, False])
def test_what_is_not_shown_costs_nothing_and_fails_on_nothing(*, quiet: bool) -> None:
    with TerminalProgress("Building", quiet=quiet) as progress:
        progress.begin(10)
        progress.item("[unclosed")
        for _ in range(3):
            progress.advance(5)
        with progress.aside():
            pass
    assert progress._bar is None or not quiet
    assert progress._done == 10
