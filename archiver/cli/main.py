"""``archiver``: the group of commands. Each is imported when it is asked for, so that ``--help`` answers at once."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from typing import Any

import click

from archiver import __version__
from archiver.cli.lazy_group import LazyGroup
from archiver.errors import ArchiverError, ExitCode
from archiver.standards.names import printable

COMMANDS = {
    "init": "Make a folder ready: archiver.toml, seeds/, metadata/, packages/.",
    "build": "Build a preservation package for each item of a folder.",
    "bag": "Make a plain bag of any folder; update or extract one.",
    "metadata": "Check, prepare and export descriptions.",
    "verify": "Check bags: every file, every digest, every rule.",
    "store": "Keep packages for good, and get them back.",
    "deposit": "Put packages into a repository, and prove that they are there.",
    "audit": "Read again what is stored, and keep the evidence of it.",
    "protect": "Make parity, from which damaged packages heal.",
    "report": "Tell what stores hold and whether it is well.",
    "repair": "Make damaged packages whole again.",
    "doctor": "Say what this machine has and lacks.",
    "completion": "Print the script that completes commands in your shell.",
}
"""Command -> its line in ``archiver --help``; the module or folder of that name beside this file holds it."""


@click.command(
    cls=LazyGroup,
    members=COMMANDS,
    prefix="archiver.cli.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 fine; 1 findings of severity error; 2 wrong usage; 3 part of the batch failed; "
    "4 a needed program is missing; 5 a remote failed; 130 interrupted.",
)
@click.version_option(__version__, "-V", "--version", prog_name="archiver", message="%(prog)s %(version)s")
def cli() -> None:
    """Turn a folder of documents into preservation packages that any repository can check.

    Start with `archiver build`: it packages each item of seeds/, described by metadata/, into packages/.
    """


def main() -> None:
    """Run the command line and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show must not end a batch
    gc.set_threshold(50_000, 20, 20)  # records are trees without cycles: looking for cycles in them takes 5% of a build
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; errors are printed on stderr, in words."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        status: Any = cli.main(arguments, prog_name="archiver", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _interrupted()
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except ArchiverError as error:
        click.echo(f"archiver: {error}", err=True)
        return int(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away; there is nobody left to tell.
        sys.stdout = None  # or Python would fail again when it flushes at exit
        return int(ExitCode.FINDINGS)
    except OSError as error:
        # What the steps do not expect comes from a place the user named: a folder nobody may look into, a bad disk.
        return _refused(error)
    return status if isinstance(status, int) else int(ExitCode.OK)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _refused(error: OSError) -> int:
    place = f"{printable(os.fsdecode(error.filename))}: " if isinstance(error.filename, (str, bytes)) else ""
    click.echo(
        f"archiver: {place}{error.strerror or error}; check that it is the place you mean and that you may use it",
        err=True,
    )
    return int(ExitCode.USAGE)


def _interrupted() -> int:
    click.echo("archiver: interrupted. What was published is whole; the same command finishes the rest.", err=True)
    return int(ExitCode.INTERRUPTED)
