"""``[catalogue]``: the database that knows what stores hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.config.tables import Table

CATALOGUE_KEYS = ("url",)


def catalogue_url(catalogue: Table) -> str | None:
    """Return where the catalogue of all stores is; None: each store has its own.

    Returns:
        A URL, or the path of an SQLite file, written from the folder of ``archiver.toml``.

    Raises:
        ConfigurationError: the value is no text.
    """
    if "url" not in catalogue:
        return None
    url = catalogue.text("url")
    return url if "://" in url else str(Path(catalogue.file).parent / url)
