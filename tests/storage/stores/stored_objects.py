"""Small stores for tests, written byte by byte from the standard: objects of some versions with made-up content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from archiver.standards.ocfl.inventory import Inventory, Version
from archiver.standards.ocfl.inventory_writing import inventory_bytes
from archiver.standards.ocfl.names import declaration, sidecar_content

CREATED = "2026-01-02T03:04:05Z"


def make_root(root: Path) -> Path:
    """Make an empty storage root, of no layout that is stated."""
    root.mkdir(parents=True)
    name = "0=ocfl_1.1"
    (root / name).write_bytes(declaration(name))
    return root


def make_object(
    folder: Path,
    identifier: str,
    states: Sequence[Mapping[str, bytes]],
    *,
    algorithm: str = "sha512",
    fixity: str | None = None,
) -> Inventory:
    """Write an object; each state is the whole of one version, logical path -> content.

    Args:
        folder: does not exist yet.
        identifier: of the object.
        states: of its versions, first to last.
        algorithm: of the inventory.
        fixity: a further algorithm, for the fixity block.
    """
    folder.mkdir(parents=True)
    name = "0=ocfl_object_1.1"
    (folder / name).write_bytes(declaration(name))
    manifest: dict[str, tuple[str, ...]] = {}
    more: dict[str, tuple[str, ...]] = {}
    versions: dict[str, Version] = {}
    inventory = None
    for number, state in enumerate(states, 1):
        head = f"v{number}"
        (folder / head).mkdir()
        logical: dict[str, tuple[str, ...]] = {}
        for path, content in state.items():
            digest = hashlib.new(algorithm, content).hexdigest()
            logical[digest] = (*logical.get(digest, ()), path)
            if digest not in manifest:
                place = f"{head}/content/{path}"
                manifest[digest] = (place,)
                (folder / place).parent.mkdir(parents=True, exist_ok=True)
                (folder / place).write_bytes(content)
                if fixity:
                    further = hashlib.new(fixity, content).hexdigest()
                    more[further] = (*more.get(further, ()), place)
        versions[head] = Version(created=CREATED, state=logical)
        inventory = Inventory(
            identifier=identifier,
            digest_algorithm=algorithm,
            head=head,
            manifest=dict(manifest),
            versions=dict(versions),
            fixity={fixity: dict(more)} if fixity else {},
        )
        seal(folder / head, inventory)
    if inventory is None:
        raise ValueError("an object has at least one version")
    seal(folder, inventory)
    return inventory


def seal(folder: Path, inventory: Inventory) -> None:
    """Write an inventory and its sidecar into a folder, over those that are there."""
    data = inventory_bytes(inventory)
    digest = hashlib.new(inventory.digest_algorithm, data).hexdigest()
    (folder / "inventory.json").write_bytes(data)
    (folder / f"inventory.json.{inventory.digest_algorithm}").write_bytes(sidecar_content(digest))
