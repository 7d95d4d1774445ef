from __future__ import annotations

import json
import subprocess
import sys
import time
import tomllib
from typing import TYPE_CHECKING

import pytest

from archiver import __version__
from archiver.cli.main import COMMANDS, cli

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

HELP_SECONDS = 0.3
"""Design section 6."""

HEAVY = {"weasyprint", "pikepdf", "pygfried", "lxml", "langcodes", "rich", "pypdfium2", "bagit", "yaml"}


@pytest.mark.parametrize("words", [["--help"], ["-h"]])
def test_help_names_every_command_and_every_exit_status(run: CommandLine, words: list[str]) -> None:
    ran = run(*words)
    assert (ran.status, ran.err) == (0, "")
    for name, line in COMMANDS.items():
        assert f"  {name} " in ran.out
        assert line.split()[0] in ran.out
    for status in (0, 1, 2, 3, 4, 5, 130):
        assert str(status) in ran.out.partition("Exit status:")[2].split()


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(run: CommandLine, name: str) -> None:
    ran = run(name, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: archiver {name} ")
    assert not {"\\", "\b"} & set(ran.out)
    assert max(len(line) for line in ran.out.splitlines()) <= 100


def test_examples_stand_on_lines_of_their_own(run: CommandLine) -> None:
    assert "\n  archiver build\n  archiver build letters " in run("build", "--help").out
    assert "\n  archiver verify packages\n" in run("verify", "--help").out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    command = cli.get_command(cli.make_context("archiver", [name], resilient_parsing=True), name)
    assert command is not None
    assert command.short_help == COMMANDS[name]


def test_no_words_give_the_help(run: CommandLine) -> None:
    ran = run()
    assert ran.status == 2
    assert "Usage: archiver" in ran.err


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_the_package_s(run: CommandLine, option: str) -> None:
    assert (run(option).status, run(option).out) == (0, f"archiver {__version__}\n")


def test_help_answers_at_once(archiver_command: list[str], tmp_path: Path) -> None:
    taken = []
    for _ in range(7):
        begun = time.perf_counter()
        subprocess.run([*archiver_command, "--help"], cwd=tmp_path, check=True, capture_output=True)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < HELP_SECONDS  # the others share two cores with other tests


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import json, sys\nfrom archiver.cli.main import run\nrun(['--help'])\nprint(json.dumps(sorted(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-P", "-c", script], cwd=tmp_path, check=True, capture_output=True)
    loaded = {name.partition(".")[0] for name in json.loads(ended.stdout.splitlines()[-1])}
    assert "click" in loaded
    assert not HEAVY & loaded


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["--nonsense"], "No such option"),
        (["build", "--nonsense"], "No such option"),
        (["build", "--bundle", "box"], "'box' is not one of 'item', 'collection'"),
        (["build", "--pdfa", "9z"], "'9z'"),
        (["build", "--workers", "0"], "--workers"),
        (["build", "--workers", "many"], "--workers"),
        (["build", "one", "two"], "unexpected extra argument"),
        (["verify"], "Missing argument"),
        (["verify", ".", "--level", "half"], "'half' is not one of"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
        (["completion"], "Missing argument"),
        (["init", "--name", "two\nlines"], "--name must be one line"),
        (["build", "--algorithm", ""], "unknown digest algorithm"),
        (["build", "--algorithm", "shake_128"], "unknown digest algorithm"),
        (["build", "--shard", "0/2"], "--shard '0/2' must be I/N"),
        (["build", "--shard", "1/99999999999"], "must be I/N"),
    ],
)
def test_wrong_usage_is_said_in_words(run: CommandLine, words: list[str], said: str) -> None:
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert list(run.place.iterdir()) == []


@pytest.mark.parametrize("epoch", ["soon", "1.5", "99999999999999999999", "-99999999999"])
def test_a_build_time_that_is_none_is_refused(run: CommandLine, seeds: Path, epoch: str) -> None:
    ran = run("build", seeds.name, SOURCE_DATE_EPOCH=epoch)
    assert ran.status == 2
    assert f"SOURCE_DATE_EPOCH is '{epoch}'" in ran.err


def test_doctor_says_what_is_there_and_what_is_missing(run: CommandLine) -> None:
    ran = run("doctor", "--json")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    missing = [line for line in lines if line["status"] == "missing"]
    assert ran.status == (4 if missing else 0)
    assert {"weasyprint", "fonts", "disk", "locale"} <= {line["subject"] for line in lines}
    assert all(line["fix"] for line in missing)
    assert all(line["status"] in {"ok", "note", "missing"} for line in lines)
    shown = run("doctor")
    assert shown.status == ran.status
    assert ("Ready to build." in shown.out) is (not missing)


def test_the_command_is_the_one_that_is_installed(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"]["archiver"] == "archiver.cli.main:main"
