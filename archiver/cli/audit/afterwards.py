"""What ``archiver audit`` does when it has ended, or broke off: time stamps, word to people, a heartbeat."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from archiver.cli.clock import now
from archiver.cli.printing import print_findings
from archiver.errors import ArchiverError, ExitCode, UsageError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.config import Configuration
    from archiver.steps.audit.asking import AuditSummary
    from archiver.storage.fetching.rules import Timing
    from archiver.storage.stores.place import StorePlace


def tell_afterwards(places: Sequence[StorePlace], summary: AuditSummary, configuration: Configuration) -> None:
    """Do what follows an audit; say on stderr what of it could not be done."""
    if not _is_asked_for(configuration):
        return
    from archiver.steps.audit.afterwards import EndedAudit, after_audit  # noqa: PLC0415 - most audits need none of it

    print_findings(after_audit(EndedAudit(places=places, summary=summary), configuration, _timing(), now()))


@contextlib.contextmanager
def told_of_failure(places: Sequence[StorePlace], configuration: Configuration) -> Iterator[None]:
    """Have people told when the audit in the block breaks off, but not when it made no sense to begin with."""
    try:
        yield
    except ArchiverError as error:
        if error.exit_code is not ExitCode.USAGE and _is_asked_for(configuration):
            from archiver.steps.audit.afterwards import failure_notice  # noqa: PLC0415 - as above
            from archiver.steps.audit.notifying import send_notice  # noqa: PLC0415 - same

            notice = failure_notice(places, printable(str(error)))
            print_findings(send_notice(notice, configuration.notify, _timing(), now()))
        raise


def try_notices(place: StorePlace, configuration: Configuration) -> int:
    """Send a notice to everybody that the configuration names, and return the exit status."""
    from archiver.steps.audit.afterwards import trial_notice  # noqa: PLC0415 - as above
    from archiver.steps.audit.notifying import send_heartbeat, send_notice  # noqa: PLC0415 - same

    notify = configuration.notify
    named = [name for name in ("mail", "webhook", "heartbeat") if getattr(notify, name)]
    if not named:
        raise UsageError("nobody is to be told: give archiver.toml a table [notify]")
    notice = trial_notice(printable(place.location))
    findings = send_notice(notice, notify, _timing(), now()) + send_heartbeat(notice.told, notify, _timing())
    print_findings(findings)
    click.echo(f"Sent: {len(named) - len(findings)} of {len(named)} ({', '.join(named)})")
    return int(ExitCode.REMOTE if findings else ExitCode.OK)


def _is_asked_for(configuration: Configuration) -> bool:
    notify = configuration.notify
    return bool(configuration.evidence.authority or notify.mail or notify.webhook or notify.heartbeat)


def _timing() -> Timing:
    from archiver.storage.fetching.rules import Timing  # noqa: PLC0415 - as above

    return Timing(clock=time.monotonic, chance=random.random)
