"""What README and docs promise on the command line is there: every command and every option they name."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import click
import pytest

from archiver.cli.main import COMMANDS, cli

if TYPE_CHECKING:
    from pathlib import Path

_CODE = re.compile(r"^```.*?^```|`[^`\n]+`|^ {4,}\S.*$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:^|[\s`;&|(/])archiver(?P<rest>(?:[ \t][^\n`|;&#]*)?)(?=$|[\n`|;&#])")


GROUPS = {
    name: frozenset(group.list_commands(click.Context(group)))
    for name in COMMANDS
    if isinstance(group := cli.get_command(click.Context(cli), name), click.Group)
}
"""Command -> its subcommands."""


def named_options(text: str) -> set[tuple[str, str]]:
    """Return (command, option) for each option that an ``archiver`` command line in a text's code uses.

    A subcommand stands behind its command. The command is empty for options of ``archiver`` itself; the option is empty
    where a command stands alone.
    """
    named: set[tuple[str, str]] = set()
    for code in _CODE.findall(text):
        for match in _COMMAND.finditer(code.replace("\\\n", " ")):
            words = match["rest"].partition(" -- ")[0].split()  # what stands behind it is another command's
            command = words[0] if words and re.fullmatch(r"[a-z][a-z-]*", words[0]) else ""
            if command in GROUPS and len(words) > 1 and words[1] in GROUPS[command]:
                command += f" {words[1]}"
            options = {word.partition("=")[0].strip("[]") for word in words if word.lstrip("[").startswith("--")}
            named |= {(command, option) for option in options or {""}}
    return named


PAGES = ["README.md", *(f"docs/{name}.md" for name in ("for-users-of-bagit-python", "stores", "audits", "evidence"))]
PAGES += ["docs/repair.md", "docs/reports.md", "docs/describing.md", "docs/deposits.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_option_named_exists(page: str, checkout: Path, archiver_command: list[str], tmp_path: Path) -> None:
    named = named_options((checkout / page).read_text(encoding="utf-8"))
    assert named
    wrong: list[str] = []
    for command in sorted({command for command, _ in named}):
        words = [*archiver_command, *command.split(), "--help"]
        ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            wrong.append(f"archiver {command}: there is no such command")
            continue
        there = set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", ended.stdout))
        asked = sorted(option for name, option in named if name == command and option)
        wrong += [f"archiver {command} {option}: there is no such option" for option in asked if option not in there]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("Run `archiver build --dry-run`.", {("build", "--dry-run")}, id="inline"),
        pytest.param(
            "```\nbin/archiver verify x --level=fast\n```", {("verify", "--level")}, id="fenced, with a value"
        ),
        pytest.param("```\n$ archiver build \\\n   --json\n```", {("build", "--json")}, id="continued line"),
        pytest.param("    archiver build     # builds --all", {("build", "")}, id="indented, with a comment"),
        pytest.param("```\narchiver build --json | jq --slurp\n```", {("build", "--json")}, id="only up to the pipe"),
        pytest.param("`archiver audit witness --out x`", {("audit witness", "--out")}, id="subcommand"),
        pytest.param("`archiver --version`", {("", "--version")}, id="no command"),
        pytest.param("The archiver build --nothing here is prose.", set(), id="prose"),
        pytest.param("`preservation-archiver --x`, `archiver.toml --y`", set(), id="other names"),
    ],
)
def test_options_are_found(text: str, named: set[tuple[str, str]]) -> None:
    assert named_options(text) == named
