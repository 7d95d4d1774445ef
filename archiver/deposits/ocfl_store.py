"""An OCFL store of this machine as a target: ``archiver deposit PACKAGE --to store`` needs no account and no server.

The store itself is written by the room that keeps stores; what is asked of it comes through the surroundings. A version
that holds exactly the package is the same deposit; one that holds other bytes under its identifier gets a new version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from archiver.deposits.contract import Capabilities, RefusedError, Standing
from archiver.errors import FindingsError, StorageError
from archiver.model import Finding, Severity
from archiver.model.deposits import Evidence, Packaging, Parcel
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt, Target
    from archiver.deposits.surroundings import PackageStore, Surroundings
    from archiver.model.deposits import ParcelFile

KIND = "store"
TITLE = "OCFL store on this machine"
KEYS = ("path", "records")
SECRETS: tuple[str, ...] = ()

Result = TypeVar("Result")


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; the store is made with its first package.

    Raises:
        ConfigurationError: a key is unusable.
        UsageError: no store can lie there.
    """
    return StoreTarget(surroundings.store(settings))


class StoreTarget:
    """A store: a package is there whole, as a version of its object, or not at all."""

    kind = KIND

    def __init__(self, store: PackageStore) -> None:
        self._store = store

    @property
    def location(self) -> str:
        """Where the store lies."""
        return self._store.location

    def capabilities(self) -> Capabilities:
        """Return what it can do: every byte is read back, and it finds a package by its identifier and its files."""
        return Capabilities(
            packagings=(Packaging.FOLDER,),
            digests=("sha512", "sha256"),
            conditional_create=True,
            server_verifies=True,
            finds_by_identifier=True,
            # Two packages would only wait for the same disk, and the same object.
            parallel_packages=False,
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return that it needs an identifier, by which a store knows its objects."""
        if parcel.identifier:
            return ()
        return (
            Finding(
                severity=Severity.ERROR,
                code="deposit-without-identifier",
                file=printable(parcel.name),
                message="the package has no External-Identifier, and a store knows its packages by it",
                fix="give it one: `archiver bag update PACKAGE --bag-info External-Identifier=...`",
            ),
        )

    def open(self, attempt: Attempt) -> Standing:
        """Look for a version that holds exactly this package."""
        version = _asked(lambda: self._store.find(attempt.parcel))
        if version is None:
            return Standing.NEW
        attempt.remember(version=version)
        return Standing.COMPLETE

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:  # noqa: ARG002 - as every target
        """Return that all of it is here: the bytes lie on this machine, and are copied in one go."""
        return file.size

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        """Do nothing: see :meth:`offset`."""

    def complete(self, attempt: Attempt) -> None:
        """Add the package as a version of its object."""
        with attempt.intend("add"):
            version = _asked(lambda: self._store.add(attempt.parcel))
            attempt.remember(version=version)

    def verify(self, attempt: Attempt) -> Evidence:
        """Read every byte of the version again."""
        version = str(attempt.memory.get("version"))
        return _asked(lambda: self._store.check(attempt.parcel, version))

    def close(self) -> None:
        """Nothing is open."""


def _asked(ask: Callable[[], Result]) -> Result:
    """Return what a store answers; what it refuses was not done."""
    try:
        return ask()
    except FindingsError as error:
        errors = [finding for finding in error.findings if finding.severity is Severity.ERROR]
        raise RefusedError(errors[0] if errors else _refused(error)) from error
    except StorageError as error:
        raise RefusedError(_refused(error)) from error


def _refused(error: Exception) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="deposit-store-refused",
        file=None,
        message=f"the store cannot be read or written: {printable(str(error))}",
        fix="check its disk, its permissions and its records; `archiver store validate` says what is wrong",
    )
