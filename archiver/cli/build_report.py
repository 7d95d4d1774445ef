"""What ``archiver build`` says: a line an item as it is done, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import click

from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.errors import ExitCode
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.steps.results import DocumentResult, ItemResult, item_json

_COLOURS = {"built": "green", "current": "cyan", "planned": "cyan", "failed": "red"}


class BuildReport:
    """Prints results on stdout and findings on stderr, and keeps the count."""

    def __init__(self, *, as_json: bool, dry_run: bool) -> None:
        self._as_json = as_json
        self._dry_run = dry_run
        self._statuses: Counter[str] = Counter()
        self._documents: Counter[str] = Counter()
        self._opinions: Counter[str] = Counter()
        self._severities: Counter[Severity] = Counter()
        self._disk = 0

    def about_source(self, findings: Iterable[Finding]) -> None:
        """Print and count findings that belong to no single item."""
        found = list(findings)
        print_findings(found)
        self._severities.update(finding.severity for finding in found)

    def item(self, result: ItemResult) -> None:
        """Print one item."""
        self._count(result)
        if self._as_json:
            print_json(item_json(result))
            return
        status = click.style(f"{result.status:<8}", fg=_COLOURS[result.status], bold=True)
        place = printable(str(result.package)) if result.package else result.item
        octets = sum(document.bytes for document in result.documents)
        click.echo(f"{status} {place}  {_documents_words(result)}, {size(octets)}")
        if self._dry_run:
            for path, known in result.plan:
                click.echo(f"    {printable(path)}" + (f"  {known:,}" if known is not None else ""))
        print_findings(result.findings)

    def summary(self) -> None:
        """Print what the whole build came to; nothing under ``--json``."""
        if self._as_json or not self._statuses:
            return
        statuses = ", ".join(f"{number} {status}" for status, number in sorted(self._statuses.items()))
        click.echo(f"\n{counted(sum(self._statuses.values()), 'item')}: {statuses}.")
        if self._dry_run:
            click.echo(f"Nothing was written. Keep {size(self._disk)} free (estimate, on the high side).")
            return
        if self._documents:
            click.echo(self._renditions_words())
        for opinion, number in sorted(self._opinions.items()):
            click.echo(f"Second opinion, {opinion} for {counted(number, 'package')}.")
        found = ", ".join(counted(self._severities[one], one.value) for one in Severity if self._severities[one])
        if found:
            click.echo(f"Findings: {found}; each stands above, with its code.")

    def exit_code(self) -> ExitCode:
        """Return what the batch came to as an exit status."""
        if self._statuses["failed"]:
            return ExitCode.PARTIAL
        return ExitCode.FINDINGS if self._severities[Severity.ERROR] else ExitCode.OK

    def _count(self, result: ItemResult) -> None:
        self._statuses[result.status] += 1
        self._disk += result.disk_needed
        self._severities.update(finding.severity for finding in result.findings)
        if result.status == "built":
            self._documents.update(_rendition_kind(document) for document in result.documents)
            if result.second_opinion:
                self._opinions[result.second_opinion] += 1

    def _renditions_words(self) -> str:
        total = sum(self._documents.values())
        words = [f"{number} {kind}" for kind, number in sorted(self._documents.items())]
        return f"{counted(total, 'document')} packaged" + (f": {', '.join(words)}." if words else ".")


def _documents_words(result: ItemResult) -> str:
    made = [document.rendition.flavour for document in result.documents if document.rendition.path]
    words = counted(len(result.documents), "document")
    flavours = sorted({flavour for flavour in made if flavour})
    return f"{words}, {len(made)} as PDF/A-{' and '.join(flavours)}" if flavours else words


def _rendition_kind(document: DocumentResult) -> str:
    rendition = document.rendition
    if rendition.status == "kept":
        return f"valid PDF/A-{rendition.flavour} already"
    if rendition.path and rendition.validated:
        return f"with a PDF/A-{rendition.flavour} copy that passed its checks"
    return {
        "unsupported": "in a format not rendered yet",
        "failed": "without a PDF/A copy, for the reason its finding gives",
    }.get(rendition.status, "without a PDF/A copy")
