"""``archiver store list``: what a store holds."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.store_options import place_of, store_options, tree_of
from archiver.config import read_configuration
from archiver.errors import ExitCode, StorageError, UsageError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.stores.listing import ListedObject


@click.command("list", short_help="Say what a store holds.")
@store_options
@catalogue_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an object of the store on stdout.")
def command(store: str | None, records: Path | None, config: Path | None, catalogue: str | None, as_json: bool) -> int:
    """List the objects of a store, from the store itself: identifier, newest version, files, bytes of all versions.

    Titles are told where the store has a catalogue (archiver store index).

    \b
    archiver store list
    archiver store list --store s3://bucket/store --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    configuration = read_configuration(config)
    tree = tree_of(store, configuration)
    from archiver.steps.stores.listing import list_objects, listed_json  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.stores.looking_up import check_reachable  # noqa: PLC0415 - as above
    from archiver.steps.stores.titles import known_titles  # noqa: PLC0415 - as above

    check_reachable(tree)
    with contextlib.ExitStack() as stack:
        titles = None
        with contextlib.suppress(UsageError):  # a store without a place for records has no catalogue there
            place = place_of(store, records, configuration)
            titles = stack.enter_context(known_titles(place, catalogue_of(catalogue, configuration)))
        seen = Seen()
        try:
            for listed in list_objects(tree, titles):
                seen.add(listed)
                if as_json:
                    print_json(listed_json(listed))
                else:
                    _print(listed)
        except OSError as error:
            why = error.strerror or str(error)
            raise StorageError(f"not all of the store {printable(tree.location)} could be listed: {why}") from error
    if not as_json:
        click.echo(f"\n{counted(seen.objects, 'object')}, {size(seen.bytes)}.")
    return int(ExitCode.FINDINGS if seen.findings else ExitCode.OK)


@dataclass(slots=True)
class Seen:
    """What the list has come to."""

    objects: int = 0
    bytes: int = 0
    findings: bool = False

    def add(self, listed: ListedObject) -> None:
        """Take in one object."""
        self.objects += 1
        self.bytes += listed.bytes or 0
        self.findings |= bool(listed.findings)


def _print(listed: ListedObject) -> None:
    if listed.identifier is None:
        click.echo(f"{click.style('unreadable', fg='red', bold=True)}  {printable(listed.path)}")
    else:
        title = f"  {printable(listed.title)}" if listed.title else ""
        room = size(listed.bytes) if listed.bytes is not None else "bytes unknown"
        detail = f"{listed.head}, {counted(listed.files, 'file')}, {room}"
        click.echo(f"{click.style(printable(listed.identifier), bold=True)}  {detail}{title}")
    print_findings(listed.findings)
