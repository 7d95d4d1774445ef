from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_progress import SHOWN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine


@pytest.fixture
def bag(run: CommandLine, seeds: Path) -> Path:
    """Return a bag of three files and 57 bytes, in the working folder."""
    assert run("bag", seeds.name, "one").status == 0
    return run.place / "one"


@pytest.mark.usefixtures("bag")
def test_the_payload_comes_out(run: CommandLine, seeds: Path) -> None:
    ran = run("bag", "extract", "one", "two")
    assert (ran.status, ran.out, ran.err) == (0, "extracted two  3 files, 57 bytes\n", "")
    assert {one.name: one.read_bytes() for one in (run.place / "two").iterdir()} == {
        one.name: one.read_bytes() for one in seeds.iterdir()
    }


def test_a_damaged_bag_gives_nothing_or_what_is_sound(run: CommandLine, bag: Path) -> None:
    (bag / "data" / "a.txt").write_bytes(b"x")
    ran = run("bag", "extract", "one", "two")
    assert (ran.status, ran.out) == (1, "failed two  nothing was put there\n")
    assert "error [bag-file-damaged] data/a.txt is not what it was" in ran.err
    ran = run("bag", "extract", "one", "two", "--keep-sound")
    assert ran.status == 1
    assert ran.out.startswith("partly extracted two  2 files, ")
    assert ran.out.endswith("; the bag has 3 files\n")


@pytest.mark.usefixtures("bag")
def test_json_is_the_verdict_and_what_was_extracted(run: CommandLine) -> None:
    ran = run("bag", "extract", "one", "two", "--json")
    (line,) = ran.out.splitlines()
    verified = json.loads(run("verify", "one", "--json").out)
    assert json.loads(line) == verified | {
        "destination": "two",
        "status": "extracted",
        "extracted_files": 3,
        "extracted_bytes": 57,
    }


@pytest.mark.usefixtures("bag")
def test_a_terminal_gets_a_bar(run: CommandLine) -> None:
    ran = run.on_terminal("bag", "extract", "one", "two", stdout_too=False)
    shown = [(float(done), float(total)) for done, total in SHOWN.findall(ran.stderr.decode())]
    assert shown
    assert shown[-1][0] == shown[-1][1]
    assert all(done <= total for done, total in shown)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["extract"], "Usage: archiver bag extract [OPTIONS] BAG DEST"),
        (["extract", "one"], "Missing argument 'DEST'"),
        (["extract", "none", "two"], "there is no bag none"),
        (["extract", "one", "seeds"], "seeds exists already"),
        (["--json", "extract", "one"], "write extract before all options"),
        (["extract", "one", "two", "--nonsense"], "No such option"),
    ],
)
@pytest.mark.usefixtures("bag")
def test_wrong_usage_is_said_in_words(run: CommandLine, words: list[str], said: str) -> None:
    ran = run("bag", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert not (run.place / "two").exists()


def test_a_folder_named_like_a_subcommand_can_be_bagged(run: CommandLine, seeds: Path) -> None:
    seeds.rename(run.place / "extract")
    assert run("bag", "./extract", "one").status == 0
    assert run("verify", "one").status == 0


def test_help_tells_both_ways_apart(run: CommandLine) -> None:
    text = run("bag", "--help").out
    assert text.startswith("Usage: archiver bag [OPTIONS] SOURCE [DEST]\n")
    commands = text.partition("\nCommands:\n")[2].splitlines()
    assert [line.split()[0] for line in commands if line[2] != " "] == ["update", "extract"]
    assert run("bag", "extract", "--help").out.startswith("Usage: archiver bag extract [OPTIONS] BAG DEST\n")
