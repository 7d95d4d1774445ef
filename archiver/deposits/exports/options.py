"""The keys that exports have in a target's table, read and judged."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.config.tables import Table


def home_of(own: Table) -> Path:
    """Return the folder that is exported to, absolute; written from the folder of ``archiver.toml``.

    Raises:
        ConfigurationError: none is named.
    """
    if "path" not in own:
        raise own.fault("path", "is missing: it names the folder that packages are exported to")
    base = Path(os.path.abspath(own.file)).parent  # noqa: PTH100 - a link stays a link
    return Path(os.path.abspath(base / Path(own.text("path")).expanduser()))  # noqa: PTH100 - as above


def choice(own: Table, key: str, words: tuple[str, ...]) -> str:
    """Return one of some words; the first where the key is missing.

    Raises:
        ConfigurationError: it is another.
    """
    word = own.text(key) if key in own else words[0]
    if word not in words:
        raise own.fault(key, f"must be one of: {', '.join(words)}")
    return word


def line(own: Table, key: str, usual: str) -> str:
    """Return one line of text without tabs.

    Raises:
        ConfigurationError: it is something else.
    """
    return own.text(key) if key in own else usual


def lines(own: Table, key: str) -> tuple[str, ...]:
    """Return a list of names; empty where the key is missing.

    Raises:
        ConfigurationError: it is something else.
    """
    return own.texts(key) if key in own else ()
