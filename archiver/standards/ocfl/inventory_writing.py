"""An inventory as its JSON text: the same values give the same bytes, one line a digest, so that people can read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from archiver.standards.ocfl.inventory import INVENTORY_TYPES, Inventory, Version

_text = json.JSONEncoder(ensure_ascii=False).encode


def inventory_bytes(inventory: Inventory) -> bytes:
    """Write an inventory (OCFL 1.1 section 3.5).

    Args:
        inventory: whose paths and identifiers can be written as UTF-8.

    Returns:
        JSON in UTF-8: keys in the order of the specification, digests and paths in byte order, versions as they come.

    Raises:
        UnicodeEncodeError: a path or an identifier is no text.
    """
    fields = [
        ("id", _text(inventory.identifier)),
        ("type", _text(INVENTORY_TYPES[inventory.ocfl_version])),
        ("digestAlgorithm", _text(inventory.digest_algorithm)),
        ("head", _text(inventory.head)),
    ]
    if inventory.content_directory != "content":
        fields.append(("contentDirectory", _text(inventory.content_directory)))
    fields.append(("manifest", _digests(inventory.manifest, 1)))
    versions = [(name, _version(version)) for name, version in inventory.versions.items()]
    fields.append(("versions", _block(versions, 1)))
    if inventory.fixity:
        blocks = [(name, _digests(digests, 2)) for name, digests in sorted(inventory.fixity.items())]
        fields.append(("fixity", _block(blocks, 1)))
    return (_block(fields, 0) + "\n").encode()


def _version(version: Version) -> str:
    fields = [("created", _text(version.created)), ("state", _digests(version.state, 3))]
    if version.message is not None:
        fields.append(("message", _text(version.message)))
    if version.user is not None:
        user = {"name": version.user.name}
        if version.user.address is not None:
            user["address"] = version.user.address
        fields.append(("user", _text(user)))
    return _block(fields, 2)


def _digests(digests: Mapping[str, tuple[str, ...]], depth: int) -> str:
    return _block([(digest, _text(sorted(paths))) for digest, paths in sorted(digests.items())], depth)


def _block(fields: list[tuple[str, str]], depth: int) -> str:
    """Write an object whose values are written already, one member a line."""
    if not fields:
        return "{}"
    return "{\n" + ",\n".join(_lines(fields, depth + 1)) + f"\n{' ' * depth}}}"


def _lines(fields: list[tuple[str, str]], depth: int) -> Iterator[str]:
    indent = " " * depth
    for name, value in fields:
        yield f"{indent}{_text(name)}: {value}"
