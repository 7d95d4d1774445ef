"""``archiver store``: packages kept for good. Each subcommand is a file of its own in this folder."""

from __future__ import annotations

import click

from archiver.cli.lazy_group import LazyGroup

SUBCOMMANDS = {
    "add": "Keep packages: verified, whole, each change a new version.",
    "list": "Say what a store holds.",
    "show": "Show one package's versions and files.",
    "diff": "Say what changed between versions.",
    "export": "Get packages back, as they were.",
    "validate": "Check a store by every rule of OCFL.",
    "index": "Make the catalogue anew from the store.",
    "search": "Find packages by the words of their descriptions.",
    "compare": "Compare two stores by their digests.",
    "duplicates": "List the same bytes in several packages.",
}
"""Subcommand -> its line in ``archiver store --help``; the module ``<name>`` in this folder holds it."""


@click.command(
    "store",
    cls=LazyGroup,
    members=SUBCOMMANDS,
    prefix="archiver.cli.store.",
    short_help="Keep packages for good, and get them back.",
)
def command() -> None:
    """Keep packages in a store: an OCFL 1.1 storage root, which any program that knows OCFL can read.

    What is known of a store besides (its log, its audits) lies beside it, in STORE.archiver.
    """
