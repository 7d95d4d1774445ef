"""``archiver store validate``: a storage root and its objects against every rule of OCFL."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.progress import TerminalProgress
from archiver.cli.store_options import read_store_options, tree_of
from archiver.config import read_configuration
from archiver.errors import ExitCode
from archiver.execution.cores import usable_cores
from archiver.model import Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archiver.steps.stores.validation import RootVerdict
    from archiver.storage.stores.validation.objects import Level
    from archiver.storage.stores.validation.verdict import ObjectVerdict

_COLOURS = {"valid": "green", "complete": "green", "unclear": "red", "not valid": "red"}


@click.command("validate", short_help="Check a store by every rule of OCFL.")
@click.argument("objects", nargs=-1, metavar="[IDENTIFIER]...")
@click.option(
    "--level",
    type=click.Choice(("full", "fast")),
    default="full",
    show_default=True,
    help="full: every byte is read; fast: inventories, and which files are there.",
)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read.  [default: one a core]")
@read_store_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an object of the store on stdout.")
def command(
    objects: tuple[str, ...],
    level: str,
    workers: int | None,
    store: str | None,
    config: Path | None,
    as_json: bool,
) -> int:
    """Validate a whole store, whoever made it, or the objects of each IDENTIFIER. Reads only.

    By OCFL 1.0 and 1.1: declarations, inventories, versions against each other, and every file against its digests.
    Messages name the rule that is broken, such as E092. IDENTIFIER may be the folder of an object, too.

    \b
    archiver store validate
    archiver store validate urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e
    archiver store validate --store /mnt/nas/store --level fast
    archiver store validate --store s3://bucket/store --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    tree = tree_of(store, read_configuration(config))
    from archiver.steps.stores.validation import (  # noqa: PLC0415 - --help must not wait for it
        ValidateSettings,
        total_bytes,
        validate_store,
        verdict_json,
    )

    words: Counter[str] = Counter()
    with TerminalProgress("Validating", quiet=as_json) as progress:
        if progress.shown and level == "full" and not objects and tree.local is not None:
            progress.begin(total_bytes(tree))  # for nobody else is every folder walked twice
        settings = ValidateSettings(
            tree=tree,
            wanted=objects,
            level=cast("Level", level),
            workers=workers or usable_cores(),
            progress=progress.advance,
        )
        for verdict in validate_store(settings):
            word = _word(verdict)
            with progress.aside():
                if as_json:
                    print_json(verdict_json(verdict))
                else:
                    _print(verdict, word, words)
            words[word] += 1
    return int(_status(words))


def _word(verdict: ObjectVerdict | RootVerdict) -> str:
    if verdict.valid is not None:
        return "valid" if verdict.valid else "not valid"
    # Without every byte read, validity is not established; where something could not be read, nothing is.
    return "unclear" if any(one.severity is Severity.ERROR for one in verdict.findings) else "complete"


def _status(words: Mapping[str, int]) -> ExitCode:
    if words.get("not valid"):
        return ExitCode.FINDINGS
    return ExitCode.PARTIAL if words.get("unclear") else ExitCode.OK


def _print(verdict: ObjectVerdict | RootVerdict, word: str, before: Mapping[str, int]) -> None:
    from archiver.steps.stores.validation import RootVerdict  # noqa: PLC0415 - loaded by now

    if not isinstance(verdict, RootVerdict):
        name = verdict.identifier or verdict.path or "the object"
        detail = f"{counted(verdict.files, 'file')}, {size(verdict.bytes)}"
        if verdict.version:
            detail = f"{verdict.version}, {detail}"
        click.echo(f"{_styled(word)} {printable(name)}  {detail}")
        if verdict.path and verdict.findings:
            click.echo(f"  In {printable(verdict.path)}:", err=True)
    else:
        kinds = ", ".join(f"{before[one]} {one}" for one in _COLOURS if before.get(one))
        objects = counted(verdict.objects, "object") + (f": {kinds}" if kinds else "")
        click.echo(f"{_styled(word)} {printable(verdict.location)}  {objects}.")
    print_findings(verdict.findings)


def _styled(word: str) -> str:
    return click.style(f"{word:<10}", fg=_COLOURS[word], bold=True)
