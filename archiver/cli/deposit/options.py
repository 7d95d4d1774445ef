"""What the commands on deposits have in common: records, names of targets, how secrets are asked for."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from archiver.cli.printing import print_findings
from archiver.errors import ArchiverError, UsageError
from archiver.standards.durations import parse_rate

if TYPE_CHECKING:
    from archiver.config import Configuration, TargetSettings
    from archiver.deposits.running import Run, Watcher
    from archiver.steps.deposits.secrets import Secrets

_LONGEST_LINE = 1 << 17
"""Bytes of standard input that are read for one secret."""


def deposit_records_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--records`` of deposits and ``--config``."""
    for option in (
        click.option("--config", type=click.Path(path_type=Path), help="Configuration.  [default: archiver.toml]"),
        click.option(
            "--records",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Journal of deposits.  [default: records in [deposits], or deposits]",
        ),
    ):
        command = option(command)
    return command


def records_of(records: Path | None, configuration: Configuration) -> Path:
    """Return the folder of the journal."""
    return records or configuration.deposits.records


def rate(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """Check a rate, for an option's callback.

    Raises:
        UsageError: it is none.
    """
    if text is not None and parse_rate(text) is None:
        raise UsageError(f"--bandwidth: {text!r} is no rate: write 10MB/s")
    return text


def complete_targets(context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the targets of archiver.toml whose names begin so, for the shell."""
    from archiver.config import read_configuration  # noqa: PLC0415 - --help must not wait for these
    from archiver.steps.deposits.targets import known_targets  # noqa: PLC0415

    try:
        known = known_targets(read_configuration(context.params.get("config")))
    except ArchiverError:
        return []  # a shell that completes is no place to say what is wrong
    return [CompletionItem(one.name, help=one.kind) for one in known if one.name.startswith(begun)]


def complete_packages(context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return what a package's place may be for the shell: a file, or instead of the first a subcommand."""
    group = context.command
    names: list[str] = []
    if isinstance(group, click.Group) and begun and not context.params.get("packages"):
        names = [name for name in group.list_commands(context) if name.startswith(begun)]
    # Not both: bash forgets the names that stand before a file.
    return [CompletionItem(name) for name in names] or [CompletionItem(begun, type="file")]


def asked_secrets() -> Secrets:
    """Return what reads the secrets of a run; a terminal is asked without showing what is typed."""
    from archiver.steps.deposits.secrets import Secrets  # noqa: PLC0415 - as above

    return Secrets(ask=_line, told=lambda finding: print_findings([finding]))


def new_run(settings: TargetSettings, watcher: Watcher) -> Run:
    """Return what the deposits of one run with a target share."""
    import random  # noqa: PLC0415 - as above
    import threading  # noqa: PLC0415
    import time  # noqa: PLC0415

    from archiver.cli.clock import now  # noqa: PLC0415
    from archiver.deposits.running import Bandwidth, Run, RunClock, rules_of  # noqa: PLC0415
    from archiver.steps.deposits.targets import bandwidth_of  # noqa: PLC0415

    stop = threading.Event()
    return Run(
        name=settings.name,
        rules=rules_of(settings),
        clock=RunClock(now=now, monotonic=time.monotonic, sleep=stop.wait, chance=random.random),
        bandwidth=Bandwidth(bandwidth_of(settings), time.monotonic),
        stop=stop,
        watcher=watcher,
    )


def environment() -> dict[str, str]:
    """Return the environment, for proxies."""
    return dict(os.environ)


def _line(prompt: str) -> str | None:
    if sys.stdin is None:
        return None
    if sys.stdin.isatty():
        try:
            return getpass.getpass(prompt)
        except EOFError:
            return None
    line = sys.stdin.buffer.readline(_LONGEST_LINE)
    return line.decode("utf-8", "surrogateescape").rstrip("\r\n") if line else None
