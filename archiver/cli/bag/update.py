"""``archiver bag update``: a bag's manifests and other tag files made anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.clock import now
from archiver.cli.label_options import read_labels
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.progress import TerminalProgress
from archiver.config import check_algorithms
from archiver.errors import ExitCode
from archiver.model import Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.steps.bags.update import UpdateResult

_COLOURS = {"updated": "green", "current": "cyan", "failed": "red"}


@click.command("update", short_help="Make a bag's manifests anew after changes.")
@click.argument("bag", type=click.Path(path_type=Path))
@click.option("--algorithm", "algorithms", multiple=True, metavar="NAME", help="Digest to add; repeatable.")
@click.option("--drop", multiple=True, metavar="NAME", help="Digest whose manifests go away; repeatable.")
@click.option(
    "--accept",
    multiple=True,
    type=click.Choice(["changed", "missing"]),
    help="Files of the bag that were changed, or removed, on purpose; repeatable.",
)
@click.option(
    "--bag-info", "labels", multiple=True, metavar="KEY=VALUE", help="Set a label of bag-info.txt, or add it."
)
@click.option("--bag-info-file", type=click.Path(path_type=Path), metavar="FILE", help="Labels, written 'Key: value'.")
@click.option("--bagit-version", type=click.Choice(["1.0"]), help="Take a bag of an older version to BagIt 1.0.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def command(**options: object) -> int:
    """Make the manifests and the other tag files of the folder BAG anew; its payload is never touched.

    The old manifests are verified in the same read. Files added below data/ are taken in. A file that differs from
    its manifest, or is missing, is an error until you accept it: changed and damaged look alike. Old digests stay
    until they are dropped. bag-info.txt keeps its other labels; --bag-info replaces the values a label had.

    Cut off at any moment, the same command finishes the update. Where nothing is to be done, nothing is written.

    \b
    archiver bag update bags/letters
    archiver bag update bags/letters --algorithm sha512 --drop md5
    archiver bag update bags/letters --accept changed --accept missing
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.steps.bags.revision import UpdateSettings  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.bags.update import update_bag, update_json  # noqa: PLC0415 - as above

    algorithms, as_json = _words(options["algorithms"]), bool(options["as_json"])
    settings = UpdateSettings(
        bag=Path(str(options["bag"])),
        now=now(),
        algorithms=check_algorithms(algorithms) if algorithms else (),
        drop=_words(options["drop"]),
        accept=frozenset(_words(options["accept"])),
        labels=read_labels(options["bag_info_file"], _words(options["labels"])),
        to_version_1_0=options["bagit_version"] is not None,
    )
    with TerminalProgress("Updating", quiet=as_json) as progress:
        result = update_bag(settings, progress)
    if as_json:
        print_json(update_json(result))
    else:
        _print(result)
    faulty = any(finding.severity is Severity.ERROR for finding in result.findings)
    return int(ExitCode.FINDINGS if faulty else ExitCode.OK)


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _print(result: UpdateResult) -> None:
    status = click.style(f"{result.status:<8}", fg=_COLOURS[result.status], bold=True)
    if result.status == "failed":
        detail = "no tag file was changed"
    else:
        detail = f"{counted(result.files, 'file')}, {size(result.bytes)}, {' and '.join(result.algorithms)}"
    for paths, word in ((result.added, "added"), (result.changed, "changed"), (result.removed, "removed")):
        if paths and result.status == "updated":
            detail += f"; {len(paths):,} {word}"
    click.echo(f"{status} {printable(str(result.path))}  {detail}")
    print_findings(result.findings)
