"""``archiver completion``: the script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from archiver.errors import UsageError

_HOW = {
    "bash": "echo 'eval \"$(archiver completion bash)\"' >> ~/.bashrc",
    "zsh": "echo 'eval \"$(archiver completion zsh)\"' >> ~/.zshrc",
    "fish": "archiver completion fish > ~/.config/fish/completions/archiver.fish",
}


@click.command("completion", short_help="Print the script that completes commands in your shell.")
@click.argument("shell", type=click.Choice(list(_HOW)))
def command(shell: str) -> int:
    """Print the completion script of SHELL on stdout.

    \b
    bash:  echo 'eval "$(archiver completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(archiver completion zsh)"' >> ~/.zshrc
    fish:  archiver completion fish > ~/.config/fish/completions/archiver.fish
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    from archiver.cli.main import cli  # noqa: PLC0415 - the group imports its commands, not they it

    script = get_completion_class(shell)
    if script is None:
        raise UsageError(f"no completion for {shell}")
    click.echo(script(cli, {}, "archiver", "_ARCHIVER_COMPLETE").source())
    return 0
