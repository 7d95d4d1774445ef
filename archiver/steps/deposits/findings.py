"""What may keep a package from being deposited that is neither its own fault nor the runner's to tell, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError, RetryableError
from archiver.model import Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.deposits.contract import Target
    from archiver.deposits.journal import Deposit
    from archiver.model.deposits import Parcel


def refused(error: Exception, target: str) -> Finding:
    """Return the finding on a target that was asked what it can do, and gave no answer that helps."""
    if isinstance(error, RefusedError):
        return error.finding
    return Finding(
        severity=Severity.ERROR,
        code="deposit-target-silent",
        file=None,
        message=f"the target {target} was asked what it can do, and gave no answer: {_words(error)}",
        fix="check the connection and the target's table in archiver.toml, then run the same command again",
    )


def _words(error: Exception) -> str:
    words = printable(str(error))
    return words if isinstance(error, RetryableError) and words else f"{type(error).__name__}: {words}"


def unreadable(package: str, error: Exception) -> Finding:
    """Return the finding on a package that cannot be read to its end."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Finding(
        severity=Severity.ERROR,
        code="deposit-not-begun",
        file=None,
        message=f"{package} was not sent: {printable(words) or type(error).__name__}",
        fix="put right what it says, and run the same command again",
    )


def receipt_not_written(package: str, words: str) -> Finding:
    """Return the finding on a receipt that the disk refused."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-receipt-not-written",
        file=None,
        message=f"{package} was deposited, and has no receipt: {printable(words)}",
        fix="mend the disk, and run the same command again: it writes the receipt, and sends nothing",
    )


def receipt_unreadable(path: str) -> Finding:
    """Return the finding on a receipt whose JSON cannot be read."""
    return Finding(
        severity=Severity.WARNING,
        code="deposit-receipt-unreadable",
        file=path,
        message=f"the JSON beside {path} is missing or damaged, so that what the receipt says cannot be shown",
        fix="look into the PREMIS file itself",
    )


def package_gone(package: str, words: str) -> Finding:
    """Return the finding on a package that is not where it was when its deposit began."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-package-gone",
        file=None,
        message=f"the deposit cannot be gone on with, as its package is not where it was: {printable(words)}",
        fix=f"put it back at {package}, or run `archiver deposit` with the place where it is now: the deposit is the "
        "same wherever the package lies",
    )


def no_longer_the_same(package: str, begun: Deposit, parcel: Parcel, target: Target) -> Finding:
    """Return the finding on a deposit whose package or target is another by now."""
    if begun.parcel.key != parcel.key:
        return Finding(
            severity=Severity.ERROR,
            code="deposit-package-other",
            file=None,
            message=f"{package} is not the package whose deposit began: it was changed or replaced since",
            fix="put the former one back to go on with its deposit; deposit this one with `archiver deposit`",
        )
    return Finding(
        severity=Severity.ERROR,
        code="deposit-target-other",
        file=None,
        message=f"the deposit began with {printable(begun.location)} ({begun.kind}), and the target "
        f"{begun.target} is now {printable(target.location)} ({target.kind})",
        fix=f"give the former target a table of its own in archiver.toml, named {begun.target}, to go on; deposit with "
        "the new one by `archiver deposit`",
    )
