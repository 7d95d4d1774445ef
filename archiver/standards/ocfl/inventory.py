"""The values of an OCFL inventory (OCFL 1.1, section 3.5): what an object holds, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

INVENTORY_TYPES = {
    "1.0": "https://ocfl.io/1.0/spec/#inventory",
    "1.1": "https://ocfl.io/1.1/spec/#inventory",
}
"""Version of OCFL -> ``type`` of an inventory."""

DECLARATION = "0=ocfl_object_"
"""How the name of an object's declaration begins; the version of OCFL follows (section 3.2)."""

ROOT_DECLARATION = "0=ocfl_"
"""How the name of a storage root's declaration begins (section 4.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who made a version (section 3.5.3.1)."""

    name: str
    address: str | None = None
    """A URI: ``mailto:`` or of the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an object: its logical state and how it came about (section 3.5.3.1)."""

    created: str
    """RFC 3339, with its zone."""

    state: Mapping[str, tuple[str, ...]]
    """Digest -> logical paths that hold these bytes; the digest as written in the inventory's ``state``."""

    message: str | None = None
    user: User | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """One inventory, as an object's root or one of its versions has it."""

    identifier: str
    ocfl_version: str = "1.1"
    """Named by ``type``: a key of :data:`INVENTORY_TYPES`."""

    digest_algorithm: str
    """``sha512`` or ``sha256``."""

    head: str
    """Such as ``v3``."""

    content_directory: str = "content"
    manifest: Mapping[str, tuple[str, ...]]
    """Digest, in lower case -> content paths from the object's root."""

    versions: Mapping[str, Version]
    """Such as ``v1`` -> version, first to last."""

    fixity: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Algorithm -> digest -> content paths: further digests (section 3.5.4)."""
