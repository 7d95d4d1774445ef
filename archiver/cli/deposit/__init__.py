"""``archiver deposit``: packages into repositories. Each subcommand is a file of its own."""

from __future__ import annotations

from typing import Any

import click

from archiver.cli.deposit.run import run_deposits, sending_options
from archiver.cli.lazy_group import LeadingGroup

SUBCOMMANDS = {
    "status": "Say how far deposits are, and what a person must see to.",
    "resume": "Go on with deposits that are not at an end.",
    "receipts": "List the receipts of packages, or show what they say.",
}
"""Subcommand -> its line in ``archiver deposit --help``; the module ``<name>`` in this folder holds it."""


@click.command(
    "deposit",
    cls=LeadingGroup,
    members=SUBCOMMANDS,
    prefix="archiver.cli.deposit.",
    short_help="Put packages into a repository, and prove that they are there.",
    invoke_without_command=True,
    subcommand_metavar="",
)
@sending_options
@click.pass_context
def command(context: click.Context, /, **options: Any) -> int:  # noqa: ANN401 - one an option
    """Put each PACKAGE into the repository that archiver.toml calls NAME, and prove that it is there.

    PACKAGE is a bag, an archive with one in it, a folder of bags, or an identifier in the store. Each is verified,
    sent, and compared with what the repository then holds; a receipt (PREMIS) beside the package keeps the evidence.
    What is there already is found and not sent again. A run that was cut off is gone on with by the same command, or
    by archiver deposit resume. The target "store" is the archive's own store.

    \b
    archiver deposit packages --to zenodo --dry-run
    archiver deposit packages/letters --to zenodo
    archiver deposit urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e --to tape --bandwidth 10MB/s
    archiver deposit status
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    return run_deposits(options) if context.invoked_subcommand is None else 0
