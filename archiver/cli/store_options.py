"""``--store``, ``--records`` and ``--config`` of every command that works on a store, or only reads one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver.cli.heartbeat import remind_at_the_end

if TYPE_CHECKING:
    from archiver.config import Configuration
    from archiver.storage.stores.place import StorePlace
    from archiver.storage.stores.tree import Tree


def store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--store`` and ``--records``, as its parameters ``store`` and ``records``: for :func:`place_of`.

    ``config`` is the third, for :func:`archiver.config.read_configuration`.
    """
    for option in (
        click.option("--config", type=click.Path(path_type=Path), help="Configuration.  [default: archiver.toml]"),
        click.option(
            "--records",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Log, audits and parity of the store.  [default: STORE.archiver beside it]",
        ),
        click.option("--store", metavar="DIR", help="OCFL storage root.  [default: path in [store], or store]"),
    ):
        command = option(command)
    return command


def read_store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that reads a store and none of its records ``--store`` and ``--config``: for :func:`tree_of`."""
    for option in (
        click.option("--config", type=click.Path(path_type=Path), help="Configuration.  [default: archiver.toml]"),
        click.option("--store", metavar="DIR|URL", help="OCFL storage root.  [default: path in [store], or store]"),
    ):
        command = option(command)
    return command


def tree_of(store: str | None, configuration: Configuration) -> Tree:
    """Return what the store that is asked for is read through.

    Args:
        store: ``--store``; None: the one in ``[store]``.
        configuration: of this archive.

    Raises:
        UsageError: no store can lie there.
    """
    from archiver.storage.stores.tree import open_tree  # noqa: PLC0415 - --help must not wait for it

    return open_tree(store if store is not None else configuration.store.path, configuration.remotes)


def place_of(store: str | None, records: Path | None, configuration: Configuration) -> StorePlace:
    """Return where the store lies that is asked for; when the command has ended, it is said if its audit is overdue.

    Args:
        store: ``--store``; None: the one in ``[store]``, with its records.
        records: ``--records``.
        configuration: of this archive.

    Raises:
        UsageError: no store can lie there, or no records can be kept.
    """
    from archiver.storage.stores.place import store_place  # noqa: PLC0415 - --help must not wait for it

    if store is not None:
        place = store_place(store, records)
    else:
        place = store_place(configuration.store.path, records or configuration.store.records)
    remind_at_the_end(place, configuration)
    return place
