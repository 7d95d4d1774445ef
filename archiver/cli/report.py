"""``archiver report``: what stores hold, whether it is well, and what was done about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.clock import now
from archiver.cli.report_summary import print_summary
from archiver.cli.store_options import place_of
from archiver.config import Configuration, read_configuration
from archiver.errors import ExitCode, UsageError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.reporting.gathering import ReportOrder
    from archiver.storage.stores.place import StorePlace

_FORMS = {
    "html": "A page to read: complete in itself, no script.",
    "pdf": "The same as PDF/A-2u, proven as every rendition is.",
    "csv": "One table, a row for each thing told.",
    "json": "One JSON object.",
    "premis": "Every check, repair and deposit as PREMIS 3 events.",
}
"""Form -> what its option's help says."""


def _form_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for form, words in reversed(_FORMS.items()):
        command = click.option(f"--{form}", "forms", flag_value=form, multiple=True, help=words)(command)
    return command


@click.command("report", short_help="Tell what stores hold and whether it is well.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...")
@_form_options
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="New file.  [default: stdout]")
@click.option(
    "--store",
    "stores",
    multiple=True,
    metavar="DIR|URL",
    help="OCFL storage root; repeat for more.  [default: path in [store], or store]",
)
@click.option(
    "--records",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Of the one store.  [default: STORE.archiver beside it]",
)
@catalogue_option
@click.option("--config", type=click.Path(path_type=Path), help="Configuration.  [default: archiver.toml]")
def command(  # noqa: PLR0913, PLR0917 - click hands over one an option
    packages: tuple[str, ...],
    forms: tuple[str, ...],
    out: Path | None,
    stores: tuple[str, ...],
    records: Path | None,
    catalogue: str | None,
    config: Path | None,
) -> int:
    """Tell what stores hold, how long ago it was checked, which failures are open, and what was repaired.

    Without a form, a summary. It checks nothing itself: `archiver audit` does, and its exit status tells of damage.
    PACKAGE is an identifier, and goes with --premis alone: the events of these packages and no others. A file that
    exists is never overwritten.

    \b
    archiver report
    archiver report --store /mnt/disk/store --store /mnt/nas/store --html --out report.html
    archiver report --premis urn:uuid:9aaad03c-88c3-4f13-973a-d5607c6f8f76 --out events.xml
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    form = _one_form(forms, packages, out)
    configuration = read_configuration(config)
    places = _places(stores, records, configuration)
    from archiver.steps.reporting.gathering import ReportOrder, gather  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.reporting.risks import read_format_risks  # noqa: PLC0415 - as above

    order = ReportOrder(
        places=places,
        catalogue=catalogue_of(catalogue, configuration),
        archive=configuration.name,
        risks=read_format_risks(configuration.risk_list),
        now=now(),
        remotes=configuration.remotes,
    )
    if form is None:
        print_summary(gather(order))
    else:
        _write(_pieces(form, order, packages, configuration), out)
    return int(ExitCode.OK)


def _one_form(forms: tuple[str, ...], packages: tuple[str, ...], out: Path | None) -> str | None:
    """Return the form that is asked for; None: the summary."""
    asked = tuple(dict.fromkeys(forms))
    if len(asked) > 1:
        raise UsageError(f"a report has one form at a time, not {' and '.join(f'--{one}' for one in asked)}")
    if packages and asked != ("premis",):
        raise UsageError("packages can be named with --premis alone; the other forms tell of whole stores")
    if out is not None and not asked:
        raise UsageError("--out needs a form: --html, --pdf, --csv, --json or --premis")
    if asked == ("pdf",) and out is None and sys.stdout.isatty():
        raise UsageError("a PDF is nothing for a terminal: name a file with --out")
    return asked[0] if asked else None


def _places(stores: tuple[str, ...], records: Path | None, configuration: Configuration) -> tuple[StorePlace, ...]:
    if records is not None and len(stores) > 1:
        raise UsageError("--records is of one store; of several, each has its records beside it")
    places = [place_of(store, records, configuration) for store in stores or (None,)]
    return tuple({place.location: place for place in places}.values())


def _pieces(form: str, order: ReportOrder, packages: tuple[str, ...], configuration: Configuration) -> Iterable[bytes]:
    from archiver.steps.reporting.forms import report_as  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.reporting.premis import premis_of_stores  # noqa: PLC0415 - as above

    return premis_of_stores(order, packages) if form == "premis" else [report_as(form, order, configuration)]


def _write(pieces: Iterable[bytes], out: Path | None) -> None:
    if out is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    from archiver.storage.new_files import write_new_file  # noqa: PLC0415 - --help must not wait for it

    def write(path: Path) -> None:
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)

    write_new_file(out, write)
    click.echo(f"{printable(str(out))} written", err=True)
