"""One bag opened for reading, as a value to ask: what it says of itself, what it holds, whether it is valid.

A folder or an archive, read in place; writes nothing, follows no link, and never leaves out what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from archiver.errors import FindingsError
from archiver.model import BagVerdict, Finding, VerifyLevel
from archiver.standards.bagit import PAYLOAD_PREFIX, FetchEntry
from archiver.storage.archives.limits import RefusedArchiveError
from archiver.storage.bag_checks.container import BagContainer, Progress
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.bag_checks.report import Report
from archiver.storage.bag_checks.tag_files import open_bag
from archiver.storage.bag_reader import opened_container, verify_bag


class Bag:
    """A bag of any BagIt version from 0.93 to 1.0 (RFC 8493); a context manager that closes what it holds open.

    Opening reads the tag files alone; payload bytes are read by :meth:`read` and :meth:`verify`. What the tag files
    have wrong is in :attr:`findings`, and does not keep the rest from being read.
    """

    def __init__(self, path: Path, opened: OpenBag, resources: ExitStack) -> None:
        """Take an opened bag over; use :meth:`open`."""
        self._path = path
        self._bag = opened
        self._resources = resources

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Open a bag and read its tag files.

        Args:
            path: the bag's folder, or an archive with the bag in it, as for :func:`verify_bag`.

        Raises:
            FindingsError: it cannot be opened, holds no bagit.txt, or is an archive that asks for too much; why is in
                ``findings``.
        """
        place = Path(path)
        with ExitStack() as stack:
            try:
                container, _ = stack.enter_context(opened_container(place, "full", None))
                if container.has("bagit.txt"):
                    return cls(place, _read(container), stack.pop_all())
            except (OSError, RefusedArchiveError):
                pass
        raise FindingsError(verify_bag(place, "complete").findings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the bag; asking it for bytes raises afterwards. Closing twice does no harm."""
        self._resources.close()

    @property
    def path(self) -> Path:
        """The folder or the archive, as given."""
        return self._path

    @property
    def version(self) -> str | None:
        """The BagIt version as ``bagit.txt`` writes it (RFC 8493 section 2.1.1); None when it cannot be read."""
        return self._bag.declaration.version

    @property
    def encoding(self) -> str:
        """Python's name of the encoding of the tag files (RFC 8493 section 2.1.1)."""
        return self._bag.declaration.encoding

    @property
    def info(self) -> tuple[tuple[str, str], ...]:
        """(label, value) of ``bag-info.txt`` in file order, repeats kept (RFC 8493 section 2.2.2)."""
        return self._bag.info.fields if self._bag.info else ()

    def info_values(self, label: str) -> tuple[str, ...]:
        """Return every value of a label, in file order; labels are case-insensitive (RFC 8493 section 2.2.2)."""
        return self._bag.info.values(label) if self._bag.info else ()

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Of the payload manifests, as their file names spell them, sorted (RFC 8493 section 2.4)."""
        return tuple(sorted(manifest.algorithm for manifest in self._bag.group(payload=True)))

    def manifest(self, algorithm: str) -> Mapping[str, str]:
        """Return one payload manifest: path from the bag's root, decoded -> digest, lower-case hexadecimal.

        Args:
            algorithm: as in :attr:`algorithms` (RFC 8493 section 2.1.3).

        Raises:
            KeyError: the bag has no such manifest.
        """
        return self._entries(algorithm, payload=True)

    def tag_manifest(self, algorithm: str) -> Mapping[str, str]:
        """Return one tag manifest, as for :meth:`manifest` (RFC 8493 section 2.2.1).

        Raises:
            KeyError: the bag has no such tag manifest.
        """
        return self._entries(algorithm, payload=False)

    @property
    def fetch(self) -> tuple[FetchEntry, ...]:
        """The lines of ``fetch.txt`` (RFC 8493 section 2.2.3), whether or not their files are there by now."""
        return tuple(self._bag.fetch.values())

    @property
    def files(self) -> Mapping[str, int]:
        """Every regular file of the bag: path from its root -> bytes, sorted; bytes no UTF-8 are surrogate escapes."""
        return MappingProxyType(dict(self._bag.listing.files))

    @property
    def payload(self) -> Mapping[str, int]:
        """The files below ``data/``, as in :attr:`files`."""
        files = self._bag.listing.files
        return {path: size for path, size in files.items() if path.startswith(PAYLOAD_PREFIX)}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found wrong while opening: in tag files, links, special files. :meth:`verify` finds the rest."""
        return self._bag.report.findings()

    def read(self, path: str) -> Iterator[bytes]:
        """Give the bytes of one file of :attr:`files`, piece by piece, unverified.

        Raises:
            KeyError: the bag has no such file.
            OSError: it cannot be read.
        """
        if path not in self._bag.listing.files:
            raise KeyError(path)
        return (bytes(chunk) for chunk in self._bag.container.read(path))

    def verify(self, level: VerifyLevel = "full", *, progress: Progress | None = None) -> BagVerdict:
        """Verify the bag as it is on disk now: as :func:`verify_bag` of its path."""
        return verify_bag(self._path, level, progress=progress)

    def _entries(self, algorithm: str, *, payload: bool) -> Mapping[str, str]:
        for manifest in self._bag.group(payload=payload):
            if manifest.algorithm == algorithm:
                return {path: digest.hex() for path, digest in manifest.entries.items()}
        raise KeyError(algorithm)


def _read(container: BagContainer) -> OpenBag:
    report = Report()
    listing = container.listing()
    report.extend(listing.findings)
    return open_bag(container, listing, report, None)
