"""``--catalogue`` of every command that asks or writes a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from archiver.config import Configuration

catalogue_option = click.option(
    "--catalogue",
    metavar="FILE|URL",
    help="SQLite file, or postgresql://USER@HOST/DATABASE.  [default: url in [catalogue], or the store's own]",
)
"""Its parameter is ``catalogue``: for :func:`catalogue_of`."""


def catalogue_of(catalogue: str | None, configuration: Configuration) -> str | None:
    """Return where the catalogue of all stores is; None: each store has its own.

    Args:
        catalogue: ``--catalogue``.
        configuration: of this archive.
    """
    return configuration.catalogue if catalogue is None else catalogue
