"""What may keep a package from being added to a store, in words."""

from __future__ import annotations

from collections.abc import Collection

from archiver.model import Finding, Severity
from archiver.standards.names import printable


def not_valid(package: str) -> Finding:
    """Return the finding on a package that does not verify; others say why."""
    return Finding(
        severity=Severity.ERROR,
        code="store-package-not-valid",
        file=None,
        message=f"{printable(package)} does not verify, so that nothing of it was added.",
        fix="See the findings beside this one; get a sound copy, and add that.",
    )


def identifier_missing(package: str) -> Finding:
    """Return the finding on a bag that does not say what it is."""
    return Finding(
        severity=Severity.ERROR,
        code="store-identifier-missing",
        file=None,
        message=f"{printable(package)} has no External-Identifier in its bag-info.txt, so that later versions of it "
        "could not be told.",
        fix="Name one with --identifier, or give the bag one with `archiver bag update --bag-info`.",
    )


def identifiers_many(package: str, identifiers: Collection[str]) -> Finding:
    """Return the finding on a bag that says it is several things."""
    named = ", ".join(printable(one[:100]) for one in sorted(identifiers)[:3])
    return Finding(
        severity=Severity.ERROR,
        code="store-identifier-ambiguous",
        file=None,
        message=f"{printable(package)} has {len(identifiers)} External-Identifiers: {named}.",
        fix="Say with --identifier by which of them it is to be found.",
    )


def identifier_unusable(identifier: str, layout: str, reason: Exception) -> Finding:
    """Return the finding on an identifier that has no place in a store's layout."""
    return Finding(
        severity=Severity.ERROR,
        code="store-identifier-unusable",
        file=None,
        message=f"The identifier {printable(identifier[:100])!r} {reason}, so that there is no place for it in the "
        f"store, whose layout is {layout}.",
        fix="Name another with --identifier, or use a store of layout 0003 or 0004, which take any plain text.",
    )


def name_not_utf8(path: str) -> Finding:
    """Return the finding on a file whose name no inventory can hold."""
    return Finding(
        severity=Severity.ERROR,
        code="store-name-not-utf8",
        file=printable(path),
        message=f"The name {printable(path)} is no UTF-8, which an OCFL inventory is written in.",
        fix="Rename the file where it comes from, and package it again.",
    )


def path_taken(identifier: str, path: str, reason: str) -> Finding:
    """Return the finding on an object that something else stands in the way of."""
    return Finding(
        severity=Severity.ERROR,
        code="store-path-taken",
        file=None,
        message=f"The place of {printable(identifier[:100])} in the store, {printable(path)}, is taken: "
        f"{printable(reason)}.",
        fix="Look at what stands there; with layouts that omit prefixes, two identifiers can share a place.",
    )


def strange_entry(path: str) -> Finding:
    """Return the finding on an object that holds what no object may."""
    return Finding(
        severity=Severity.ERROR,
        code="store-object-strange",
        file=None,
        message=f"{printable(path)} in the store is neither file nor folder, so that no version was added to its "
        "object.",
        fix="Look at the object with `archiver store validate`, and repair it first.",
    )


def not_read_back(path: str) -> Finding:
    """Return the finding on a copy that is not what was read."""
    return Finding(
        severity=Severity.ERROR,
        code="copy-not-read-back",
        file=printable(path),
        message=f"The copy of {printable(path)} did not read back as it was written; nothing was published.",
        fix="Check the store's disk, and run the same command again.",
    )


def not_logged(package: str, reason: str) -> Finding:
    """Return the finding on a package that is in the store and not in its log."""
    return Finding(
        severity=Severity.ERROR,
        code="store-log-not-written",
        file=None,
        message=f"{printable(package)} is in the store, but the store's log could not be written: {printable(reason)}.",
        fix="See to the disk that holds the store's records, and run the same command again.",
    )
