"""A Fedora 6 repository: an archival group a package, made with its file in one transaction, or request by request.

The group's name is made of the package's key, and it is only ever created where nothing is: so no second one can come
of a repeated request, and nothing that is there is replaced.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from archiver.deposits.contract import Capabilities, RetryableError, Standing
from archiver.deposits.fedora.interface import Held, Interface, rest_root
from archiver.deposits.fedora.keeping import KeepingAlive
from archiver.deposits.fedora.naming import container_name, file_name
from archiver.deposits.http.addresses import server_url
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.sending import Access
from archiver.model import Description, Finding, Severity
from archiver.model.deposits import Evidence, EvidenceLevel, FileEvidence, Packaging
from archiver.standards.names import printable
from archiver.standards.turtle import described_turtle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt, Target
    from archiver.deposits.surroundings import Surroundings
    from archiver.model.deposits import Parcel, ParcelFile

KIND = "fedora"
TITLE = "Fedora 6"
KEYS = ("url", "user", "transactions")
SECRETS = ("password",)

_ASKED = 16 << 20
"""Bytes of the largest file whose digests the server is asked for. Fedora 6.0.0 computes 1 MB a second, and a thread of
its own goes on with that when nobody waits any more; it sends a hundred times as fast."""

_LEVELS = (("sha512", EvidenceLevel.SERVER_SHA512), ("sha256", EvidenceLevel.SERVER_SHA256))


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; makes no request.

    Raises:
        ConfigurationError: a key is missing or unusable.
    """
    return FedoraTarget(settings, surroundings)


class FedoraTarget:
    """One container of one repository, as one account sees it."""

    kind = KIND

    def __init__(self, settings: TargetSettings, surroundings: Surroundings) -> None:
        own = settings.own
        self.location = server_url(own, "url")
        if "user" not in own:
            raise own.fault("user", "is missing: the name of the account at the server")
        secret = surroundings.secret("password")
        signed = base64.b64encode(f"{own.text('user')}:{secret}".encode()).decode("ascii")
        client = HttpClient(
            settings,
            surroundings,
            Access(
                url=self.location,
                headers={"Authorization": f"Basic {signed}"},
                secrets=(secret,),
                secret_key="password_from",  # noqa: S106 - the name of a key
            ),
        )
        self._in_one = own.yes_or_no("transactions") if "transactions" in own else True
        self._interface = Interface(client, own.name, rest_root(own, self.location) if self._in_one else None)

    def capabilities(self) -> Capabilities:
        """Return what every Fedora 6 can do."""
        return Capabilities(
            packagings=(Packaging.TAR, Packaging.ZIP),
            digests=("sha512", "sha256"),
            conditional_create=True,
            server_verifies=True,
            finds_by_identifier=True,
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Warn of a package without a record: the server is told its name alone."""
        if parcel.description is not None and parcel.description.first("title"):
            return ()
        return (
            Finding(
                severity=Severity.WARNING,
                code="fedora-no-title",
                file=None,
                message=f"The package has no title; the server is given its name instead: {printable(parcel.name)}.",
                fix="Give it a description with a title, and build it again.",
            ),
        )

    def open(self, attempt: Attempt) -> Standing:
        """Look for the package's container, and make it where it is not there."""
        address = self._container(attempt)
        held = self._interface.look(attempt, address, attempt.parcel.key)
        if held is Held.OURS and all(self._size(attempt, file, None) is not None for file in attempt.parcel.files):
            return Standing.COMPLETE
        if held is Held.NOTHING:
            self._interface.require(attempt, self.location)
        begun = self._begun(attempt, address)
        if held is Held.OURS or begun is Held.OURS:
            return Standing.OPEN
        record = described_turtle(
            attempt.parcel.description or Description(), title=attempt.parcel.name, key=attempt.parcel.key
        )
        self._interface.create(attempt, address, record, self._transaction(attempt))
        return Standing.NEW

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        """Return the whole size of a file that is there; a file is taken whole or not at all."""
        return file.size if self._size(attempt, file, self._transaction(attempt)) == file.size else 0

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        """Send a file with its digests, which the server compares with what arrived."""
        if offset and offset == file.size:
            return
        transaction = self._transaction(attempt)
        sent_by = attempt if transaction is None else KeepingAlive(attempt, self._interface, transaction)
        self._interface.put(sent_by, self._address(attempt, file), file, transaction)

    def complete(self, attempt: Attempt) -> None:
        """Commit the transaction, once what it holds is seen to be what was sent."""
        transaction = self._transaction(attempt)
        address = self._container(attempt)
        key = attempt.parcel.key
        if self._interface.look(attempt, address, key, transaction) is not Held.OURS:
            raise RetryableError(f"{address} is not there yet")
        if transaction is None:
            return
        committed = self._interface.commit(attempt, transaction)
        attempt.remember(transaction=None)
        if not committed and self._interface.look(attempt, address, key) is not Held.OURS:
            raise RetryableError(f"the transaction in which {address} was made is at an end, and has made nothing")

    def verify(self, attempt: Attempt) -> Evidence:
        """Compare the digests that the server computes of what it holds; without them, read it back."""
        address = self._container(attempt)
        return Evidence(
            files=[self._evidence(attempt, file) for file in attempt.parcel.files],
            location=address,
            identifiers={"key": attempt.parcel.key},
        )

    def close(self) -> None:
        """Let connections go."""
        self._interface.close()

    def _container(self, attempt: Attempt) -> str:
        return f"{self.location}/{container_name(attempt.parcel)}"

    def _address(self, attempt: Attempt, file: ParcelFile) -> str:
        return f"{self._container(attempt)}/{file_name(file.path)}"

    def _size(self, attempt: Attempt, file: ParcelFile, transaction: str | None) -> int | None:
        return self._interface.size(attempt, self._address(attempt, file), transaction)

    def _transaction(self, attempt: Attempt) -> str | None:
        known = attempt.memory.get("transaction")
        return known if self._in_one and isinstance(known, str) else None

    def _begun(self, attempt: Attempt, address: str) -> Held:
        """Go on with the transaction that is remembered, or begin one; tell what it holds."""
        if not self._in_one:
            return Held.NOTHING
        known = self._transaction(attempt)
        if known is not None:
            held = self._interface.look(attempt, address, attempt.parcel.key, known)
            if held is not Held.LOST:
                return held
            self._interface.roll_back(attempt, known)
        self._interface.begin(attempt)
        return Held.NOTHING

    def _evidence(self, attempt: Attempt, file: ParcelFile) -> FileEvidence:
        address = self._address(attempt, file)
        size, digests = self._digests(attempt, address, file)
        for algorithm, level in _LEVELS:
            if size == file.size and digests.get(algorithm) == file.digests[algorithm]:
                return FileEvidence(path=file.path, level=level, size=size, digest=digests[algorithm], agrees=True)
        # Also where a digest differs: what is there decides, not what was said of it.
        digest = hashlib.sha256()
        size = self._interface.read_back(attempt, address, file, digest.update)
        agrees = size == file.size and digest.hexdigest() == file.digests["sha256"]
        return FileEvidence(
            path=file.path, level=EvidenceLevel.READ_BACK, size=size, digest=digest.hexdigest(), agrees=agrees
        )

    def _digests(self, attempt: Attempt, address: str, file: ParcelFile) -> tuple[int | None, Mapping[str, str]]:
        if file.size > _ASKED:
            return None, {}
        try:
            return self._interface.digests(attempt, address)
        except RetryableError:  # it takes longer than anybody waits, or is gone: reading it back tells
            return None, {}
