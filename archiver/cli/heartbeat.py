"""The one line that commands on a store end with when its audit is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archiver.errors import ArchiverError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.config import Configuration
    from archiver.storage.stores.place import StorePlace


def remind_at_the_end(place: StorePlace, configuration: Configuration) -> None:
    """Have the command that runs say on stderr, when it has ended, that the store's audit is overdue.

    Audits tell it themselves. What keeps it from being known spoils no command.
    """
    context = click.get_current_context(silent=True)
    if context is None or _is_about_audits(context):
        return
    context.call_on_close(lambda: _remind(place, configuration))


def _is_about_audits(context: click.Context) -> bool:
    return context.info_name == "audit" or (context.parent is not None and _is_about_audits(context.parent))


def _remind(place: StorePlace, configuration: Configuration) -> None:
    from archiver.cli.clock import now  # noqa: PLC0415 - --help must not wait
    from archiver.steps.audit.heartbeat import configured_schedule, heartbeat, reminder  # noqa: PLC0415 - same

    try:
        beat = heartbeat(place.records, configured_schedule(configuration), now())
    except (ArchiverError, OSError):
        return
    line = reminder(beat, printable(place.location))
    if line:
        click.echo(line, err=True)
