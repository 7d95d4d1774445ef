from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from archiver.cli.main import COMMANDS
from archiver.config import FLAVOURS

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


@pytest.fixture
def path_with_archiver(run: CommandLine) -> str:
    """Return a PATH on which ``archiver`` is the command under test."""
    folder = run.place / "bin"
    folder.mkdir()
    script = folder / "archiver"
    script.write_text(f'#!/bin/sh\nexec {" ".join(run.command)} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return f"{folder}:{run.environment['PATH']}"


def completed_in_bash(run: CommandLine, path: str, words: list[str]) -> list[str]:
    """Return what bash offers after ``words``, the last of which is being typed."""
    quoted = " ".join(f"'{word}'" for word in words)
    script = f"""
        compopt() {{ :; }}  # bash has it only while somebody types
        eval "$(archiver completion bash)"
        COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}
        function=$(complete -p archiver | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
        "$function" archiver "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    environment = run.environment | {"PATH": path}
    ended = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=run.place,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    return ended.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["archiver", ""], set(COMMANDS)),
        (["archiver", "ver"], {"verify"}),
        (["archiver", "build", "--bundle", ""], {"item", "collection"}),
        (["archiver", "verify", "--level", "f"], {"full", "fast"}),
        (["archiver", "build", "--no"], {"--no-pdfa"}),
        (["archiver", "build", "--pdfa", "2"], {one for one in FLAVOURS if one.startswith("2")}),
        (["archiver", "completion", "z"], {"zsh"}),
        (["archiver", "bag", "ex"], {"extract"}),
        (["archiver", "bag", "extract", "--k"], {"--keep-sound"}),
        (["archiver", "bag", "--keep-e"], {"--keep-empty-folders"}),
        (["archiver", "deposit", "res"], {"resume"}),
        (["archiver", "deposit", "--to", ""], {"near", "next", "store"}),
        (["archiver", "deposit", "packages", "--to", "ne"], {"near", "next"}),
        (["archiver", "deposit", "packages", "--min-evidence", "server-sha5"], {"server-sha512"}),
    ],
)
def test_bash_completes(run: CommandLine, path_with_archiver: str, words: list[str], offered: set[str]) -> None:
    targets = '[targets.near]\nkind = "store"\n[targets.next]\nkind = "other"\n'
    (run.place / "archiver.toml").write_text(targets, encoding="utf-8")
    assert set(completed_in_bash(run, path_with_archiver, words)) == offered


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("bash", "complete -o nosort -F"),
        ("zsh", "#compdef archiver"),
        ("fish", "complete --no-files --command archiver"),
    ],
)
def test_each_shell_gets_a_script_it_can_read(run: CommandLine, shell: str, words: str) -> None:
    ran = run("completion", shell)
    assert (ran.status, ran.err) == (0, "")
    assert words in ran.out
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=ran.stdout, capture_output=True, timeout=60, check=False)
        assert (checked.returncode, checked.stderr) == (0, b"")
