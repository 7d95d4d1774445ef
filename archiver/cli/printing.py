"""How findings and sizes look on a terminal: plain words, colour only where it is shown, nothing by colour alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from archiver.model import Finding, Severity

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def print_json(value: dict[str, Any]) -> None:
    """Print one object as a line of JSON on stdout, at once."""
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n", nl=False)


def print_findings(findings: Iterable[Finding], *, err: bool = True) -> None:
    """Print each finding with its fix, worst first."""
    order = list(Severity)
    for finding in sorted(findings, key=lambda finding: order.index(finding.severity)):
        severity = click.style(finding.severity.value, fg=_COLOURS[finding.severity], bold=True)
        click.echo(f"  {severity} [{finding.code}] {finding.message}", err=err)
        if finding.severity is not Severity.INFO:
            click.echo(f"    Fix: {finding.fix}", err=err)


def size(octets: int) -> str:
    """Return a size people can read: ``512 bytes``, ``13.7 kB``, ``2.0 GB`` (powers of 1000)."""
    if octets < 1000:
        return counted(octets, "byte")
    value = float(octets)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 1000:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"


def counted(number: int, noun: str) -> str:
    """Return ``1 document`` or ``3 documents``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
