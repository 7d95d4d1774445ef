"""``archiver store search``: packages by the words of their descriptions."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.clock import now
from archiver.cli.printing import print_findings, print_json
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable


@click.command("search", short_help="Find packages by the words of their descriptions.")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@store_options
@catalogue_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Most that are shown.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout.")
def command(  # noqa: PLR0913, PLR0917 - click hands over one an option
    words: tuple[str, ...],
    store: str | None,
    records: Path | None,
    config: Path | None,
    catalogue: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """Find the packages that have every word of TEXT in their titles, descriptions, names of documents or identifiers.

    Case and accents do not count. "Several words" in quotation marks must stand together, a word* is the beginning of
    one. Best matches first; exit status 1 when there is none.

    \b
    archiver store search letters 1914
    archiver store search '"town council" minut*' --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.stores.cataloguing import opened_catalogues  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.stores.indexing import IndexOrder, ensure_indexed  # noqa: PLC0415 - same

    configuration = read_configuration(config)
    place, url = place_of(store, records, configuration), catalogue_of(catalogue, configuration)
    print_findings(ensure_indexed([IndexOrder(place=place, now=now(), catalogue=url, remotes=configuration.remotes)]))
    with opened_catalogues([place], url) as (opened,):
        hits = opened.catalogue.search(" ".join(words), stores=opened.places, limit=limit)
    for hit in hits:
        if as_json:
            print_json({"identifier": hit.identifier, "path": hit.path, "title": hit.title, "excerpt": hit.excerpt})
            continue
        click.echo(f"{printable(hit.identifier)}  {click.style(printable(hit.title), bold=True)}")
        if hit.excerpt and hit.excerpt != hit.title:
            click.echo(f"  {printable(hit.excerpt)}")
    if not hits:
        click.echo("no package has all of these words", err=True)
    return int(ExitCode.OK if hits else ExitCode.FINDINGS)
