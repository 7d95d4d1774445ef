"""``[archive]``: who the archive is."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archiver.config.tables import Table

ARCHIVE_KEYS = ("name", "address", "contact_name", "contact_email", "namespace", "url", "ror")

_ADDRESSES = {"url": r"https?://[^\s<>\"{}|\\^`]+", "ror": r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}"}
_ADDRESS_WORDS = {"url": "https://...", "ror": "https://ror.org/ and nine letters and digits"}


def archive_values(archive: Table) -> dict[str, Any]:
    """Return the fields of the configuration that the table gives.

    Raises:
        ConfigurationError: a value is unusable.
    """
    keys = ("name", "address", "contact_name", "contact_email", *_ADDRESSES)
    values: dict[str, Any] = {key: archive.text(key) for key in keys if key in archive}
    for key, form in _ADDRESSES.items():
        if key in values and not re.fullmatch(form, values[key]):
            raise archive.fault(key, f"must be the whole address: {_ADDRESS_WORDS[key]}")
    if "namespace" in archive:
        values["namespace"] = _namespace(archive)
    return values


def _namespace(archive: Table) -> uuid.UUID:
    try:
        return uuid.UUID(archive.text("namespace").removeprefix("urn:uuid:"))
    except ValueError as error:
        raise archive.fault("namespace", "must be a UUID; `archiver init` makes one in a new folder") from error
