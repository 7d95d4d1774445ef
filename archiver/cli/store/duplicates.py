"""``archiver store duplicates``: the same bytes in several packages."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.clock import now
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable


@click.command("duplicates", short_help="List the same bytes in several packages.")
@store_options
@catalogue_option
@click.option(
    "--all", "everything", is_flag=True, help="Also what packages are made with, earlier versions, empty files."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each content on stdout.")
def command(
    store: str | None,
    records: Path | None,
    config: Path | None,
    catalogue: str | None,
    everything: bool,
    as_json: bool,
) -> int:
    """List documents and copies that are the same to the byte in more than one package, told by their digests.

    Within a package the store keeps the same bytes once. Nothing is read but the catalogue, and nothing is changed.

    \b
    archiver store duplicates
    archiver store duplicates --json > duplicates.jsonl
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.stores.cataloguing import opened_catalogues  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.stores.indexing import IndexOrder, ensure_indexed  # noqa: PLC0415 - same

    configuration = read_configuration(config)
    place, url = place_of(store, records, configuration), catalogue_of(catalogue, configuration)
    print_findings(ensure_indexed([IndexOrder(place=place, now=now(), catalogue=url, remotes=configuration.remotes)]))
    contents = spare = 0
    with opened_catalogues([place], url) as (opened,):
        for found in opened.catalogue.duplicates(opened.places, everything=everything):
            contents += 1
            spare += (found.size or 0) * (found.copies_in_all - 1)
            copies = [{"identifier": copy.identifier, "path": copy.path} for copy in found.copies]
            if as_json:
                algorithm = found.copies[0].algorithm
                digest = {"algorithm": algorithm, "digest": found.digest, "bytes": found.size}
                print_json({**digest, "copies": copies, "copies_in_all": found.copies_in_all})
                continue
            click.echo(f"{found.copies_in_all:,} times {size(found.size or 0)}")
            for copy in copies:
                click.echo(f"  {printable(copy['identifier'])}  {printable(copy['path'])}")
            if found.copies_in_all > len(copies):
                click.echo(f"  and {found.copies_in_all - len(copies):,} more")
    if not as_json:
        click.echo(f"{counted(contents, 'content')} in more than one package; the further copies are {size(spare)}.")
    return int(ExitCode.OK)
