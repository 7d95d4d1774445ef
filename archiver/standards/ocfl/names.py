"""Names and small files that every OCFL object and storage root has (OCFL 1.1 sections 3.2, 3.5 and 4.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from archiver.standards.ocfl.inventory import DECLARATION, ROOT_DECLARATION
from archiver.standards.ocfl.layouts import Layout

INVENTORY = "inventory.json"

LAYOUT_FILE = "ocfl_layout.json"

EXTENSIONS = "extensions"


def declaration(name: str) -> bytes:
    """Return the content of a declaration: its name without ``0=``, and a line feed (OCFL 1.1 section 3.2)."""
    return f"{name.removeprefix('0=')}\n".encode()


def object_declaration(ocfl_version: str) -> str:
    """Return the name of an object's declaration: ``0=ocfl_object_1.1``."""
    return DECLARATION + ocfl_version


def root_declaration(ocfl_version: str) -> str:
    """Return the name of a storage root's declaration: ``0=ocfl_1.1``."""
    return ROOT_DECLARATION + ocfl_version


def sidecar(algorithm: str) -> str:
    """Return the name of the file that holds an inventory's digest (OCFL 1.1 section 3.7)."""
    return f"{INVENTORY}.{algorithm}"


def sidecar_content(digest: str) -> bytes:
    """Return the content of a sidecar.

    Args:
        digest: of the inventory, hexadecimal.
    """
    return f"{digest} {INVENTORY}\n".encode()


def root_files(layout: Layout, ocfl_version: str = "1.1") -> dict[str, bytes]:
    """Return the files of a new storage root: path -> content (OCFL 1.1 section 4.1)."""
    name = root_declaration(ocfl_version)
    files = {
        name: declaration(name),
        LAYOUT_FILE: _json({"extension": layout.extension, "description": layout.description}),
    }
    if layout.parameters:  # an extension without any has no config.json
        settings = {"extensionName": layout.extension, **layout.parameters}
        files[f"{EXTENSIONS}/{layout.extension}/config.json"] = _json(settings)
    return files


def _json(value: Mapping[str, object]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
