"""``archiver store export``: packages out of a store, as they were."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.progress import TerminalProgress
from archiver.cli.store_options import read_store_options, tree_of
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.stores.exporting import ExportedPackage


@click.command("export", short_help="Get packages back, as they were.")
@click.argument("identifiers", nargs=-1, required=True, metavar="IDENTIFIER...")
@click.option(
    "--to", "destination", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Gets a bag for each."
)
@click.option("--version", metavar="V", help="Such as v1.  [default: the newest]")
@read_store_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout.")
def command(
    identifiers: tuple[str, ...],
    destination: Path,
    version: str | None,
    store: str | None,
    config: Path | None,
    as_json: bool,
) -> int:
    """Write the package of each IDENTIFIER into a new folder below DIR: the whole bag, to the byte what was added.

    Each file is compared with the store's inventory while it is copied, and the bag verified before it gets its name,
    that of the package when it was built. The store is not written to; it may be an object store.

    \b
    archiver store export urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e --to restored
    archiver store export urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e --to restored --version v1
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    tree = tree_of(store, read_configuration(config))
    from archiver.steps.stores.exporting import ExportOrder, export_packages, exported_json  # noqa: PLC0415 - as ever

    order = ExportOrder(tree=tree, identifiers=identifiers, destination=destination, version=version)
    failed = done = 0
    with TerminalProgress("Exporting", quiet=as_json) as progress:
        for result in export_packages(order, progress):
            done += 1
            failed += result.status == "failed"
            with progress.aside():
                if as_json:
                    print_json(exported_json(result))
                else:
                    _print(result)
    if not failed:
        return int(ExitCode.OK)
    return int(ExitCode.FINDINGS if failed == done else ExitCode.PARTIAL)


def _print(result: ExportedPackage) -> None:
    colour = "green" if result.status == "exported" else "red"
    status = click.style(f"{result.status:<8}", fg=colour, bold=True)
    detail = f"{counted(result.files, 'file')}, {size(result.bytes)}, " if result.status == "exported" else ""
    click.echo(
        f"{status} {printable(str(result.package))}  {detail}{printable(result.identifier)} {result.version or ''}"
    )
    print_findings(result.findings)
