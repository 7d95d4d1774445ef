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
    assert run("bag", seeds.name, "one", "--algorithm", "md5").status == 0
    return run.place / "one"


def test_files_are_taken_in_and_digests_changed(run: CommandLine, bag: Path) -> None:
    assert run("bag", "update", "one").out == "current  one  3 files, 57 bytes, md5\n"
    (bag / "data" / "new.txt").write_bytes(b"new")
    ran = run("bag", "update", "one", "--algorithm", "sha512", "--drop", "md5", "--bag-info", "Contact-Name=Jane")
    assert (ran.status, ran.out) == (0, "updated  one  4 files, 60 bytes, sha512; 1 added\n")
    assert "info [bag-update-added] data/new.txt is new" in ran.err
    assert "Contact-Name: Jane\n" in (bag / "bag-info.txt").read_text(encoding="utf-8")
    assert run("verify", "one", "--cross-check").status == 0


def test_changes_are_accepted_by_name_alone(run: CommandLine, bag: Path) -> None:
    (bag / "data" / "a.txt").write_bytes(b"x")
    ran = run("bag", "update", "one")
    assert (ran.status, ran.out) == (1, "failed   one  no tag file was changed\n")
    assert "it was changed on purpose, or damaged." in ran.err
    assert "--accept changed" in ran.err
    assert run("bag", "update", "one", "--accept", "changed").status == 0
    assert run("verify", "one").status == 0


def test_json_is_one_object(run: CommandLine, bag: Path) -> None:
    (bag / "data" / "new.txt").write_bytes(b"new")
    ran = run("bag", "update", "one", "--json")
    (line,) = ran.out.splitlines()
    told = json.loads(line)
    assert [one["code"] for one in told.pop("findings")] == ["bag-update-added"]
    assert told == {
        "path": "one",
        "status": "updated",
        "files": 4,
        "bytes": 60,
        "algorithms": ["md5"],
        "added": ["data/new.txt"],
        "changed": [],
        "removed": [],
    }


@pytest.mark.usefixtures("bag")
def test_a_terminal_gets_a_bar(run: CommandLine) -> None:
    ran = run.on_terminal("bag", "update", "one", "--algorithm", "sha256", stdout_too=False)
    shown = [(float(done), float(total)) for done, total in SHOWN.findall(ran.stderr.decode())]
    assert shown
    assert shown[-1][0] == shown[-1][1]


def test_a_package_of_build_is_refused(run: CommandLine, seeds: Path) -> None:
    assert run("build", seeds.name, "--no-pdfa").status == 0
    ran = run("bag", "update", "packages/a", "--algorithm", "sha256")
    assert ran.status == 1
    assert "error [bag-update-sealed] bag-info.txt has Archiver-Input-Digest" in ran.err
    assert run("verify", "packages/a").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing argument 'BAG'"),
        (["none"], "there is no bag none"),
        (["one/bagit.txt"], "is no folder"),
        (["one", "--accept", "all"], "'all' is not one of"),
        (["one", "--algorithm", "crc32"], "unknown digest algorithm"),
        (["one", "--drop", "sha1"], "--drop sha1: the bag has no manifest of it; it has md5"),
        (["one", "--drop", "md5"], "without a payload manifest"),
        (["one", "--bag-info", "X"], "KEY=VALUE"),
        (["one", "--bagit-version", "0.97"], "is not '1.0'"),
    ],
)
@pytest.mark.usefixtures("bag")
def test_wrong_usage_is_said_in_words(run: CommandLine, words: list[str], said: str) -> None:
    ran = run("bag", "update", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
