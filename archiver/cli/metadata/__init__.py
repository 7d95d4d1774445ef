"""``archiver metadata``: descriptions before and after a build. Each subcommand is a file of its own in this folder."""

from __future__ import annotations

import click

from archiver.cli.lazy_group import LazyGroup

SUBCOMMANDS = {
    "template": "Write a sheet to describe a folder in.",
    "check": "Find every problem in the metadata, without building anything.",
    "crosswalk": "Write records in another vocabulary: DataCite, MODS, DSpace and others.",
    "export": "Put what packages state back into a sheet.",
}
"""Subcommand -> its line in ``archiver metadata --help``; the module ``<name>`` in this folder holds it."""


@click.command(
    "metadata",
    cls=LazyGroup,
    members=SUBCOMMANDS,
    prefix="archiver.cli.metadata.",
    short_help="Check, prepare and export descriptions.",
)
def command() -> None:
    """Work on descriptions: sheets and sidecars in the metadata folder, records in packages."""
