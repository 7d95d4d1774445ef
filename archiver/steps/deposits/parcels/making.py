"""One parcel in the making: the package is read once, verified, digested, and written into one file meanwhile.

Everything is written into a staging folder; whoever asked publishes it. A package that does not verify leaves nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from archiver.errors import ItemError
from archiver.model import BagVerdict
from archiver.model.deposits import Packaging, ParcelFile
from archiver.standards.bag_info import BagInfo
from archiver.standards.bagit import PAYLOAD_PREFIX, unsafe_reason
from archiver.standards.names import is_utf8
from archiver.steps.deposits.packages import PackageSource, file_facts
from archiver.steps.deposits.parcels import findings as kinds
from archiver.steps.deposits.parcels.bag_words import identifier_of, seconds_of
from archiver.steps.deposits.parcels.descriptions import write_documents
from archiver.steps.deposits.parcels.record import BAG, DOCUMENTS, LIST, ParcelRecord, write_record
from archiver.storage.bag_checks.container import BagContainer
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.bag_reader import verify_bag, verify_container
from archiver.storage.checksums import Checksums
from archiver.storage.durable import forget_pages, fsync_folders
from archiver.storage.hashing import CHUNK, Hashing
from archiver.storage.parcels.digest_table import ALGORITHMS, DigestTable
from archiver.storage.parcels.file_list import write_list
from archiver.storage.parcels.kept_files import KeptFiles
from archiver.storage.parcels.passing import PassingBag, Sink
from archiver.storage.serialized.finished_bag import FinishedBag, WholeForm, whole_size
from archiver.storage.stores.file_batch import FileBatch, NotReadBackError

Progress = Callable[[int], None]

_RECORDS = f"{PAYLOAD_PREFIX}metadata/"
_LARGEST_RECORD = 64 << 20


@dataclass(slots=True, kw_only=True)
class Making:
    """Everything about it."""

    source: PackageSource
    packaging: Packaging
    as_it_is: bool
    """Whether the archive that the package lies in is what is sent."""

    largest: int | None
    """Bytes that one file may have."""

    _resources: ExitStack = field(default_factory=ExitStack)
    _home: Path = field(default_factory=Path)
    _final: Path = field(default_factory=Path)
    _passing: PassingBag | None = None
    _table: DigestTable | None = None
    _whole: FinishedBag | None = None
    _kept: KeptFiles | None = None
    _info: BagInfo | None = None
    _modified: int = 0

    def run(self, staging: Path, final: Path, progress: Progress) -> None:
        """Make the parcel in ``staging/parcel``.

        Args:
            staging: a folder of this run's own.
            final: what ``staging/parcel`` will be called.
            progress: told of bytes read.

        Raises:
            ItemError: the package cannot be sent; the findings say why.
            NotReadBackError: what was written is something else on the disk.
            CopyFailedError, OSError: a disk refused.
        """
        self._home, self._final = staging / "parcel", Path(os.path.abspath(final))  # noqa: PTH100 - links stay links
        self._home.mkdir()
        with self._resources:
            self._table = self._resources.enter_context(DigestTable(staging / "digests"))
            verdict = self._verified(progress)
            passing = self._passing
            if passing is None or verdict.valid is not True or not verdict.complete:
                raise ItemError((kinds.not_valid(self.source.shown), *verdict.findings))
            if wrong := [*passing.changed, *self._unseen(passing)]:
                raise ItemError(tuple(kinds.changed(self.source.shown, path) for path in wrong))
            identifier = identifier_of(self._info, self.source.shown)
            digest = self._package_digest(passing)
            files = self._files(passing, progress)
            self._write_down(passing, identifier, digest, files)
        fsync_folders(self._home)

    def _verified(self, progress: Progress) -> BagVerdict:
        if self.source.folder is not None or self.source.archive is not None:
            return verify_bag(self.source.path, progress=progress, wrap=self._wrapped, opened=self._opened)
        with self.source.open(progress) as (bag, told):
            return verify_container(self.source.path, self._wrapped(bag), progress=told, opened=self._opened)

    def _wrapped(self, bag: BagContainer) -> BagContainer:
        self._passing = PassingBag(bag, cast("DigestTable", self._table))
        return self._passing

    def _opened(self, bag: OpenBag) -> None:
        """Know what the bag says of itself, and decide where its bytes go; raise ItemError where they go nowhere."""
        files = bag.listing.files
        if unnameable := [path for path in files if not is_utf8(path) or unsafe_reason(path)]:
            raise ItemError(tuple(kinds.name_not_utf8(self.source.shown, path) for path in unnameable))
        self._info = bag.info
        self._modified = seconds_of(bag.info)
        if self.packaging in {Packaging.TAR, Packaging.ZIP} and not self.as_it_is and self.largest is not None:
            size = whole_size(self._form, self.source.name, files.pairs(), self._modified)
            if size > self.largest:
                raise ItemError((kinds.too_large(self.source.shown, self._whole_name, size, self.largest),))
        if self._passing:
            sound = not bag.report.any_error
            self._passing.take_tags(bag, self._sinks() if sound else ())

    @property
    def _form(self) -> WholeForm:
        return "zip" if self.packaging is Packaging.ZIP else "tar"

    @property
    def _whole_name(self) -> str:
        return f"{self.source.name}.{self._form}"

    def _sinks(self) -> tuple[Sink, ...]:
        sinks: list[Sink] = []
        if self.packaging is not Packaging.FOLDER and not self.as_it_is:
            place = self._home / self._whole_name
            self._whole = FinishedBag(place, self._form, self.source.name, self._modified)
            sinks.append(self._resources.enter_context(self._whole))
        if self.source.folder is None:
            folder = self._home / BAG / self.source.name
            folder.mkdir(parents=True)
            batch = self._resources.enter_context(FileBatch(folder, lambda _: None))
            self._kept = KeptFiles(folder, batch, self._is_kept)
            self._resources.callback(self._kept.drop)
            sinks.append(self._kept)
        return tuple(sinks)

    def _is_kept(self, path: str, size: int) -> bool:
        """Tell whether a copy of a file is kept, of a package that is no folder."""
        if self.packaging is Packaging.FOLDER and self.source.place(path) is None:
            return True
        return not path.startswith(PAYLOAD_PREFIX) or (path.startswith(_RECORDS) and size <= _LARGEST_RECORD)

    def _unseen(self, passing: PassingBag) -> Iterator[str]:
        return (path for path in passing.listing().files if passing.seen(path) is None)

    def _package_digest(self, passing: PassingBag) -> str:
        whole = hashlib.sha256()
        for path in passing.listing().files:
            seen = passing.seen(path)
            if seen is not None:
                whole.update(f"{seen.digests['sha256'].hex()}  {path}\n".encode())
        return whole.hexdigest()

    def _files(self, passing: PassingBag, progress: Progress) -> Iterator[ParcelFile]:
        if self._kept:
            self._kept.seal()
        if self._whole:
            self._whole.seal()
            yield self._sealed(self._whole, progress)
        elif self.source.archive is not None and self.as_it_is:
            yield self._archive(self.source.archive, progress)
        else:
            yield from self._bag_files(passing)

    def _sealed(self, whole: FinishedBag, progress: Progress) -> ParcelFile:
        """Read back what was written."""
        place = self._home / self._whole_name
        size, digests, sums = _digested(place, progress)
        written = whole.checksums
        if written is not None and not written.same_as(sums):
            raise NotReadBackError(self._whole_name)
        # A zip's writer goes back to fill in what it did not know: the bag in it is verified instead.
        if written is None and verify_bag(place, progress=progress).valid is not True:
            raise NotReadBackError(self._whole_name)
        return ParcelFile(path=self._whole_name, source=self._final / self._whole_name, size=size, digests=digests)

    def _archive(self, archive: Path, progress: Progress) -> ParcelFile:
        before = file_facts(archive)
        size, digests, _ = _digested(archive, progress)
        if file_facts(archive) != before or self.source.archive_facts != before:
            raise ItemError((kinds.changed(self.source.shown, archive.name),))
        place = Path(os.path.abspath(archive))  # noqa: PTH100 - a link stays a link
        return ParcelFile(path=archive.name, source=place, size=size, digests=digests)

    def _bag_files(self, passing: PassingBag) -> Iterator[ParcelFile]:
        kept = self._final / BAG / self.source.name
        for path in passing.listing().files:
            seen = passing.seen(path)
            if seen is not None:
                place = self.source.place(path) or kept / path
                yield ParcelFile(
                    path=f"{self.source.name}/{path}",
                    source=Path(os.path.abspath(place)),  # noqa: PTH100 - a link stays a link
                    size=seen.size,
                    digests={name: digest.hex() for name, digest in seen.digests.items()},
                )

    def _write_down(self, passing: PassingBag, identifier: str, digest: str, files: Iterator[ParcelFile]) -> None:
        sha256 = write_list(self._home / LIST, files)
        made = (self._whole_name, file_facts(self._home / self._whole_name)) if self._whole else None
        record = ParcelRecord(
            name=self.source.name,
            identifier=identifier,
            package_digest=digest,
            packaging=self.packaging,
            bag_info=self._info.fields if self._info else (),
            list_sha256=sha256,
            documents=write_documents(self._home / DOCUMENTS, passing.listing().files),
            made=made,
        )
        write_record(self._home, record)


def _digested(place: Path, progress: Progress) -> tuple[int, dict[str, str], Checksums]:
    """Read a file from the disk; return its bytes, digests and checksums."""
    sums = Checksums()
    with Hashing(ALGORITHMS) as hashing, place.open("rb", buffering=0) as file:
        forget_pages(file.fileno())
        while data := file.read(CHUNK):
            sums.add(data)
            hashing.update(data)
            progress(len(data))
        digests = {name: digest.hex() for name, digest in hashing.digests().items()}
    return hashing.size, digests, sums
