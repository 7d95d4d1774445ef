"""What the inventories of an object state of its content files, digest by digest, and whether that is so.

Gathers from several inventories; two that contradict each other are told where they are compared. Digests nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archiver.standards.ocfl.findings import objects as kinds
from archiver.standards.ocfl.inventory import Inventory
from archiver.standards.ocfl.names import INVENTORY
from archiver.standards.ocfl.reading.rule_report import Kind, RuleReport, shown
from archiver.storage.hashing import new_hasher
from archiver.storage.stores.reading import joined

_HASHLIB = {
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "sha512": "sha512",
    "blake2b-512": "blake2b",
}
"""Digests of OCFL 1.1 section 3.4, all of which a client must know (E027; others may be left, E028) -> hashlib's."""


class Stated:
    """Of one object. Each algorithm has a table for manifests and one for fixity blocks, with the first digest seen."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._manifests: dict[str, dict[str, str]] = {}
        self._fixity: dict[str, dict[str, str]] = {}
        self._sizes: dict[str, str] = {}

    def add(self, inventory: Inventory, version: str | None, report: RuleReport) -> None:
        """Take in one inventory.

        Args:
            inventory: which can be relied on.
            version: whose folder it lies in; None for the object's own, which comes first.
            report: takes contradictions of fixity blocks; those of manifests are told with the history.
        """
        table = self._manifests.setdefault(inventory.digest_algorithm, {})
        for digest, paths in inventory.manifest.items():
            for path in paths:
                table.setdefault(path, digest)
        for algorithm, digests in inventory.fixity.items():
            if algorithm == "size":
                table = self._sizes
            elif algorithm in _HASHLIB:
                table = self._fixity.setdefault(algorithm, {})
            else:
                continue
            for digest, paths in digests.items():
                for path in paths:
                    if table.setdefault(path, digest) != digest:
                        file = joined(version or "", INVENTORY)
                        message = f"The fixity block states another {algorithm} of {shown(path)} than a newer inventory"
                        report.note(kinds.fixity_mismatch, "E093", message, file)

    def paths(self) -> dict[str, None]:
        """Return every content path that a manifest names, in the order they were taken in."""
        return {path: None for table in self._manifests.values() for path in table}

    def in_fixity(self, path: str) -> bool:
        """Tell whether a fixity block speaks of a content path."""
        return any(path in table for table in self._fixity.values()) or path in self._sizes

    def groups(self, files: Mapping[str, int]) -> dict[tuple[str, ...], list[str]]:
        """Sort files by what has to be known of them.

        Args:
            files: content path -> bytes, of those that are there.

        Returns:
            OCFL's names of algorithms -> content paths; without files that no manifest names.
        """
        tables = {**self._fixity, **self._manifests}
        groups: dict[tuple[str, ...], list[str]] = {}
        names = sorted(tables)
        for path in files:
            wanted = tuple(
                name for name in names if path in self._manifests.get(name, ()) or path in self._fixity.get(name, ())
            )
            if wanted:
                groups.setdefault(wanted, []).append(path)
        return groups

    def faults(
        self, path: str, octets: int, algorithms: tuple[str, ...], digests: bytes
    ) -> Iterator[tuple[Kind, str, str]]:
        """Hold a file against what is stated of it.

        Args:
            path: of the file.
            octets: how many it has.
            algorithms: as :meth:`groups` names them.
            digests: one behind the other.

        Yields:
            What is wrong: kind of finding, rule and message.
        """
        for algorithm, actual in split(algorithms, digests):
            stated = self._manifests.get(algorithm, {}).get(path, actual)
            if stated != actual:
                was, now = f"its {algorithm} was {stated[:16]}...", f"is {actual[:16]}..."
                yield kinds.file_damaged, "E092", f"{shown(path)} is not what it was: {was}, and {now}"
            stated = self._fixity.get(algorithm, {}).get(path, actual)
            if stated != actual:
                was = f"{algorithm} {stated[:16]}..., and it is {actual[:16]}..."
                yield kinds.fixity_mismatch, "E093", f"{shown(path)} is not what the fixity block says: {was}"
        if (size := self._sizes.get(path)) is not None and size != str(octets):  # registered extension 0009
            message = f"{shown(path)} has {octets:,} bytes, and the fixity block says {size}"
            yield kinds.fixity_mismatch, "E093", message


def hash_names(algorithms: tuple[str, ...]) -> tuple[str, ...]:
    """Return hashlib's names of algorithms."""
    return tuple(_HASHLIB[name] for name in algorithms)


def width(algorithms: tuple[str, ...]) -> int:
    """Return the bytes of one file's digests."""
    return sum(new_hasher(name)().digest_size for name in hash_names(algorithms))


def split(algorithms: tuple[str, ...], digests: bytes) -> Iterator[tuple[str, str]]:
    """Give each algorithm with its digest, hexadecimal."""
    start = 0
    for algorithm in algorithms:
        size = new_hasher(_HASHLIB[algorithm])().digest_size
        yield algorithm, digests[start : start + size].hex()
        start += size
