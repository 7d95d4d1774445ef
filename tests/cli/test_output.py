from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

ESCAPE = b"\x1b"


def test_json_is_all_there_is_on_stdout(run: CommandLine, seeds: Path) -> None:
    built = run("build", seeds.name, "--no-pdfa", "--json")
    assert built.status == 0
    objects = [json.loads(line) for line in built.out.splitlines()]
    assert [one["item"] for one in objects] == ["a.txt", "b.txt", "c.csv"]
    keys = {"item", "package", "identifier", "status", "documents", "findings"}
    assert all(set(one) == keys for one in objects)
    verified = run("verify", "packages", "--json")
    keys = {"path", "valid", "complete", "bagit_version", "algorithms", "files", "bytes", "findings"}
    assert [set(json.loads(line)) for line in verified.out.splitlines()] == [keys] * 3
    planned = run("build", seeds.name, "--no-pdfa", "--json", "--dry-run", "--out", "elsewhere")
    assert [json.loads(line)["status"] for line in planned.out.splitlines()] == ["planned"] * 3


def test_nothing_is_coloured_through_a_pipe(run: CommandLine, seeds: Path) -> None:
    os.mkfifo(seeds / "pipe")
    for words in (["build", seeds.name, "--no-pdfa"], ["verify", "packages"], ["doctor"], ["--help"]):
        ran = run(*words)
        assert ran.stdout
        assert ESCAPE not in ran.stdout + ran.stderr
        assert b"\r" not in ran.stdout + ran.stderr


def test_results_go_to_stdout_and_findings_with_their_fix_to_stderr(run: CommandLine, seeds: Path) -> None:
    os.mkfifo(seeds / "pipe")
    ran = run("build", seeds.name, "--no-pdfa")
    assert ran.status == 3
    assert re.search(r"^failed   pipe ", ran.out, re.MULTILINE)
    assert re.search(r"^built    packages/a  1 document, 19 bytes$", ran.out, re.MULTILINE)
    assert "4 items: 3 built, 1 failed." in ran.out
    assert "  error [special-file] pipe is a pipe (FIFO), not a document; it was not opened.\n    Fix: " in ran.err
    assert "error" not in ran.out.replace("1 error", "")


def test_a_dry_run_shows_the_tree_that_the_build_makes(run: CommandLine, seeds: Path) -> None:
    planned = run("build", seeds.name, "--dry-run")
    assert (planned.status, (run.place / "packages").exists()) == (0, False)
    assert "Nothing was written. Keep " in planned.out
    trees: dict[str, set[str]] = {}
    for line in planned.out.splitlines():
        if found := re.match(r"planned  (\S+)  ", line):
            tree = trees.setdefault(found[1], set())
        elif found := re.match(r"    (\S+)(?:  [\d,]+)?$", line):
            tree.add(found[1])
    assert run("build", seeds.name).status == 0
    for package, planned_files in trees.items():
        folder = run.place / package
        assert planned_files == {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert len(trees) == 3


@pytest.mark.parametrize("words", ["build seeds --no-pdfa --json", "verify bags", "verify bags --json", "--help"])
def test_a_reader_that_goes_away_is_no_error_to_show(run: CommandLine, seeds: Path, words: str) -> None:
    assert run("build", seeds.name, "--no-pdfa", "--out", "bags").status == 0
    reader, writer = os.pipe()
    os.close(reader)  # gone before the first byte: what `| head -1` does, at its worst
    ended = subprocess.run(
        [*run.command, *words.split()],
        cwd=run.place,
        env=run.environment,
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert b"Traceback" not in ended.stderr
    assert b"Exception" not in ended.stderr
    assert ended.returncode == 1


def test_a_full_disk_behind_stdout_is_said(run: CommandLine, seeds: Path) -> None:
    assert run("build", seeds.name, "--no-pdfa").status == 0
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        ended = subprocess.run(
            [*run.command, "verify", "packages"],
            cwd=run.place,
            env=run.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert ended.returncode != 0
    assert b"Traceback" not in ended.stderr
    assert b"No space left on device" in ended.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1251"])
def test_a_terminal_that_cannot_show_a_name_does_not_end_the_batch(
    run: CommandLine, seeds: Path, encoding: str
) -> None:
    (seeds / "ж語.txt").write_text("x\n", encoding="utf-8")
    built = run("build", seeds.name, "--no-pdfa", PYTHONIOENCODING=encoding)
    assert built.status == 0
    assert (run.place / "packages" / "ж語").is_dir()
    shown = run("verify", "packages", PYTHONIOENCODING=encoding)
    assert shown.status == 0
    told = run("build", seeds.name, "--no-pdfa", "--json", PYTHONIOENCODING=encoding)
    assert "ж語.txt" in {json.loads(line)["item"] for line in told.out.splitlines()}


def test_json_of_a_path_that_is_not_utf8_is_still_json(run: CommandLine) -> None:
    ran = run("verify", os.fsdecode(b"caf\xe9"), "--json")
    assert ran.status == 1
    (one,) = map(json.loads, ran.out.splitlines())
    assert one["path"] == "caf\\xe9"
    assert one["valid"] is None


@pytest.mark.parametrize(
    ("words", "status", "word"),
    [
        (["packages/a"], 0, "valid     "),
        (["packages/a", "--level", "fast"], 0, "complete  "),
        (["packages/a", "--level", "complete"], 0, "complete  "),
        (["packages/b"], 1, "not valid "),
        (["packages/none"], 1, "unclear   "),
    ],
)
def test_verify_says_no_more_than_was_seen(
    run: CommandLine, seeds: Path, words: list[str], status: int, word: str
) -> None:
    assert run("build", seeds.name, "--no-pdfa").status == 0
    document = run.place / "packages/b/data/representations/original/data/b.txt"
    document.write_bytes(document.read_bytes().swapcase())
    ran = run("verify", *words)
    assert ran.status == status
    assert ran.out.startswith(f"{word} {words[0]}  ")


def test_verify_sums_up_a_folder_of_bags(run: CommandLine, seeds: Path) -> None:
    assert run("build", seeds.name, "--no-pdfa").status == 0
    assert run("verify", "packages").out.endswith("\n3 bags: 3 valid.\n")
    (run.place / "packages/b/bagit.txt").unlink()
    ran = run("verify", "packages")
    assert ran.status == 1
    assert ran.out.endswith("\n3 bags: 2 valid, 1 not valid.\n")


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "escape\x1bcode"])
def test_an_operator_must_be_a_plain_name(run: CommandLine, seeds: Path, name: str) -> None:
    ran = run("build", seeds.name, "--operator", name)
    assert ran.status == 2
    assert "--operator" in ran.err
    assert "\x1b" not in ran.err
