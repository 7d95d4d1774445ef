"""A Dataverse collection: one data set a package, the package as one tar in it, published on request.

Dataverse takes zips apart, so packages travel as tar, which it leaves alone. Its index of what it holds is behind by
minutes; so after a lost reply the collection's own list is asked, which is not.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from archiver.deposits.contract import (
    Capabilities,
    NotYetError,
    RefusedError,
    RetryableError,
    Standing,
    UnclearError,
)
from archiver.deposits.dataverse.api import Dataset, HeldFile, NativeApi
from archiver.deposits.dataverse.record import KEYS as RECORD_KEYS
from archiver.deposits.dataverse.record import dataset_json, has_key, lacking, read_additions
from archiver.deposits.http.addresses import server_url
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.sending import Access
from archiver.model import Finding, Severity
from archiver.model.deposits import Evidence, FileEvidence, Packaging
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt, Target
    from archiver.deposits.surroundings import Surroundings
    from archiver.model.deposits import Parcel, ParcelFile

KIND = "dataverse"
TITLE = "Dataverse"
KEYS = ("url", "collection", "publish", *RECORD_KEYS)
SECRETS = ("token",)

_CREATE = "create"
_RELEASED = "RELEASED"
_FAILED_LOCK = "FileValidationFailed"
_WAIT = timedelta(seconds=10)
_NEWEST = 20
"""Data sets of a collection that are looked at beside what its index has: those that it may not have yet."""

_MOST = 500
"""That are looked at after a lost reply."""


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; makes no request.

    Raises:
        ConfigurationError: a key is missing or unusable.
    """
    return DataverseTarget(settings, surroundings)


