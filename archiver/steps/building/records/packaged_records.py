"""Writing one record of a package, and keeping what the write saw of it for the records that speak of it."""

from __future__ import annotations

from collections.abc import Iterable

from archiver.model import FileRole, PackagedFile
from archiver.storage.bag_writer import BagWriter


def write_record(
    bag: BagWriter, path: str, role: FileRole, chunks: Iterable[bytes], *, about: str | None = None
) -> PackagedFile:
    """Write one file below ``data/``.

    Args:
        bag: in the making.
        path: from ``data/``.
        role: what it is in the package.
        chunks: its bytes.
        about: packaged path of the document it belongs to, where it is one's own.

    Raises:
        OSError: the disk refused.
    """
    seen = bag.write(path, chunks)
    name = path.rsplit("/", 1)[-1]
    return PackagedFile(
        path=path, role=role, size=seen.size, digests=seen.digests, original_name=name, derived_from=about
    )
