"""``archiver audit``: the evidence of a store. Each subcommand is a file of its own in this folder."""

from __future__ import annotations

import click

from archiver.cli.lazy_group import LazyGroup

SUBCOMMANDS = {
    "verify-log": "Show that nothing in a store's log was changed.",
    "witness": "Write the head of the log, to be kept elsewhere; check one; prove one package's result.",
    "timestamp": "Have an authority put a time stamp on the log.",
}
"""Subcommand -> its line in ``archiver audit --help``; the module ``audit_<name>`` in this folder holds it."""


@click.command(
    "audit",
    cls=LazyGroup,
    members=SUBCOMMANDS,
    prefix="archiver.cli.audit_",
    short_help="Keep and check the evidence of a store.",
)
def command() -> None:
    """Keep and check the evidence of a store: its log, and what audits found."""
