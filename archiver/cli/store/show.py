"""``archiver store show``: one object's versions and files."""

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
    from archiver.standards.ocfl.inventory import Version
    from archiver.steps.stores.showing import ShownObject


@click.command("show", short_help="Show one package's versions and files.")
@click.argument("identifier")
@click.option("--version", "version", metavar="V", help="Whose files, such as v1.  [default: the newest]")
@read_store_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def command(identifier: str, version: str | None, store: str | None, config: Path | None, as_json: bool) -> int:
    """Show the object of IDENTIFIER: who made which version when and why, and the files of one version.

    IDENTIFIER may be the folder of an object, too.

    \b
    archiver store show urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e
    archiver store show urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e --version v1
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    tree = tree_of(store, read_configuration(config))
    from archiver.steps.stores.looking_up import look_up  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.stores.showing import show_object, shown_json  # noqa: PLC0415 - as above

    found = look_up(tree, identifier)
    try:
        shown = show_object(found, version)
    except OSError as error:
        why = error.strerror or str(error)
        raise StorageError(f"the content of {printable(identifier)} cannot be listed: {why}") from error
    if as_json:
        print_json(shown_json(shown))
    else:
        _print(shown)
    print_findings(found.stored.findings)
    return int(ExitCode.OK)


def _print(shown: ShownObject) -> None:
    stored = shown.stored
    inventory = stored.inventory
    click.echo(click.style(printable(stored.identifier), bold=True))
    place = f", in {printable(stored.path)}" if stored.path else ""
    click.echo(f"OCFL {stored.ocfl_version}, {inventory.digest_algorithm}{place}")
    click.echo("\nVersions:")
    for name, version in inventory.versions.items():
        click.echo(f"  {click.style(name, bold=True)}  {_described(version)}")
    octets = sum(file.bytes or 0 for file in shown.files)
    click.echo(f"\n{counted(len(shown.files), 'file')} of {shown.version}, {size(octets)}:")
    for file in shown.files:
        room = size(file.bytes) if file.bytes is not None else "missing"
        click.echo(f"  {file.digest[:16]}  {room:>10}  {printable(file.path)}")


def _described(version: Version) -> str:
    words = [printable(version.created)]
    if version.user is not None:
        address = f" <{printable(version.user.address)}>" if version.user.address else ""
        words.append(f"{printable(version.user.name)}{address}")
    if version.message:
        words.append(printable(version.message))
    return "  ".join(words)
