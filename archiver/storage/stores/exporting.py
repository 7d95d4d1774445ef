"""One version of an object as a folder of files again, each compared with the inventory while it is copied.

Reads the store through its tree, wherever that is, and writes into a staging folder alone; publishes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from archiver.model import Finding
from archiver.standards.names import printable
from archiver.standards.ocfl.findings import objects as kinds
from archiver.storage.checksums import Checksums
from archiver.storage.durable import fsync_folders, write_all
from archiver.storage.extraction import CopyFailedError
from archiver.storage.hashing import CHUNK, Hashing
from archiver.storage.source_files import Progress
from archiver.storage.stores.file_batch import FileBatch
from archiver.storage.stores.reading import StoredObject, StoreReader, joined, logical_files
from archiver.storage.stores.tree import Tree


def export_version(
    reader: StoreReader, stored: StoredObject, version: str, folder: Path, progress: Progress
) -> Iterator[Finding]:
    """Copy every file of one version's state.

    Args:
        reader: of the store.
        stored: the object.
        version: such as ``v1``; the object has it.
        folder: empty, and nobody else's; durable when all findings were taken and there are none.
        progress: told of bytes read from the store and back from the copy.

    Yields:
        A finding for each file that is missing, damaged or unreadable; the rest is copied all the same.

    Raises:
        CopyFailedError: the folder's disk refused.
        NotReadBackError: a copy is not what was written.
    """
    algorithm = stored.inventory.digest_algorithm
    files = logical_files(stored, version)
    with FileBatch(folder, progress) as batch:
        for logical, (content, digest) in files.items():
            try:
                actual = _copy(reader.tree, joined(stored.path, content), batch, logical, (algorithm,), progress)
            except FileNotFoundError:
                yield kinds.file_missing(printable(content), f"{printable(content)} is not there (OCFL E092).")
                continue
            except OSError as error:
                why = error.strerror or str(error)
                yield kinds.unreadable(printable(content), f"{printable(content)} cannot be read: {why}.")
                continue
            if actual != digest:
                message = f"{printable(content)} is not what the inventory says: {algorithm} {actual}, not {digest}"
                yield kinds.file_damaged(printable(content), f"{message} (OCFL E092).")
        try:
            batch.flush()
            if "bagit.txt" in files and not any(path.startswith("data/") for path in files):
                (folder / "data").mkdir()  # RFC 8493 section 2.1.2: an empty payload; OCFL keeps no folders
            fsync_folders(folder)
        except OSError as error:
            raise CopyFailedError(error) from error


def _copy(tree: Tree, source: str, batch: FileBatch, path: str, algorithms: tuple[str, ...], progress: Progress) -> str:
    with tree.open(source) as file:
        try:
            copy = batch.create(path)
        except OSError as error:
            raise CopyFailedError(error) from error
        sums, taken = Checksums(), False
        try:
            with Hashing(algorithms) as hashing:
                while data := file.read(CHUNK):
                    sums.add(data)
                    hashing.update(data)
                    _write(copy, data)
                    progress(len(data))
                (digest,) = hashing.digests().values()
            taken = True
            _hand_over(batch, path, copy, sums, hashing.size)
        finally:
            if not taken:
                os.close(copy)
    return digest.hex()


def _write(copy: int, data: bytes) -> None:
    try:
        write_all(copy, data)
    except OSError as error:
        raise CopyFailedError(error) from error


def _hand_over(batch: FileBatch, path: str, copy: int, sums: Checksums, size: int) -> None:
    try:
        batch.add(path, copy, sums, size)
    except OSError as error:
        raise CopyFailedError(error) from error
