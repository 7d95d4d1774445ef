"""``archiver audit`` by itself: how an audit is asked for, told of while it runs, and summed up."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.progress import TerminalProgress
from archiver.errors import ExitCode, UsageError
from archiver.model import Finding, FixityOutcome, Severity
from archiver.standards.durations import parse_duration, parse_rate
from archiver.standards.names import printable
from archiver.standards.sizes import parse_size

if TYPE_CHECKING:
    from archiver.config import Configuration
    from archiver.steps.audit.asking import AuditedStore, AuditRequest, AuditSummary, Checked
    from archiver.steps.audit.limits import AuditLimits
    from archiver.storage.stores.place import StorePlace

T = TypeVar("T")

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%", re.ASCII)

_LOOK = {
    FixityOutcome.OK: ("ok", "green"),
    FixityOutcome.DAMAGED: ("damaged", "red"),
    FixityOutcome.MISSING: ("missing", "red"),
    FixityOutcome.COULD_NOT_CHECK: ("could not check", "yellow"),
}


def _parsed(parse: Callable[[str], T | None], rule: str) -> Callable[..., T | None]:
    def parsed(_context: click.Context, option: click.Parameter, text: str | None) -> T | None:
        value = parse(text) if text is not None else None
        if text is not None and value is None:
            raise UsageError(f"--{option.human_readable_name.replace('_', '-')}: {text!r} {rule}")
        return value

    return parsed


_size = _parsed(parse_size, "is no size: write 10GB or 500 MiB")
_length = _parsed(parse_duration, "is no length of time: write 90d, 2h or 1 year")
_rate = _parsed(parse_rate, "is no rate: write 50MB/s")


def _sample(text: str) -> tuple[int | None, float | None] | None:
    share = _SHARE.fullmatch(text.strip())
    if share:
        value = float(share[1]) / 100
        return (None, value) if 0 < value <= 1 else None
    if text.isascii() and text.isdigit() and int(text[:12]) > 0:
        return int(text[:12]), None
    return None


OPTIONS = (
    click.option(
        "--store",
        "stores",
        multiple=True,
        metavar="DIR|URL",
        help="OCFL storage root; repeat for more.  [default: path in [store], or store]",
    ),
    click.option(
        "--records",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Log and audits of the store.  [default: STORE.archiver beside it]",
    ),
    catalogue_option,
    click.option("--max-bytes", metavar="SIZE", callback=_size, help="Read so much, such as 10GB, and stop."),
    click.option("--max-time", metavar="TIME", callback=_length, help="Begin no package after this time, such as 2h."),
    click.option("--older-than", metavar="TIME", callback=_length, help="Only what was not checked for so long: 90d."),
    click.option(
        "--sample",
        metavar="N|N%",
        callback=_parsed(_sample, "is no sample: write 5% or 100"),
        help="Only some of each store, drawn by lot.",
    ),
    click.option("--seed", metavar="TEXT", help="Draw the lots that an earlier audit drew; the log has its seed."),
    click.option("--rate", metavar="SIZE/s", callback=_rate, help="Read no faster, such as 50MB/s."),
    click.option(
        "--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read.  [default: one a core]"
    ),
    click.option("--config", type=click.Path(path_type=Path), help="Configuration.  [default: archiver.toml]"),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout."),
)


def audit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of an audit, as the parameters of :func:`run_audit`."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def run_audit(options: dict[str, Any]) -> int:
    """Audit the stores that are asked for, and return the exit status."""
    from archiver.cli.audit.afterwards import tell_afterwards, told_of_failure  # noqa: PLC0415 - --help must not wait
    from archiver.cli.clock import now  # noqa: PLC0415 - nor for any of these
    from archiver.config import read_configuration  # noqa: PLC0415
    from archiver.steps.audit.opening import StoresAsked, opened_stores  # noqa: PLC0415
    from archiver.steps.audit.running import Audit  # noqa: PLC0415

    configuration = read_configuration(options["config"])
    limits = _limits(configuration, options)
    asked = StoresAsked(
        places=_places(configuration, options),
        catalogue=catalogue_of(options["catalogue"], configuration),
        remotes=configuration.remotes,
        now=now(),
    )
    as_json: bool = options["as_json"]
    with told_of_failure(asked.places, configuration), opened_stores(asked, limits) as (stores, findings):
        print_findings(findings)
        request = _request(configuration, limits, options)
        with TerminalProgress("Auditing", quiet=as_json) as progress:
            if progress.shown:
                progress.begin(_planned_bytes(stores, request))
            audit = Audit(stores, request, progress.advance)
            for checked in audit.run():
                with progress.aside():
                    _print(checked, as_json=as_json)
    if not as_json:
        _summary(audit.summary)
    tell_afterwards(asked.places, audit.summary, configuration)
    return int(_status(audit.summary, findings))


def _places(configuration: Configuration, options: dict[str, Any]) -> list[StorePlace]:
    from archiver.cli.store_options import place_of  # noqa: PLC0415

    named: tuple[str, ...] = options["stores"]
    if options["records"] and len(named) > 1:
        raise UsageError("--records belongs to one store: audit each that has its records elsewhere by itself")
    return [place_of(one, options["records"], configuration) for one in named or (None,)]


def _limits(configuration: Configuration, options: dict[str, Any]) -> AuditLimits:
    from dataclasses import replace  # noqa: PLC0415

    from archiver.steps.audit.limits import configured_limits  # noqa: PLC0415

    limits = configured_limits(configuration.audit).overridden(older_than=options["older_than"], rate=options["rate"])
    sample, share = options["sample"] or (None, None)
    return replace(
        limits,
        max_bytes=options["max_bytes"] or limits.max_bytes,
        max_time=options["max_time"] or limits.max_time,
        sample=sample,
        share=share,
    )


def _request(configuration: Configuration, limits: AuditLimits, options: dict[str, Any]) -> AuditRequest:
    import time  # noqa: PLC0415

    from archiver.cli.clock import exact_now  # noqa: PLC0415
    from archiver.execution.cores import usable_cores  # noqa: PLC0415
    from archiver.steps.audit.asking import AuditRequest  # noqa: PLC0415

    return AuditRequest(
        limits=limits,
        seed=options["seed"],
        workers=options["workers"] or configuration.audit.workers or usable_cores(),
        clock=exact_now,
        seconds=time.monotonic,
    )


def _planned_bytes(stores: list[AuditedStore], request: AuditRequest) -> int:
    from archiver.steps.audit.turns import planned_bytes  # noqa: PLC0415

    return planned_bytes(stores, request, request.clock())


def _print(checked: Checked, *, as_json: bool) -> None:
    if as_json:
        from archiver.steps.audit.asking import checked_json  # noqa: PLC0415 - loaded by now

        print_json(checked_json(checked))
        return
    word, colour = _LOOK[checked.outcome]
    name = click.style(f"{word:<16}", fg=colour, bold=True)
    if checked.result is None:
        click.echo(f"{name}{checked.store}")
        print_findings([checked.finding] if checked.finding else [])
    elif checked.outcome is not FixityOutcome.OK or checked.result.findings:
        click.echo(f"{name}{printable(checked.result.identifier)}  {checked.store}/{printable(checked.result.path)}")
        print_findings(checked.result.findings)


def _summary(summary: AuditSummary) -> None:
    counts = [
        f"{summary.outcomes[outcome]:,} {_LOOK[outcome][0]}" for outcome in FixityOutcome if summary.outcomes[outcome]
    ]
    if summary.packages:
        click.echo(
            f"{counted(summary.packages, 'package')} checked: {', '.join(counts)}. "
            f"{counted(summary.files, 'file')}, {size(summary.bytes)}."
        )
    elif not summary.stores_not_checked:
        click.echo("No package is due.")
    if summary.resumed:
        click.echo(f"An audit that was broken off had checked {counted(summary.resumed, 'package')} before.")
    for store, identifier in summary.closed:
        click.echo(f"{printable(identifier)} in {store} was repaired and is whole: its failure is closed.")
    if summary.left_packages:
        _left(summary)
    if summary.failures:
        _failures(summary)


def _left(summary: AuditSummary) -> None:
    click.echo(f"Still due: {counted(summary.left_packages, 'package')}, {size(summary.left_bytes)}.", nl=False)
    if summary.bytes:
        runs = max(1, math.ceil(summary.left_bytes / summary.bytes))
        click.echo(
            f" At this pace everything has been read after {counted(runs, 'more audit')}{_until(summary, runs)}."
        )
    else:
        click.echo()


def _until(summary: AuditSummary, runs: int) -> str:
    """Say when that is, where audits are made some time apart."""
    from archiver.cli.clock import now  # noqa: PLC0415 - loaded by now

    if summary.apart is None or summary.apart < timedelta(hours=1) or summary.apart * runs > timedelta(days=36_500):
        return ""
    return f", on {(now() + summary.apart * runs).date().isoformat()}"


def _failures(summary: AuditSummary) -> None:
    click.echo(f"{counted(len(summary.failures), 'failure')} open:")
    for store, one in summary.failures:
        first = one.first_seen.date().isoformat()
        click.echo(f"  {_LOOK[one.outcome][0]:<8} {printable(one.identifier)}  since {first}, in {store}")
    click.echo(
        "  Repair them (archiver repair), or acknowledge each: archiver audit acknowledge IDENTIFIER --reason TEXT"
    )


def _status(summary: AuditSummary, findings: Iterable[Finding]) -> ExitCode:
    if any(finding.severity is Severity.ERROR for finding in findings):
        return ExitCode.FINDINGS
    if summary.failures or summary.outcomes[FixityOutcome.DAMAGED] or summary.outcomes[FixityOutcome.MISSING]:
        return ExitCode.FINDINGS
    if summary.stores_not_checked or summary.outcomes[FixityOutcome.COULD_NOT_CHECK]:
        return ExitCode.PARTIAL
    return ExitCode.OK
