"""Why work could not go on, and the exit status each reason maps to.

Findings (:class:`archiver.model.Finding`) are values and say what a check noticed; the exceptions here are for
"cannot go on". The tree::

    ArchiverError
    ├── UsageError                 the request itself makes no sense
    ├── ConfigurationError         archiver.toml or the environment is wrong
    ├── FindingsError              a check found an error and the caller asked for an exception
    ├── ItemError                  one item cannot be packaged; the batch goes on
    ├── StorageError               the disk refused: full, read-only, failed fsync
    ├── RemoteError                a server did not answer, or refused
    └── MissingProgramError        a program or system library is needed and absent
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from archiver.model import Finding


class ExitCode(IntEnum):
    """Exit statuses of the command line: a contract, listed in the README."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    PARTIAL = 3
    MISSING_PROGRAM = 4
    REMOTE = 5
    INTERRUPTED = 130


class ArchiverError(Exception):
    """Base of every error this package raises on purpose; the message names the file, the cause and the fix."""

    exit_code: ClassVar[ExitCode] = ExitCode.FINDINGS


class UsageError(ArchiverError):
    """The request makes no sense as given: a destination inside its source, an unknown algorithm."""

    exit_code = ExitCode.USAGE


class ConfigurationError(ArchiverError):
    """``archiver.toml`` or an environment variable cannot be used; the message names the key."""

    exit_code = ExitCode.USAGE


class FindingsError(ArchiverError):
    """Something failed its check; ``findings`` holds everything that was found, not only the first."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(finding.message for finding in findings))


class ItemError(FindingsError):
    """One item cannot be packaged. The findings say why; nothing was published and the batch goes on."""

    exit_code = ExitCode.PARTIAL


class StorageError(ArchiverError):
    """The disk refused a write. Nothing was published; staging was cleaned up as far as the disk allows."""

    exit_code = ExitCode.PARTIAL


class RemoteError(ArchiverError):
    """A server did not answer, or refused what was asked of it; the message says which and why."""

    exit_code = ExitCode.REMOTE


class MissingProgramError(ArchiverError):
    """A program or system library is needed and not there; the message gives the command that installs it."""

    exit_code = ExitCode.MISSING_PROGRAM