class DataverseTarget:
    """One collection of one server, as one account sees it."""

    kind = KIND

    def __init__(self, settings: TargetSettings, surroundings: Surroundings) -> None:
        own = settings.own
        url = server_url(own, "url")
        if "collection" not in own:
            raise own.fault("collection", "is missing: the alias of the collection, the last part of its address")
        self._collection = own.text("collection")
        self._publish = "publish" in own and own.yes_or_no("publish")
        self._additions = read_additions(own)
        self.location = f"{url}/dataverse/{quote(self._collection, safe='')}"
        self._url = url
        access = Access(url=url, headers={"X-Dataverse-key": surroundings.secret("token")})
        self._api = NativeApi(HttpClient(settings, surroundings, access))

    def capabilities(self) -> Capabilities:
        """Return what every Dataverse does with a tar."""
        return Capabilities(packagings=(Packaging.TAR,), digests=("md5", "sha256", "sha512"), finds_by_identifier=True)

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what Dataverse demands of every record."""
        return lacking(parcel, self._additions)

    def open(self, attempt: Attempt) -> Standing:
        """Go on with the data set that is remembered or found, or make one."""
        remembered = attempt.memory.get("pid")
        found = self._api.dataset(attempt, remembered) if isinstance(remembered, str) else None
        if found is None and attempt.memory.get("published"):
            raise UnclearError(
                f"the data set {remembered} was published, and is there no more: ask who runs the server"
            )
        if found is None:
            found = self._look(attempt)
        if found is not None:
            if found.pid != remembered:
                attempt.remember(pid=found.pid)
            return self._standing(attempt, found)
        pid = self._api.create(attempt, self._collection, dataset_json(attempt.parcel, self._additions))
        attempt.remember(pid=pid)
        return Standing.NEW

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        """Return the size when the data set has the file; Dataverse takes a file whole or not at all."""
        held = _of(self._dataset(attempt), file)
        return file.size if held is not None and self._agrees(attempt, held, file) else 0

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:  # noqa: ARG002 - whole, always
        """Add the file to the draft; what else the draft has of that name goes first."""
        dataset = self._dataset(attempt)
        for held in dataset.files:
            if held.label == _label(file) and not self._agrees(attempt, held, file):
                self._api.remove_file(attempt, held.number)
        self._api.add_file(attempt, dataset.pid, file, "application/x-tar")

    def complete(self, attempt: Attempt) -> None:
        """Publish the data set where the configuration asks for it; else it stays a draft."""
        dataset = self._dataset(attempt)
        if dataset.state != _RELEASED:
            self._remove_copies(attempt, dataset)
        if self._publish:
            why = self._api.publish(attempt, dataset.pid)
            if why is not None and self._dataset(attempt).state != _RELEASED:
                raise RefusedError(_not_published(dataset, why))
            attempt.remember(published=True)
        attempt.remember(whole=True)

    def verify(self, attempt: Attempt) -> Evidence:
        """Compare size and checksum as the server reports them; reads back where it computes another kind."""
        dataset = self._dataset(attempt)
        if self._publish and dataset.state != _RELEASED:
            self._wait_for_publication(attempt, dataset)
        told = {dataset.pid.partition(":")[0]: dataset.pid.partition(":")[2], "state": dataset.state.lower()}
        return Evidence(
            files=tuple(
                self._evidence(attempt, held, file)
                for file in attempt.parcel.files
                if (held := _of(dataset, file)) is not None
            ),
            location=f"{self._url}/dataset.xhtml?persistentId={quote(dataset.pid, safe=':/')}",
            identifiers=told | ({"version": dataset.version} if dataset.version else {}),
        )

    def close(self) -> None:
        """Let connections go."""
        self._api.client.close()

    def _look(self, attempt: Attempt) -> Dataset | None:
        """Look for a data set with the parcel's key: in the index, and among the newest of the collection."""
        for pid in self._candidates(attempt):
            dataset = self._api.dataset(attempt, pid)
            if dataset is not None and has_key(dataset.raw, attempt.parcel.key):
                return dataset
        return None

    def _candidates(self, attempt: Attempt) -> Iterator[str]:
        indexed = self._api.search(attempt, self._collection, attempt.parcel.key)
        yield from indexed
        newest = self._api.newest(attempt, self._collection)
        before = attempt.memory.get("newest_before")
        in_doubt = _CREATE in attempt.in_doubt
        if in_doubt and isinstance(before, int):
            # Whatever was made by the request whose reply was lost is newer than all that was there.
            newest = [(number, pid) for number, pid in newest if number > before]
        elif not in_doubt:
            attempt.remember(newest_before=newest[0][0] if newest else -1)
        if in_doubt and len(newest) > _MOST:
            raise UnclearError(
                f"the server may have made a data set. Look in {self.location} for one whose Other Identifier is "
                f"{attempt.parcel.key}"
            )
        seen = set(indexed)
        yield from (pid for _, pid in newest[: _MOST if in_doubt else _NEWEST] if pid not in seen)

    def _standing(self, attempt: Attempt, dataset: Dataset) -> Standing:
        if dataset.state == _RELEASED:
            return Standing.COMPLETE
        if self._publish and attempt.memory.get("published"):
            return Standing.COMPLETE  # it may be at it still, which verifying waits for
        if self._publish and self._api.locks(attempt, dataset.pid):
            raise NotYetError(f"the server is at work on {dataset.pid}", wait=_WAIT)
        is_all_asked = attempt.memory.get("whole") and not self._publish
        there = is_all_asked and all(_of(dataset, file) is not None for file in attempt.parcel.files)
        return Standing.COMPLETE if there else Standing.OPEN

    def _wait_for_publication(self, attempt: Attempt, dataset: Dataset) -> None:
        locks = self._api.locks(attempt, dataset.pid)
        if locks and _FAILED_LOCK not in locks:
            raise NotYetError(f"the server is publishing {dataset.pid} ({', '.join(locks)})", wait=_WAIT)
        attempt.remember(published=None)
        why = "a file failed its validation" if locks else "it does not say why"
        raise RefusedError(_not_published(dataset, why))

    def _remove_copies(self, attempt: Attempt, dataset: Dataset) -> None:
        """Remove what a request that was passed on twice has added for a second time."""
        for file in attempt.parcel.files:
            kept = _of(dataset, file)
            for held in dataset.files:
                if held != kept and held.is_as_sent(file):
                    self._api.remove_file(attempt, held.number)

    def _evidence(self, attempt: Attempt, held: HeldFile, file: ParcelFile) -> FileEvidence:
        agrees, digest = held.is_as_sent(file), held.checksum or None
        if agrees is None:
            agrees, digest = self._read_back(attempt, held, file)
        return FileEvidence(path=file.path, level=held.level(), size=held.size, digest=digest, agrees=agrees)

    def _read_back(self, attempt: Attempt, held: HeldFile, file: ParcelFile) -> tuple[bool, str]:
        digest = hashlib.sha512()
        address = f"/api/access/datafile/{held.number}?format=original"
        size = self._api.client.download(attempt, address, digest.update, at_most=file.size)
        return size == file.size and digest.hexdigest() == file.digests["sha512"], digest.hexdigest()

    def _agrees(self, attempt: Attempt, held: HeldFile, file: ParcelFile) -> bool:
        agrees = held.is_as_sent(file)
        return self._read_back(attempt, held, file)[0] if agrees is None else agrees

    def _pid(self, attempt: Attempt) -> str:
        pid = attempt.memory.get("pid")
        if not isinstance(pid, str):
            raise RetryableError("the deposit has no data set at the server yet")
        return pid

    def _dataset(self, attempt: Attempt) -> Dataset:
        pid = self._pid(attempt)
        dataset = self._api.dataset(attempt, pid)
        if dataset is None:
            raise RetryableError(f"the server knows no data set {pid}")
        return dataset


def _not_published(dataset: Dataset, why: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="dataverse-not-published",
        file=None,
        message=f"The server did not publish {printable(dataset.pid)}: {why}.",
        fix="Look at the data set's page, or ask who runs the server; then run archiver deposit resume.",
    )


def _label(file: ParcelFile) -> str:
    return file.path.rpartition("/")[2]


def _of(dataset: Dataset, file: ParcelFile) -> HeldFile | None:
    """Return the file as the data set has it: by its bytes, as Dataverse may rename it, else by its name."""
    same = next((held for held in dataset.files if held.is_as_sent(file)), None)
    return same or next((held for held in dataset.files if held.label == _label(file)), None)
