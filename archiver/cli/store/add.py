"""``archiver store add``: packages into the store, each a new object or a new version of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.clock import now
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.progress import TerminalProgress
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.model import Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from archiver.model import Finding
    from archiver.steps.stores.adding import AddSettings
    from archiver.steps.stores.package_adding import AddedPackage

_COLOURS = {"added": "green", "new-version": "green", "current": "blue", "failed": "red"}


@click.command("add", short_help="Keep packages: verified, whole, each change a new version.")
@click.argument("packages", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="PACKAGE...")
@click.option("--layout", metavar="NAME", help="Of a new store: 0002, 0003, 0004, 0006 or 0007.  [default: 0003]")
@click.option("--identifier", metavar="ID", help="Of the one package, in place of its External-Identifier.")
@click.option("--message", metavar="TEXT", help="Why, for the version's record.")
@click.option("--reflink", is_flag=True, help="Share blocks with PACKAGE where the file system can.")
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", help="Cores for many packages.  [default: all there are]"
)
@store_options
@catalogue_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout.")
def command(packages: tuple[Path, ...], as_json: bool, **options: Any) -> int:  # noqa: ANN401 - one for each option
    """Keep each PACKAGE in a store: a bag, an archive with one in it, or a folder of bags.

    The store is an OCFL storage root, made where there is none. Each package is verified while it is copied, read
    back, and put in its place in one step; one that does not verify is left out. A package whose identifier is there
    already becomes the next version, in which files that have not changed take no room; one that has not changed at
    all is current, and nothing is written. PACKAGE is never touched.

    \b
    archiver store add packages
    archiver store add packages/chronology --message 'Letters of 1912 found'
    archiver store add bags/letters --store /mnt/nas/store --identifier 'ark:/12345/x9'
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    settings = _settings(packages, options)
    from archiver.steps.stores.adding import add_packages, added_json  # noqa: PLC0415 - --help must not wait for it

    results: list[str] = []
    with TerminalProgress("Adding", quiet=as_json) as progress:

        def say(sentence: str) -> None:
            with progress.aside():
                click.echo(sentence, err=True)

        def warn(findings: Sequence[Finding]) -> None:
            with progress.aside():
                print_findings(findings)

        for result in add_packages(settings, progress, say, warn):
            results.append(_outcome(result))
            with progress.aside():
                if as_json:
                    print_json(added_json(result))
                else:
                    _print(result)
    if not as_json and len(results) > 1:
        _summary(results)
    return int(_status(results))


def _settings(packages: tuple[Path, ...], options: Mapping[str, Any]) -> AddSettings:
    configuration = read_configuration(options["config"])
    from archiver.execution.cores import usable_cores  # noqa: PLC0415 - as above
    from archiver.steps.stores.adding import AddSettings  # noqa: PLC0415 - as above

    return AddSettings(
        place=place_of(options["store"], options["records"], configuration),
        packages=packages,
        configuration=configuration,
        now=now(),
        layout=options["layout"],
        message=options["message"],
        identifier=options["identifier"],
        reflink=options["reflink"],
        catalogue=catalogue_of(options["catalogue"], configuration),
        workers=options["workers"] or usable_cores(),
    )


def _outcome(result: AddedPackage) -> str:
    faulty = any(finding.severity is Severity.ERROR for finding in result.findings)
    return "failed" if faulty else result.status


def _print(result: AddedPackage) -> None:
    status = click.style(f"{result.status:<11}", fg=_COLOURS[result.status], bold=True)
    detail = f"{counted(result.files, 'file')}, {size(result.bytes)}"
    if result.status == "new-version":
        detail += f", {size(result.new_bytes)} new"
    if result.version is not None:
        detail += f", {printable(result.identifier or '')} {result.version}"
    click.echo(f"{status} {printable(result.package)}  {detail}")
    print_findings(result.findings)


def _summary(results: Collection[str]) -> None:
    words = [*results]
    kinds = ", ".join(f"{words.count(word):,} {word}" for word in _COLOURS if word in words)
    click.echo(f"\n{counted(len(words), 'package')}: {kinds}.")


def _status(results: Collection[str]) -> ExitCode:
    failed = sum(word == "failed" for word in results)
    if not failed:
        return ExitCode.OK
    return ExitCode.FINDINGS if failed == len(results) else ExitCode.PARTIAL
