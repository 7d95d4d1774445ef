"""The show step of ``archiver store``: one object's versions, and the files of one of them. Reads no content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archiver.errors import UsageError
from archiver.standards.names import printable
from archiver.standards.ocfl.inventory import Version
from archiver.steps.stores.looking_up import FoundObject
from archiver.storage.stores.reading import StoredObject, logical_files


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """One file of a version."""

    path: str
    """Logical."""

    content_path: str
    bytes: int | None
    """None where the file is not there."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownObject:
    """One object, and the state of one of its versions."""

    stored: StoredObject
    version: str
    files: tuple[ShownFile, ...]


def show_object(found: FoundObject, version: str | None = None) -> ShownObject:
    """Return what is to be shown.

    Args:
        found: the object.
        version: whose files; None: the newest.

    Raises:
        UsageError: it has no such version.
        OSError: its content cannot be listed.
    """
    stored = found.stored
    name = check_version(stored, version or stored.inventory.head)
    sizes = found.reader.content_sizes(stored)
    return ShownObject(stored=stored, version=name, files=tuple(_files(stored, name, sizes)))


def check_version(stored: StoredObject, name: str) -> str:
    """Return a version's name if the object has it; ``3`` stands for ``v3``.

    Raises:
        UsageError: it has none of this name.
    """
    versions = stored.inventory.versions
    for candidate in (name, f"v{name}"):
        if candidate in versions:
            return candidate
    raise UsageError(
        f"{printable(stored.identifier)} has no version {printable(name)}: it has {', '.join(list(versions)[:20])}"
    )


def shown_json(shown: ShownObject) -> dict[str, object]:
    """Return the object in the shape of one JSON line."""
    stored = shown.stored
    inventory = stored.inventory
    return {
        "identifier": stored.identifier,
        "path": printable(stored.path),
        "ocfl_version": stored.ocfl_version,
        "digest_algorithm": inventory.digest_algorithm,
        "inventory_digest": stored.inventory_digest,
        "head": inventory.head,
        "versions": [_version_json(name, version) for name, version in inventory.versions.items()],
        "version": shown.version,
        "files": [
            {"path": file.path, "content_path": file.content_path, "bytes": file.bytes, "digest": file.digest}
            for file in shown.files
        ],
    }


def _version_json(name: str, version: Version) -> dict[str, object]:
    return {
        "version": name,
        "created": version.created,
        "message": version.message,
        "user_name": version.user.name if version.user else None,
        "user_address": version.user.address if version.user else None,
        "files": sum(len(paths) for paths in version.state.values()),
    }


def _files(stored: StoredObject, version: str, sizes: Mapping[str, int]) -> list[ShownFile]:
    return [
        ShownFile(path=path, content_path=content, bytes=sizes.get(content), digest=digest)
        for path, (content, digest) in logical_files(stored, version).items()
    ]
