"""``archiver bag extract``: the payload out of a bag."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.progress import TerminalProgress
from archiver.errors import ExitCode
from archiver.model import Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.bags.extract import ExtractResult

_COLOURS = {"extracted": "green", "partly extracted": "yellow", "failed": "red"}


@click.command("extract", short_help="Copy a bag's payload out of it, verified on the way.")
@click.argument("bag", type=click.Path(path_type=Path))
@click.argument("destination", type=click.Path(path_type=Path), metavar="DEST")
@click.option("--keep-sound", is_flag=True, help="Where files are damaged or missing, extract the sound ones.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def command(bag: Path, destination: Path, keep_sound: bool, as_json: bool) -> int:
    """Copy the payload of BAG, what lies in its data/, to the new folder DEST.

    BAG is a folder or an archive (.tar, .tar.gz, .tar.zst, .zip). Each file is compared with every manifest while it is
    copied, and read back from the disk. With any error, nothing is put at DEST, unless --keep-sound is given. The bag
    is not touched.

    \b
    archiver bag extract bags/letters copies/letters
    archiver bag extract letters.tar.gz copies/letters
    archiver bag extract broken.zip saved --keep-sound
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.bags.extract import extract_json, extract_payload  # noqa: PLC0415 - --help must not wait for it

    with TerminalProgress("Extracting", quiet=as_json) as progress:
        result = extract_payload(bag, destination, progress, keep_sound=keep_sound)
    if as_json:
        print_json(extract_json(result))
    else:
        _print(result)
    faulty = any(finding.severity is Severity.ERROR for finding in result.verdict.findings)
    return int(ExitCode.FINDINGS if faulty else ExitCode.OK)


def _print(result: ExtractResult) -> None:
    status = click.style(result.status, fg=_COLOURS[result.status], bold=True)
    detail = f"{counted(result.files, 'file')}, {size(result.bytes)}"
    if result.status == "partly extracted":
        detail += f"; the bag has {counted(result.verdict.files, 'file')}"
    elif result.status == "failed":
        detail = "nothing was put there"
    click.echo(f"{status} {printable(str(result.destination))}  {detail}")
    print_findings(result.verdict.findings)
