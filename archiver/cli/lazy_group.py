"""Groups of commands that know their members by name and import only the one that runs, so that ``--help`` is quick."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose members are imported when they are asked for."""

    def __init__(self, *args: Any, members: Mapping[str, str], prefix: str, **kwargs: Any) -> None:  # noqa: ANN401
        """Take what :class:`click.Group` takes, and the members.

        Args:
            args: as of :class:`click.Group`.
            members: name -> its line in the group's help.
            prefix: what stands before a member's name in the name of the module that holds it as ``command``; there
                its hyphens are underscores.
            kwargs: as of :class:`click.Group`.
        """
        super().__init__(*args, **kwargs)
        self._members = members
        self._prefix = prefix

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the members' names."""
        return list(self._members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        """Import a member; None where there is no such one."""
        if cmd_name not in self._members:
            return None
        command: click.Command = importlib.import_module(self._prefix + cmd_name.replace("-", "_")).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - same
        """List the members without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._members.items()))


class LeadingGroup(LazyGroup):
    """A group that is a command too: it runs itself unless its first word is a member's name.

    Its own arguments and options belong to it alone, and may stand in any order.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return its own parameters; only those for help where a member runs."""
        params = super().get_params(ctx)
        return [one for one in params if one.name == "help"] if ctx.meta.get(_MEMBER_RUNS) is self else params

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the words apart."""
        if args and args[0] in self._members:
            ctx.meta[_MEMBER_RUNS] = self
        else:
            ctx.allow_interspersed_args = True
        return super().parse_args(ctx, args)


_MEMBER_RUNS = "archiver.cli.lazy_group.member_runs"
