"""``archiver deposit`` by itself: how a deposit is asked for, told of while it runs, and summed up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from archiver.cli.deposit.options import (
    asked_secrets,
    complete_packages,
    complete_targets,
    deposit_records_options,
    environment,
    new_run,
    rate,
    records_of,
)
from archiver.cli.deposit.printing import print_result, status_of, summary
from archiver.cli.deposit.progress import DepositBar
from archiver.cli.progress import TerminalProgress
from archiver.model.deposits import EvidenceLevel

if TYPE_CHECKING:
    from archiver.config import Configuration, TargetSettings
    from archiver.steps.deposits.depositing import DepositJob, DepositOrder
    from archiver.steps.deposits.results import DepositResult
    from archiver.steps.deposits.secrets import Secrets

_SENDING = (
    click.option(
        "--parallel", type=click.IntRange(1, 64), metavar="N", help="Packages at once.  [default: as the target says]"
    ),
    click.option("--bandwidth", metavar="RATE", callback=rate, help="Of all that is sent, at most, such as 10MB/s."),
    click.option(
        "--min-evidence",
        type=click.Choice([level.value for level in EvidenceLevel]),
        metavar="LEVEL",
        help="What proves a deposit: server-sha512, server-sha256, server-md5, read-back or size.",
    ),
    deposit_records_options,
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout."),
)


def carrying_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of whatever sends packages."""
    for option in reversed(_SENDING):
        command = option(command)
    return command


def sending_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the arguments and options of :func:`run_deposits`."""
    for option in (
        carrying_options,
        click.option("--store", metavar="DIR", help="That identifiers are looked for in.  [default: path in [store]]"),
        click.option("--dry-run", is_flag=True, help="Say what would be sent, and what it lacks; send nothing."),
        click.option(
            "--to",
            "target",
            metavar="NAME",
            required=True,
            shell_complete=complete_targets,
            help="A target: [targets.NAME] in archiver.toml, or store.",
        ),
        click.argument("packages", nargs=-1, required=True, metavar="PACKAGE...", shell_complete=complete_packages),
    ):
        command = option(command)
    return command


def run_deposits(options: dict[str, Any]) -> int:
    """Deposit the packages that are asked for, or say what would be done; returns the exit status."""
    from archiver.config import read_configuration  # noqa: PLC0415 - --help must not wait for any of these
    from archiver.steps.deposits.asking import asked_packages  # noqa: PLC0415
    from archiver.steps.deposits.depositing import DepositJob, plan_deposits  # noqa: PLC0415
    from archiver.steps.deposits.targets import named_target  # noqa: PLC0415
    from archiver.storage.stores.place import store_place  # noqa: PLC0415

    configuration = read_configuration(options["config"])
    settings = named_target(options["target"], configuration)
    store = configuration.store
    place = store_place(options["store"]) if options["store"] else store_place(store.path, store.records)
    asked = asked_packages(options["packages"], place, configuration)
    jobs = tuple(DepositJob(asked=one) for one in asked)
    order = order_of(settings, jobs, configuration, options, asked_secrets())
    if not options["dry_run"]:
        results = carry_out_orders([order], options)
        return int(status_of(results))
    results = []
    for result in plan_deposits(order):
        results.append(result)
        print_result(result, as_json=options["as_json"])
    return int(status_of(results, planned=True))


def order_of(
    settings: TargetSettings,
    jobs: tuple[DepositJob, ...],
    configuration: Configuration,
    options: dict[str, Any],
    secrets: Secrets,
) -> DepositOrder:
    """Return what is to be sent to one target.

    Args:
        settings: of the target; the options go before them.
        jobs: the packages.
        configuration: of this archive.
        options: those of :func:`carrying_options`.
        secrets: of the whole run.
    """
    from archiver.cli.clock import now  # noqa: PLC0415 - --help must not wait for any of these
    from archiver.steps.deposits.depositing import DepositOrder  # noqa: PLC0415
    from archiver.steps.deposits.surroundings import surroundings_of  # noqa: PLC0415

    if options["min_evidence"]:
        settings = replace(settings, min_evidence=EvidenceLevel(options["min_evidence"]))
    if options["bandwidth"]:
        settings = replace(settings, bandwidth=options["bandwidth"])
    return DepositOrder(
        target=settings,
        jobs=jobs,
        records=records_of(options["records"], configuration),
        surroundings=surroundings_of(settings, configuration, secrets, now, environment()),
        keep_parcels=configuration.deposits.keep_parcels,
        parallel=options["parallel"],
    )


def carry_out_orders(orders: Sequence[DepositOrder], options: dict[str, Any]) -> list[DepositResult]:
    """Deposit packages with one target after another, and print each result and the sum of them."""
    from archiver.steps.deposits.depositing import carry_out  # noqa: PLC0415 - --help must not wait for it

    as_json: bool = options["as_json"]
    results: list[DepositResult] = []
    for order in orders:
        with TerminalProgress("Depositing", quiet=as_json) as progress:
            bar = DepositBar(progress)
            with closing(carry_out(order, new_run(order.target, bar), bar)) as ended:
                for result in ended:
                    results.append(result)
                    with bar.aside():
                        print_result(result, as_json=as_json)
    if not as_json:
        summary(results)
    return results
