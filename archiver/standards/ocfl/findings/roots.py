"""The findings that a storage root can give rise to besides those of its objects, one function a kind."""

from __future__ import annotations

from archiver.model import Finding, Severity


def root_declaration_wrong(file: str | None, message: str) -> Finding:
    """The file that says that the folder is a storage root."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-root-declaration-wrong",
        file=file,
        message=message,
        fix="Check that the whole store was copied or mounted; restore the file 0=ocfl_1.1 with the text ocfl_1.1.",
    )


def layout_wrong(file: str | None, message: str) -> Finding:
    """How identifiers become paths."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-layout-wrong",
        file=file,
        message=message,
        fix="Restore the file from another copy of the store. The objects are found without it, only slower.",
    )


def hierarchy_wrong(file: str | None, message: str) -> Finding:
    """Something in the folders above the objects that is no object."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-hierarchy-wrong",
        file=file,
        message=message,
        fix="Find out who or what put it there, and move it out of the store; an empty folder may be what is left of a "
        "lost object.",
    )


def object_newer(file: str | None, message: str) -> Finding:
    """An object of a later version of OCFL than its root."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-object-newer",
        file=file,
        message=message,
        fix="Declare the storage root as of the newer version: a new file 0=ocfl_1.1, in the place of the old one.",
    )


def identifier_repeated(file: str | None, message: str) -> Finding:
    """Two objects of one identifier."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-identifier-repeated",
        file=file,
        message=message,
        fix="Compare the two with archiver store show, and move the one out of the store that is a copy.",
    )


def object_misplaced(file: str | None, message: str) -> Finding:
    """An object where the layout would not put it."""
    return Finding(
        severity=Severity.WARNING,
        code="ocfl-object-misplaced",
        file=file,
        message=message,
        fix="Nothing has to be done: it is found by looking through the store, which takes longer.",
    )


def root_unreadable(file: str | None, message: str) -> Finding:
    """A folder above the objects that cannot be listed."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-root-unreadable",
        file=file,
        message=message,
        fix="Give yourself permission to read it, or check the disk or the connection, and try again.",
    )
