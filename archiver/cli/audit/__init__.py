"""``archiver audit``: what is stored is read again, with its evidence. Each subcommand is a file of its own."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from archiver.cli.audit.run import audit_options, run_audit
from archiver.cli.lazy_group import LazyGroup
from archiver.errors import UsageError

SUBCOMMANDS = {
    "acknowledge": "Close the failure of a package, with a reason.",
    "verify-log": "Show that nothing in a store's log was changed.",
    "witness": "Write the head of the log, to be kept elsewhere; check one; prove one package's result.",
    "timestamp": "Have an authority put a time stamp on the log.",
    "status": "Say whether audits are overdue, and which failures are open.",
    "schedule": "Have audits start by themselves: systemd, cron, Task Scheduler.",
}
"""Subcommand -> its line in ``archiver audit --help``; the module ``<name>`` in this folder holds it."""


@click.command(
    "audit",
    cls=LazyGroup,
    members=SUBCOMMANDS,
    prefix="archiver.cli.audit.",
    short_help="Read again what is stored, and keep the evidence of it.",
    invoke_without_command=True,
    subcommand_metavar="[COMMAND [ARGS]...]",
)
@audit_options
@click.pass_context
def command(context: click.Context, /, **options: Any) -> int:  # noqa: ANN401 - one an option
    """Read again what is stored and hold it against its inventories, what was checked longest ago first.

    Each package is ok, damaged, missing, or could not be checked. Damage is read twice, the second time from the disk
    itself, before it is told. What was found goes into the store's log, and a failure stays open until it is
    acknowledged, or repaired and found whole. An audit that was broken off is gone on with. Nothing in the store is
    changed. Limits and schedules of their own: [audit] in archiver.toml.

    \b
    archiver audit
    archiver audit --max-bytes 100GB --older-than 90d
    archiver audit --store /media/disk/store --store s3://bucket/store --catalogue all.sqlite
    archiver audit --sample 5% --json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    if context.invoked_subcommand is None:
        return run_audit(options)
    given = [name for name in options if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given:
        raise UsageError(f"put the options of archiver audit {context.invoked_subcommand} behind its name")
    return 0
