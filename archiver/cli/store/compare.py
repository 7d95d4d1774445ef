"""``archiver store compare``: two stores held against each other, by digests alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, print_findings, print_json
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.stores.comparing import Compared

_WORDS = {
    "same": "the same",
    "only-a": "only in A",
    "only-b": "only in B",
    "a-older": "older in A",
    "b-older": "older in B",
    "differing": "differing",
    "not-compared": "not compared",
}


@click.command("compare", short_help="Compare two stores by their digests.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--config", type=click.Path(path_type=Path), help="Configuration.  [default: archiver.toml]")
@click.option("--all", "everything", is_flag=True, help="List packages that are the same, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout, the same ones too.")
def command(a: str, b: str, config: Path | None, everything: bool, as_json: bool) -> int:
    """Compare the packages of the stores A and B, folders or URLs, by what their inventories say.

    No content is read: whether it is still what the inventories say is for `archiver audit`. Exit status 0 when both
    hold the same, 1 when they differ.

    \b
    archiver store compare store /media/disk/store
    archiver store compare store s3://bucket/store --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.stores.comparing import compare_stores  # noqa: PLC0415 - --help must not wait for it

    counts: Counter[str] = Counter()
    for one in compare_stores(a, b, read_configuration(config).remotes):
        counts[one.likeness] += 1
        if as_json:
            print_json(_json(one))
        elif everything or one.likeness != "same":
            _print(one)
    if not as_json:
        kinds = ", ".join(f"{counts[kind]:,} {words}" for kind, words in _WORDS.items() if counts[kind])
        click.echo(f"{counted(counts.total(), 'package')}{': ' if kinds else ''}{kinds}.")
    return int(ExitCode.OK if counts.total() == counts["same"] else ExitCode.FINDINGS)


def _json(one: Compared) -> dict[str, object]:
    from archiver.steps.results import finding_json  # noqa: PLC0415 - loaded by now

    return {
        "identifier": one.identifier or None,
        "result": one.likeness.value,
        "a": None if one.path_a is None else {"path": one.path_a, "head": one.head_a},
        "b": None if one.path_b is None else {"path": one.path_b, "head": one.head_b},
        "files": list(one.files),
        "files_in_all": one.files_in_all,
        "findings": [finding_json(finding) for finding in one.findings],
    }


def _print(one: Compared) -> None:
    name = one.identifier or one.path_a or one.path_b or ""
    heads = "" if one.head_a is None or one.head_b is None else f"  {one.head_a} in A, {one.head_b} in B"
    click.echo(f"{_WORDS[one.likeness]:<13} {printable(name)}{heads}")
    for path in one.files:
        click.echo(f"  {printable(path)}")
    if one.files_in_all > len(one.files):
        click.echo(f"  and {one.files_in_all - len(one.files):,} more")
    print_findings(one.findings)
