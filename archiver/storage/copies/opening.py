"""A place that a user names, as a place with copies: a store, a bag, or any folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.standards.names import printable
from archiver.storage.archives.opening import is_archive
from archiver.storage.copies.bagged import BaggedCopies
from archiver.storage.copies.loose import LooseCopies
from archiver.storage.copies.stored import StoredCopies
from archiver.storage.stores.place import is_remote
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.config.remotes import Remote
    from archiver.storage.copies.contract import Copies


def open_copies(location: str, identifier: str | None, remotes: Sequence[Remote] = ()) -> Copies:
    """Open a place.

    Args:
        location: a store's root, a bag's folder or archive, any folder; or a URL of a store or folder elsewhere.
        identifier: of the package; None where it has none, so that no store can be asked.
        remotes: what the configuration says of object stores.

    Raises:
        UsageError: there is nothing, or what is there cannot be asked.
        MissingProgramError: the package that reads such a location is not installed.
    """
    local = None if is_remote(location) else Path(location)
    if local is not None and (is_archive(local) or (local / "bagit.txt").is_file()):
        return BaggedCopies(local)
    tree = open_tree(location, remotes)
    if tree.reachable():
        if identifier is None:
            raise UsageError(
                f"{printable(location)} is a store, and the package has no identifier to look for in it: export what "
                "you mean from it, and name the folder"
            )
        return StoredCopies(tree, identifier)
    try:
        tree.entries("")
    except OSError as error:
        raise UsageError(
            f"{printable(location)} cannot be read: {error.strerror or error}; --from takes a store, a bag or a folder"
        ) from error
    return LooseCopies(tree)
