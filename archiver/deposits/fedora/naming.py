"""What a package and its file are called at a Fedora repository: in characters that mean nothing to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.model.deposits import Parcel

_LONGEST = 100
"""Characters that are taken from an identifier or a name."""


def container_name(parcel: Parcel) -> str:
    """Return the name of a package's container: of its identifier and the digest of its content."""
    return f"{_plain(parcel.identifier)}.{parcel.package_digest[:32]}"


def file_name(path: str) -> str:
    """Return the name of a file in it; the bag's name, as far as it is plain."""
    stem, _, suffix = path.rpartition("/")[2].rpartition(".")
    return f"{_plain(stem)}.{_plain(suffix)}"


def _plain(text: str) -> str:
    plain = re.sub("[^A-Za-z0-9-]+", "-", text)[:_LONGEST].strip("-")
    # ``fcr:`` and ``fcr-`` begin Fedora's own names.
    return f"package-{plain}".rstrip("-") if not plain or plain.lower().startswith("fcr") else plain
