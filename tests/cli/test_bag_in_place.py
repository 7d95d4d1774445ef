from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.stories.trees import touched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine


def test_a_folder_becomes_a_bag(run: CommandLine, seeds: Path) -> None:
    before = touched(seeds)
    ran = run("bag", seeds.name, "--in-place", "--algorithm", "sha256")
    assert (ran.status, ran.out, ran.err) == (0, "bagged   seeds  3 files, 57 bytes, sha256\n", "")
    assert touched(seeds / "data") == before
    assert run("verify", "seeds", "--cross-check").status == 0


def test_the_working_folder_itself_becomes_a_bag(run: CommandLine, seeds: Path) -> None:
    inside = type(run)(command=run.command, place=seeds, environment=run.environment)
    ran = inside("bag", ".", "--in-place", "--json")
    assert (ran.status, json.loads(ran.out)["status"]) == (0, "bagged")
    assert run("verify", "seeds").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["seeds", "one", "--in-place"], "leave out DEST"),
        (["seeds"], "Missing argument 'DEST'"),
        (["seeds", "--in-place", "--exclude-system-files"], "no file of the folder may be lost"),
        (["seeds", "--in-place", "--keep-empty-folders"], "nothing is written into the folder"),
        (["seeds", "--in-place", "--serialization", "zip"], "an archive is made beside the folder"),
        (["seeds", "--in-place", "--split-size", "1GB"], "one folder becomes one bag"),
        (["seeds", "--in-place", "--holey", "https://example.org/"], "the files stay where they are"),
        (["seeds", "--in-place", "--start-over"], "nothing is copied"),
        (["none", "--in-place"], "there is no such folder"),
        (["seeds/a.txt", "--in-place"], "it is no folder"),
    ],
)
def test_wrong_usage_is_said_in_words(run: CommandLine, seeds: Path, words: list[str], said: str) -> None:
    before = touched(seeds)
    ran = run("bag", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert (touched(seeds), list(run.place.iterdir())) == (before, [seeds])


def test_a_bag_is_not_bagged_again(run: CommandLine, seeds: Path) -> None:
    assert run("bag", seeds.name, "--in-place").status == 0
    before = touched(seeds)
    ran = run("bag", seeds.name, "--in-place")
    assert ran.status == 2
    assert "seeds is a bag already: `archiver bag update`" in ran.err
    assert touched(seeds) == before
