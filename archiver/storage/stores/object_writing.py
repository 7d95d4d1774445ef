"""The next version of an object: its inventory, and the staged folder that holds it with all versions before.

Copies no content of the new version: that lies in the staged folder already. Publishes nothing.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archiver.standards.ocfl.inventory import Inventory, Version
from archiver.standards.ocfl.inventory_writing import inventory_bytes
from archiver.standards.ocfl.names import INVENTORY, declaration, object_declaration, sidecar, sidecar_content
from archiver.standards.ocfl.version_names import version_name, version_number, version_width
from archiver.storage.checksums import Checksums
from archiver.storage.durable import fsync_folders, write_all
from archiver.storage.hashing import CHUNK
from archiver.storage.stores.file_batch import FileBatch
from archiver.storage.stores.reading import StoredObject

_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EACCES})
"""What a file system says that has no hard links, or no more of them for this file."""


class StrangeEntryError(Exception):
    """The earlier object holds a link or a special file, ``path`` from its root; such are not carried on."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVersion:
    """What a new version is made of."""

    identifier: str
    ocfl_version: str
    """Of a new object; an earlier one keeps its own."""

    algorithm: str
    """``sha512`` or ``sha256``; of an earlier object its own."""

    version: Version
    content: Mapping[str, str]
    """Digest -> logical path whose copy lies in the new version's content: of all that the object did not hold."""

    earlier: StoredObject | None
    """None: a new object."""


def next_name(earlier: StoredObject | None) -> str:
    """Return the name of the version after the last one.

    Raises:
        ValueError: no number is left that could be written as the ones before.
    """
    if earlier is None:
        return "v1"
    head = earlier.inventory.head
    return version_name((version_number(head) or 0) + 1, version_width(head))


def next_inventory(new: NextVersion) -> Inventory:
    """Return the inventory of an object with its new version (OCFL 1.1 section 3.5)."""
    name = next_name(new.earlier)
    inventory = _inventory_so_far(new)
    added = {digest: (f"{name}/{inventory.content_directory}/{path}",) for digest, path in new.content.items()}
    return replace(
        inventory,
        head=name,
        manifest={**inventory.manifest, **added},
        versions={**inventory.versions, name: new.version},
    )


def version_holding(earlier: StoredObject, state: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the last version whose state is just this one; None where there is none.

    Args:
        earlier: the object.
        state: digest in lower case -> logical paths, sorted.
    """
    for name, version in reversed(list(earlier.inventory.versions.items())):
        if len(version.state) == len(state) and all(
            state.get(digest.lower()) == tuple(sorted(paths)) for digest, paths in version.state.items()
        ):
            return name
    return None


def write_object(folder: Path, inventory: Inventory, files: FileBatch) -> str:
    """Write the declaration, the inventories and their sidecars of a staged object.

    Args:
        folder: the object's; ``files`` works in it.
        inventory: of it.
        files: takes what is written, and is flushed.

    Returns:
        The inventory's digest, in hexadecimal.

    Raises:
        NotReadBackError: a file is not what was written.
        OSError: the disk refused.
    """
    data = inventory_bytes(inventory)
    digest = hashlib.new(inventory.digest_algorithm, data).hexdigest()
    name = object_declaration(inventory.ocfl_version)
    if not os.path.lexists(folder / name):  # an earlier version has brought it
        files.write(name, declaration(name))
    for prefix in ("", f"{inventory.head}/"):
        # OCFL 1.1 section 3.8: each version's folder should hold the inventory as it was then
        files.write(prefix + INVENTORY, data)
        files.write(prefix + sidecar(inventory.digest_algorithm), sidecar_content(digest))
    files.flush()
    fsync_folders(folder)
    return digest


def carry_on(earlier: Path, folder: Path, algorithm: str, files: FileBatch) -> None:
    """Give a staged object all that the earlier one holds, but for its root inventory: linked, else copied.

    Args:
        earlier: the object's folder in the store.
        folder: the staged object's, on the same file system.
        algorithm: of its inventory.
        files: works in ``folder``; takes what cannot be linked, and is to be flushed.

    Raises:
        NotReadBackError: a copy is not what was written.
        StrangeEntryError: it holds something that is neither file nor folder.
        OSError: the disk refused.
    """
    left_out = {INVENTORY, sidecar(algorithm)}
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(earlier / below) as entries:
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                if entry.is_dir(follow_symlinks=False):
                    (folder / path).mkdir()
                    waiting.append(path)
                elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                    raise StrangeEntryError(path)
                elif path not in left_out and not _linked(entry.path, folder / path):
                    _copy(entry.path, path, files)


def _inventory_so_far(new: NextVersion) -> Inventory:
    if new.earlier is not None:
        return new.earlier.inventory
    return Inventory(
        identifier=new.identifier,
        ocfl_version=new.ocfl_version,
        digest_algorithm=new.algorithm,
        head="",
        manifest={},
        versions={},
    )


def _linked(file: str, target: Path) -> bool:
    try:
        os.link(file, target, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


def _copy(source: str, path: str, files: FileBatch) -> None:
    """Copy a file as it is; whether that is what the inventory says is for audits, as it is of a linked one."""
    copy, sums, size = files.create(path), Checksums(), 0
    taken = False
    try:
        with open(source, "rb", buffering=0) as file:  # noqa: PTH123 - a name on disk, not a Path
            while data := file.read(CHUNK):
                write_all(copy, data)
                sums.add(data)
                size += len(data)
        taken = True
        files.add(path, copy, sums, size)
    finally:
        if not taken:
            os.close(copy)
