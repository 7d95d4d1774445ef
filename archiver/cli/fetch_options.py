"""The options of ``archiver verify`` that say what ``--fetch`` may do."""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from archiver.cli.progress import TerminalProgress
from archiver.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiver.model import BagVerdict, Finding
    from archiver.standards.expected_digest import ExpectedDigest
    from archiver.steps.fetch import FetchSettings

Command = TypeVar("Command", bound=Callable[..., object])

_OPTIONS = (
    click.option("--fetch", is_flag=True, help="First fetch what fetch.txt lists and the bag lacks."),
    click.option(
        "--fetch-host", multiple=True, metavar="HOST[:PORT]", help="A host that may be asked; repeat for more."
    ),
    click.option(
        "--fetch-private-host", multiple=True, metavar="HOST[:PORT]", help="One that may be in your own network."
    ),
    click.option(
        "--fetch-scheme",
        multiple=True,
        type=click.Choice(["https", "http"]),
        help="How files may be fetched; repeatable.  [default: https]",
    ),
    click.option("--fetch-ca", type=click.Path(path_type=Path), metavar="FILE", help="Authorities to trust too (PEM)."),
    click.option(
        "--fetch-max-bytes", type=click.IntRange(min=1), metavar="N", help="Most to fetch a bag.  [default: 100 GB]"
    ),
)
_PREFIX = "fetch"


def fetch_options(command: Command) -> Command:
    """Give a command the options of fetching."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def fetch_if_asked(
    paths: Sequence[Path], options: Mapping[str, object], expected: ExpectedDigest | None, *, quiet: bool
) -> Mapping[str, tuple[Finding, ...]]:
    """Complete the bags, if ``--fetch`` was given; return what is to be said of each.

    Raises:
        UsageError: a host was named without ``--fetch``, or as for :func:`archiver.steps.fetch.fetch_missing`.
    """
    if not options["fetch"]:
        idle = [name for name, value in options.items() if name.startswith(_PREFIX) and value]
        if idle:
            raise UsageError(f"--{idle[0].replace('_', '-')} says how to fetch: give --fetch too, or leave it out")
        return {}
    from archiver.steps.fetch import fetch_missing  # noqa: PLC0415 - it loads an HTTP client

    with TerminalProgress("Fetching", quiet=quiet) as progress:
        return fetch_missing(paths, _settings(options, expected), progress)


def with_fetch_findings(verdict: BagVerdict, found: Mapping[str, tuple[Finding, ...]]) -> BagVerdict:
    """Return a verdict that says too what was said of fetching for its bag.

    Where that says why a file is missing, it stands in the place of the finding that it is.
    """
    told = found.get(verdict.path, ())
    explained = {finding.file for finding in told}
    rest = [one for one in verdict.findings if one.code != "bag-file-not-fetched" or one.file not in explained]
    return dataclasses.replace(verdict, findings=(*told, *rest))


def remote_failed(findings: Iterable[Finding]) -> bool:
    """Tell whether a server is why a file was not fetched."""
    return any(finding.code.startswith("fetch-remote-") for finding in findings)


def _settings(options: Mapping[str, object], expected: ExpectedDigest | None) -> FetchSettings:
    from archiver.steps.fetch import FetchSettings  # noqa: PLC0415 - as above
    from archiver.storage.fetching.rules import Timing  # noqa: PLC0415 - as above

    authorities = options["fetch_ca"]
    return FetchSettings(
        hosts=_words(options["fetch_host"]),
        private_hosts=_words(options["fetch_private_host"]),
        schemes=_words(options["fetch_scheme"]) or ("https",),
        max_bytes=int(str(options["fetch_max_bytes"] or 100 * 10**9)),
        authorities=Path(str(authorities)) if authorities else None,
        timing=Timing(clock=time.monotonic, chance=random.random),
        expected=expected,
    )


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()
