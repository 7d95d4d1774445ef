"""``archiver store diff``: what changed between two versions of a package, or between it and a bag."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, print_json
from archiver.cli.store_options import read_store_options, tree_of
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.standards.ocfl.differences import Differences


@click.command("diff", short_help="Say what changed between versions.")
@click.argument("identifier")
@click.argument("before", required=False, metavar="[FROM]")
@click.argument("after", required=False, metavar="[TO]")
@read_store_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def command(
    identifier: str, before: str | None, after: str | None, store: str | None, config: Path | None, as_json: bool
) -> int:
    """Say which files were added, removed, changed or renamed from one version of IDENTIFIER to another.

    FROM and TO are versions, such as v1, or the folder of a bag. Without TO, the newest version; without FROM, the
    one before it. Files that got another name are told by their digest.

    \b
    archiver store diff urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e
    archiver store diff urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e v1 v3
    archiver store diff urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e v3 packages/chronology
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    tree = tree_of(store, read_configuration(config))
    from archiver.steps.stores.differing import compared_json, diff_object  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.stores.looking_up import look_up  # noqa: PLC0415 - as above

    compared = diff_object(look_up(tree, identifier), before, after)
    if as_json:
        print_json(compared_json(compared))
        return int(ExitCode.OK)
    click.echo(f"{printable(compared.identifier)}: from {printable(compared.before)} to {printable(compared.after)}")
    _print(compared.differences)
    return int(ExitCode.OK)


def _print(differences: Differences) -> None:
    for word, paths in (
        ("added", differences.added),
        ("removed", differences.removed),
        ("changed", differences.changed),
    ):
        for path in paths:
            click.echo(f"  {word:<8} {printable(path)}")
    for old, new in differences.renamed:
        click.echo(f"  {'renamed':<8} {printable(old)} -> {printable(new)}")
    counts = [
        f"{counted(len(paths), 'file')} {word}"
        for word, paths in (
            ("added", differences.added),
            ("removed", differences.removed),
            ("changed", differences.changed),
            ("renamed", differences.renamed),
        )
        if paths
    ]
    click.echo(f"{', '.join(counts)}." if counts else "No difference.")
