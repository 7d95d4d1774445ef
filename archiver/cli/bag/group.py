"""How ``archiver bag`` is both a command and a group: what is not one of its subcommands makes a bag.

Subcommands are imported when they run, so that making a bag and ``--help`` wait for none of them.
"""

from __future__ import annotations

import importlib
from typing import Any

import click
from click.shell_completion import CompletionItem

from archiver.errors import UsageError

SUBCOMMANDS = {
    "update": "Make a bag's manifests anew after changes.",
    "extract": "Copy a bag's payload out of it, verified on the way.",
}
"""Subcommand -> its line in ``archiver bag --help``; the module ``<name>`` in this folder holds it."""


class BagGroup(click.Group):
    """Runs its own callback unless the first word is a subcommand."""

    allow_extra_args = False
    allow_interspersed_args = True

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the subcommands' names."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        """Import a subcommand; None where there is no such one."""
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = importlib.import_module(f"archiver.cli.bag.{cmd_name}").command
        return command

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters of making a bag, which are no part of a subcommand's usage."""
        return super().get_params(ctx) if ctx.command is self else []

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the usage of making a bag alone: the help lists the subcommands."""
        return click.Command.collect_usage_pieces(self, ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave everything to the subcommand that the first word names; else take the arguments of making a bag."""
        if args and args[0] in SUBCOMMANDS:
            ctx.args = args
            return args
        given = tuple(args)
        rest = click.Command.parse_args(self, ctx, args)
        name = str(ctx.params.get("source"))
        if name in SUBCOMMANDS and name in given and not ctx.resilient_parsing:
            # Behind an option it would be taken for a source: too easily meant otherwise.
            raise UsageError(f"write {name} before all options; a folder of that name is given as ./{name}")
        return rest

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what a callback returns, as click has it
        """Run the subcommand, or make a bag."""
        if not ctx.args:
            return click.Command.invoke(self, ctx)
        name, command, words = self.resolve_command(ctx, ctx.args)
        if command is None:  # resolve_command raises instead
            return None
        with command.make_context(name, words, parent=ctx) as below:
            return command.invoke(below)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - same
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(f"{name} ...", line) for name, line in SUBCOMMANDS.items()])


def complete_source(
    ctx: click.Context,  # noqa: ARG001 - click's signature
    param: click.Parameter,  # noqa: ARG001 - same
    incomplete: str,
) -> list[CompletionItem]:
    """Offer folders, and the subcommands, where either may stand."""
    # Folders first: the script for bash begins its list anew with them.
    names = [name for name in SUBCOMMANDS if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="dir"), *(CompletionItem(name, help=SUBCOMMANDS[name]) for name in names)]
