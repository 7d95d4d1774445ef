"""``archiver store list``: what a store holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.store_options import read_store_options, tree_of
from archiver.config import read_configuration
from archiver.errors import ExitCode, StorageError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.stores.listing import ListedObject


@click.command("list", short_help="Say what a store holds.")
@read_store_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an object of the store on stdout.")
def command(store: str | None, config: Path | None, as_json: bool) -> int:
    """List the objects of a store, from the store itself: identifier, newest version, files, bytes of all versions.

    \b
    archiver store list
    archiver store list --store s3://bucket/store --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    tree = tree_of(store, read_configuration(config))
    from archiver.steps.stores.listing import list_objects, listed_json  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.stores.looking_up import check_reachable  # noqa: PLC0415 - as above

    check_reachable(tree)
    status = ExitCode.OK
    objects = octets = 0
    try:
        for listed in list_objects(tree):
            objects += 1
            octets += listed.bytes or 0
            if listed.findings:
                status = ExitCode.FINDINGS
            if as_json:
                print_json(listed_json(listed))
            else:
                _print(listed)
    except OSError as error:
        why = error.strerror or str(error)
        raise StorageError(f"not all of the store {printable(tree.location)} could be listed: {why}") from error
    if not as_json:
        click.echo(f"\n{counted(objects, 'object')}, {size(octets)}.")
    return int(status)


def _print(listed: ListedObject) -> None:
    if listed.identifier is None:
        click.echo(f"{click.style('unreadable', fg='red', bold=True)}  {printable(listed.path)}")
    else:
        title = f"  {printable(listed.title)}" if listed.title else ""
        room = size(listed.bytes) if listed.bytes is not None else "bytes unknown"
        detail = f"{listed.head}, {counted(listed.files, 'file')}, {room}"
        click.echo(f"{click.style(printable(listed.identifier), bold=True)}  {detail}{title}")
    print_findings(listed.findings)
