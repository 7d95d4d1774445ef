"""The secrets of targets: from the keyring, from a file that nobody else may read, or from standard input.

A secret is read when a target first asks for it, is handed to that target alone, and is never written, printed, or put
into a message, an argument or the environment of another process.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archiver.config import SecretPlace, TargetSettings
from archiver.errors import ConfigurationError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.steps.deposits.keyrings import KeyringUnusableError, keeps_plain_text, secret_of_keyring

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 1 << 16
"""Bytes of a secret."""

_MAY_OTHERS = 0o077


@dataclass(slots=True)
class Secrets:
    """What the targets of one run may ask for; may be asked from many threads."""

    ask: Callable[[str], str | None]
    """Takes what to prompt for, and returns one line of standard input without its end; None: there is none left."""

    told: Callable[[Finding], None]
    """Takes a warning about a place that keeps secrets badly; called once a place."""

    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, settings: TargetSettings) -> Callable[[str], str]:
        """Return what a target asks its secrets of: takes a name such as ``token``, returns the value.

        What is kept in standard input is read at the first question, every secret of the target in the order in which
        its table names them: one a line.

        Raises (the function that is returned):
            ConfigurationError: there is none, or it cannot be read; names the setting, never the value.
        """

        def secret(name: str) -> str:
            with self._lock:
                return self._secret(settings, name)

        return secret

    def _secret(self, settings: TargetSettings, name: str) -> str:
        place = settings.secrets.get(name)
        where = f"{settings.own.file}: {settings.own.name}.{name}_from"
        if place is None:
            raise ConfigurationError(
                f"{where} is missing: it says where the {name.replace('_', ' ')} of this target is kept, such as "
                f'"keyring:archiver/{settings.name}", "file:{settings.name}.{name}" or "stdin"'
            )
        if (settings.name, name) not in self._known:
            if place.kind == "stdin":
                self._read_lines(settings)
            else:
                self._known[settings.name, name] = self._read(place, where)
        return self._known[settings.name, name]

    def _read(self, place: SecretPlace, where: str) -> str:
        if place.kind == "file" and place.file is not None:
            return secret_of_file(place.file, where)
        try:
            value = secret_of_keyring(place.service, place.user)
        except KeyringUnusableError as error:
            raise ConfigurationError(f"{where}: {error}") from error
        self._warn_of_plain_text(where)
        return checked(value, where, "what the keyring holds there")

    def _read_lines(self, settings: TargetSettings) -> None:
        for name, place in settings.secrets.items():
            if place.kind == "stdin":
                where = f"{settings.own.file}: {settings.own.name}.{name}_from"
                line = self.ask(f"{name.replace('_', ' ').capitalize()} of {settings.name}: ")
                if line is None:
                    raise ConfigurationError(
                        f'{where} is "stdin", and standard input has no line for it: give one line a secret, in the '
                        "order of archiver.toml"
                    )
                self._known[settings.name, name] = checked(line, where, "that line of standard input")

    def _warn_of_plain_text(self, where: str) -> None:
        name = keeps_plain_text()
        if name is None or name in self._told:
            return
        self._told.add(name)
        self.told(
            Finding(
                severity=Severity.WARNING,
                code="keyring-plain-text",
                file=None,
                message=f"{where}: the keyring of this machine ({printable(name)}) keeps secrets as plain text",
                fix='Use a keyring that encrypts (see "keyring diagnose"), or write "file:PATH" for a file that nobody '
                "else may read.",
            )
        )


def secret_of_file(path: Path, where: str) -> str:
    """Return the first line of a file that nobody else may read.

    Args:
        path: the file; a link to one is followed.
        where: the setting that names it, for messages.

    Raises:
        ConfigurationError: it cannot be read, others may read it, or its first line is empty or no text.
    """
    shown = printable(str(path))
    try:
        # never waits: a pipe that nobody writes to would hold the run for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode):
                raise ConfigurationError(f"{where}: {shown} is no file")
            data = file.read(LONGEST + 1)
    except OSError as error:
        raise ConfigurationError(f"{where}: {shown} cannot be read: {error.strerror or error}") from error
    if os.name != "nt" and stat.S_IMODE(mode) & _MAY_OTHERS:  # Windows has no such modes
        raise ConfigurationError(f"{where}: others may read {shown}: chmod 600 it")
    try:
        line = data.decode("utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError:
        line = "\0"  # the error would show the bytes
    return checked(line, where, f"the first line of {shown}")


def checked(value: str, where: str, what: str) -> str:
    """Return a secret that can be sent.

    Raises:
        ConfigurationError: it is empty, too long, or holds characters that no secret has.
    """
    if not value.strip():
        raise ConfigurationError(f"{where}: {what} is empty")
    if len(value) > LONGEST:
        raise ConfigurationError(f"{where}: {what} is longer than {LONGEST:,} characters")
    if not value.isprintable():
        raise ConfigurationError(f"{where}: {what} is no plain text")
    return value
