"""What lies in one version folder of an object, and what each file of it must hash to. Reads sidecars alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.standards.ocfl.names import INVENTORY, sidecar
from archiver.standards.ocfl.object_files import SMALL_FILE, read_sidecar
from archiver.storage.stores.reading import joined

if TYPE_CHECKING:
    from archiver.storage.stores.reading import StoredObject
    from archiver.storage.stores.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFile:
    """One file of a version folder, and what it must hash to."""

    path: str
    """From the object's root."""

    algorithm: str
    """hashlib's name."""

    digest: str
    """Lower-case hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFolder:
    """What a set is made over."""

    identifier: str
    version: str
    files: tuple[VersionFile, ...]

    @property
    def content(self) -> str:
        """Name these very files with these very bytes."""
        hasher = hashlib.sha256()
        for file in sorted(self.files, key=lambda file: file.path):
            hasher.update(f"{file.algorithm}:{file.digest} {file.path}\n".encode("utf-8", "surrogatepass"))
        return hasher.hexdigest()


def version_folders(tree: Tree, stored: StoredObject) -> Iterator[VersionFolder]:
    """Give the version folders of an object, first to last, each with its content, inventory and sidecar.

    Args:
        tree: of the store.
        stored: the object; its inventory says what the content hashes to.
    """
    inventory = stored.inventory
    content: dict[str, list[VersionFile]] = {version: [] for version in inventory.versions}
    for digest, paths in inventory.manifest.items():
        for path in paths:
            file = VersionFile(path=path, algorithm=inventory.digest_algorithm, digest=digest)
            content.setdefault(path.partition("/")[0], []).append(file)
    content = {version: content[version] for version in inventory.versions}
    for version, files in content.items():
        sealed = _sealed(tree, stored, version)
        yield VersionFolder(identifier=stored.identifier, version=version, files=(*files, *sealed))


def _sealed(tree: Tree, stored: StoredObject, version: str) -> Iterator[VersionFile]:
    """Give a version's own inventory and its sidecar, where it has them (OCFL 1.1 section 3.7: it should)."""
    folder = joined(stored.path, version)
    names = {entry.name for entry in tree.entries(folder) if entry.kind == "file"}
    # OCFL 1.1 section 3.5.1: versions before the head may have used another algorithm.
    for algorithm in ("sha512", "sha256"):
        name = sidecar(algorithm)
        if INVENTORY not in names or name not in names:
            continue
        content = tree.read(f"{folder}/{name}", SMALL_FILE)
        digest = read_sidecar(content)
        # What no digest is known of is not protected; a check of the package tells what is wrong with it.
        if digest is not None:
            digest = stored.inventory_digest if version == stored.inventory.head else digest
            yield VersionFile(path=f"{version}/{INVENTORY}", algorithm=algorithm, digest=digest)
            own = hashlib.sha512(content).hexdigest()
            yield VersionFile(path=f"{version}/{name}", algorithm="sha512", digest=own)
