"""``[store]``: where packages are kept for good, and how the store is laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.config.tables import Table

STORE_KEYS = ("path", "records", "layout", "layout_parameters", "reflink", "user_name", "user_address")

DEFAULT_STORE = "store"
"""Used where no store is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """What an archive says of its store."""

    path: str = DEFAULT_STORE
    """A folder, or a URL."""

    records: Path | None = None
    """Folder of its records; None: beside the store."""

    layout: str | None = None
    """Of a new store; None: the usual one."""

    layout_parameters: Mapping[str, object] = field(default_factory=dict)
    reflink: bool = False
    """Whether files may share their blocks with the package they come from, where the file system can."""

    user_name: str | None = None
    """Who adds packages, as each version's inventory says it; None: the archive's contact."""

    user_address: str | None = None


def store_settings(store: Table) -> StoreSettings:
    """Return what the table says.

    Raises:
        ConfigurationError: a value is unusable.
    """
    parameters = store.values.get("layout_parameters", {})
    if not isinstance(parameters, dict):
        raise store.fault("layout_parameters", "must be a table, such as { tupleSize = 2, numberOfTuples = 4 }")
    address = _text(store, "user_address")
    if address is not None and ":" not in address:
        raise store.fault("user_address", 'must be a URI, such as "mailto:jane@example.org"')
    path = _text(store, "path") or DEFAULT_STORE
    return StoreSettings(
        path=path if "://" in path else str(_beside(store, path)),
        records=_beside(store, store.text("records")) if "records" in store else None,
        layout=_text(store, "layout"),
        layout_parameters=parameters,
        reflink="reflink" in store and store.yes_or_no("reflink"),
        user_name=_text(store, "user_name"),
        user_address=address,
    )


def _text(store: Table, key: str) -> str | None:
    return store.text(key) if key in store else None


def _beside(store: Table, path: str) -> Path:
    """Return a path that is written from the folder of ``archiver.toml``."""
    return Path(store.file).parent / path
