"""What keeps a package from an incoming folder, in words that name the setting to change."""

from __future__ import annotations

from archiver.deposits.contract import RefusedError
from archiver.model import Finding, Severity
from archiver.standards.names import printable


def folder_missing(table: str, location: str, said: str = "there is no such folder") -> RefusedError:
    """Return that the incoming folder is not there."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="incoming-folder-missing",
            file=None,
            message=f"{table}.folder: {printable(location)}: {printable(said)}",
            fix="make the folder, or correct `folder`: it is never made from here, so that a mistyped name, or a disk "
            "that is not mounted, does not become a place that nobody looks into",
        )
    )


def permission_denied(table: str, what: str, path: str, who: str) -> RefusedError:
    """Return that the place does not let us."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="incoming-permission-denied",
            file=printable(path),
            message=f"{table}.folder: {printable(who)} may not {what} {printable(path)}",
            fix="ask whoever keeps the folder for the right to write there, or correct `folder`",
        )
    )


def place_full(table: str, path: str, said: str) -> RefusedError:
    """Return that there is no room."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="incoming-full",
            file=printable(path),
            message=f"{table}.folder: there is no room for {printable(path)}: {printable(said)}",
            fix="ask for more room or a larger quota, and deposit the package again: what is there is gone on with",
        )
    )


def place_refused(table: str, what: str, path: str, said: str) -> RefusedError:
    """Return that the place said no, and not why."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="incoming-refused",
            file=printable(path),
            message=f"{table}.folder: it is refused to {what} {printable(path)}, with no more words than "
            f"{printable(said)!r}",
            fix="often a quota is reached or a file system is read-only: ask whoever keeps the server",
        )
    )


def source_unreadable(source: str, said: str) -> RefusedError:
    """Return that what is to be sent cannot be read here."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="deposit-source-changed",
            file=printable(source),
            message=f"{printable(source)} cannot be read while it is sent: {printable(said)}",
            fix="verify the package, check the disk that holds it, and deposit it again: what was sent is gone on with",
        )
    )


def name_taken(table: str, final: str) -> RefusedError:
    """Return that something else lies there under the package's name."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="incoming-name-taken",
            file=printable(final),
            message=f"{table}.folder: there is something called {printable(final)} already, and nothing says that it "
            "is this package; it was not replaced",
            fix="look at what lies there; give the package another name, or another `folder`, or move it away",
        )
    )
