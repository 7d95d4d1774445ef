"""What may keep a package from being made ready for a target, in words."""

from __future__ import annotations

from collections.abc import Collection

from archiver.model import Finding, Severity
from archiver.standards.names import printable


def not_valid(package: str) -> Finding:
    """Return the finding on a package that does not verify; others say why."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-package-not-valid",
        file=None,
        message=f"{package} does not verify, so that nothing of it was sent.",
        fix="See the findings beside this one; deposit a sound copy, or repair this one with `archiver repair`.",
    )


def unreadable(package: str, reason: str) -> Finding:
    """Return the finding on a package that cannot be looked at."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-package-unreadable",
        file=None,
        message=f"{package} could not be read: {reason}; nothing was sent.",
        fix="Check that it is there and that you may read it, and run the same command again.",
    )


def changed(package: str, path: str) -> Finding:
    """Return the finding on a file that was not the same when it was read again."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-package-changed",
        file=printable(path),
        message=f"{printable(path)} of {package} changed while it was read, so that nothing was sent.",
        fix="Wait until nothing writes to the package any more, and run the same command again.",
    )


def identifier_missing(package: str) -> Finding:
    """Return the finding on a bag that does not say what it is."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-identifier-missing",
        file="bag-info.txt",
        message=f"{package} has no External-Identifier in its bag-info.txt, so that an earlier deposit of it could not "
        "be found again.",
        fix="Give the bag one with `archiver bag update --bag-info`.",
    )


def identifiers_many(package: str, identifiers: Collection[str]) -> Finding:
    """Return the finding on a bag that says it is several things."""
    named = ", ".join(printable(one[:100]) for one in sorted(identifiers)[:3])
    return Finding(
        severity=Severity.ERROR,
        code="deposit-identifier-ambiguous",
        file="bag-info.txt",
        message=f"{package} has {len(identifiers)} External-Identifiers in its bag-info.txt: {named}.",
        fix="Leave the one by which it is to be found, with `archiver bag update --bag-info`.",
    )


def name_not_utf8(package: str, path: str) -> Finding:
    """Return the finding on a file whose name cannot be told to a target."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-name-not-utf8",
        file=printable(path),
        message=f"The name {printable(path)} in {package} is no UTF-8, which targets and archives write names in.",
        fix="Rename the file where it comes from, and package it again.",
    )


def too_large(package: str, path: str, size: int, largest: int) -> Finding:
    """Return the finding on a file that the target does not take."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-too-large",
        file=printable(path),
        message=f"{printable(path)} of {package} would have {size:,} bytes, and the target takes files of at most "
        f"{largest:,}; nothing was sent.",
        fix="Split the package (`archiver bag --split-size`), ask the repository for a higher limit, or use another "
        "target.",
    )


def not_read_back(path: str) -> Finding:
    """Return the finding on what was written to be sent and is not what was read."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-parcel-not-read-back",
        file=printable(path),
        message=f"{printable(path)}, written to be sent, did not read back as it was written; nothing was sent.",
        fix="Check the disk that holds the records of deposits, or name others with --records.",
    )


def no_packaging(package: str) -> Finding:
    """Return the finding on a target that says that it takes nothing."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-no-packaging",
        file=None,
        message=f"The target takes no form in which {package} could be sent: neither tar, zip nor a folder.",
        fix="Check the target's settings.",
    )
