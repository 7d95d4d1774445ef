"""``archiver store index``: the catalogue, made anew from the store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.clock import now
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.model import Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.stores.indexing import Indexed

_TOLD_EVERY = 500
"""Packages between two lines of progress on a terminal."""


@click.command("index", short_help="Make the catalogue anew from the store.")
@store_options
@catalogue_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def command(store: str | None, records: Path | None, config: Path | None, catalogue: str | None, as_json: bool) -> int:
    """Read the whole store and its log into the catalogue, which is asked by `store search`, `audit` and `report`.

    The catalogue can be lost without harm: everything in it is read from the store, and the history of audits from the
    log beside it. The old catalogue is used until the new one is whole. Content is not read; `audit` does that.

    \b
    archiver store index
    archiver store index --store /media/nas/store --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.stores.indexing import IndexOrder, index_store  # noqa: PLC0415 - --help must not wait for it

    configuration = read_configuration(config)
    order = IndexOrder(
        place=place_of(store, records, configuration),
        now=now(),
        catalogue=catalogue_of(catalogue, configuration),
        remotes=configuration.remotes,
        seen=_Watcher(shown=sys.stderr.isatty() and not as_json),
    )
    found = index_store(order)
    if as_json:
        print_json(_json(found))
    else:
        _print(found)
    faulty = any(finding.severity is Severity.ERROR for finding in found.findings)
    return int(ExitCode.FINDINGS if faulty else ExitCode.OK)


class _Watcher:
    """Says on a terminal how far it is: how much lies ahead is not known."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._packages = self._files = 0

    def __call__(self, _path: str, files: int) -> None:
        self._packages += 1
        self._files += files
        if self._shown and self._packages % _TOLD_EVERY == 0:
            click.echo(
                f"\r{counted(self._packages, 'package')}, {counted(self._files, 'file')} read ", nl=False, err=True
            )


def _json(found: Indexed) -> dict[str, object]:
    from archiver.steps.results import finding_json  # noqa: PLC0415 - loaded by now

    return {
        "store": found.location,
        "catalogue": found.catalogue,
        "packages": found.packages,
        "files": found.files,
        "bytes": found.bytes,
        "unreadable": found.unreadable,
        "log_entries": found.log_entries,
        "moved": [{"identifier": one, "before": before, "since": since} for one, before, since in found.moved],
        "absent": [{"identifier": one, "path": path} for one, path in found.absent],
        "findings": [finding_json(finding) for finding in found.findings],
    }


def _print(found: Indexed) -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    click.echo(
        f"{printable(found.location)}  {counted(found.packages, 'package')}, {counted(found.files, 'file')}, "
        f"{size(found.bytes)}, in the catalogue {printable(found.catalogue)}"
    )
    for identifier, before, since in found.moved:
        click.echo(f"  moved  {printable(identifier)}  from {printable(before)} to {printable(since)}")
    print_findings(found.findings)
    if found.unreadable:
        click.echo(f"  {counted(found.unreadable, 'package')} could not be read.", err=True)
