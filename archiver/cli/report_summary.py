"""What ``archiver report`` says on a terminal: the few lines that matter, and which option tells the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archiver.cli.printing import counted, size
from archiver.standards.names import printable
from archiver.standards.pages.store_report_tables import AGE_WORDS
from archiver.standards.pages.words import day_words

if TYPE_CHECKING:
    from archiver.model.reports import StoreReport

_SHOWN = 10
"""Failures, formats at risk and repairs that are told each."""


def print_summary(report: StoreReport) -> None:
    """Print the summary on stdout: it is what was asked for."""
    for note in report.notes:
        click.echo(f"{click.style('warning', fg='yellow', bold=True)} {printable(note)}", err=True)
    for store in report.stores:
        words = f"{counted(store.packages, 'package')}, {counted(store.files, 'file')}, {size(store.bytes)}"
        last = f"last check {day_words(store.last_checked)}" if store.last_checked else "never checked"
        click.echo(f"{click.style(printable(store.location), bold=True)}  {words}; {last}")
    _ages(report)
    _failures(report)
    _risks(report)
    if report.repairs_total or report.stamps_total:
        done = f"{counted(report.repairs_total, 'repair')}, {counted(report.stamps_total, 'time stamp')}"
        click.echo(f"\nRecorded: {done}")
    click.echo("\nThe whole report: --html, --pdf, --csv or --json.")


def _ages(report: StoreReport) -> None:
    bands = {band.key: band for band in report.ages if band.packages}
    if not bands:
        return
    click.echo("\nLast checked")
    for key, words in AGE_WORDS.items():
        if key in bands:
            overdue = key in {"older", "never"}
            click.echo(f"  {'!' if overdue else ' '} {words}: {counted(bands[key].packages, 'package')}")


def _failures(report: StoreReport) -> None:
    if not report.failures_total:
        click.echo("\nNo failure is open.")
        return
    heading = f"{counted(report.failures_total, 'package')} failed a check, and nobody has acknowledged it"
    click.echo(f"\n{click.style(heading, fg='red', bold=True)}")
    for one in report.failures[:_SHOWN]:
        click.echo(f"  {one.outcome.value:<9} {printable(one.identifier)}  {printable(one.path)}")
        if one.detail:
            click.echo(f"            {printable(one.detail)}")
    if report.failures_total > _SHOWN:
        click.echo(f"  and {report.failures_total - _SHOWN:,} more")


def _risks(report: StoreReport) -> None:
    at_risk = [one for one in report.formats if one.risk]
    if not at_risk:
        return
    click.echo("\nFormats at risk")
    for one in at_risk[:_SHOWN]:
        shown = printable(f"{one.name or one.media_type}{f' ({one.puid})' if one.puid else ''}")
        click.echo(f"  {shown}: {counted(one.files, 'file')}; {printable(one.risk or '')}")
    if len(at_risk) > _SHOWN:
        click.echo(f"  and {len(at_risk) - _SHOWN:,} more")
