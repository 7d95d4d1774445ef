"""The findings that an object's files can give rise to, one function a kind; what inventories say is elsewhere."""

from __future__ import annotations

from archiver.model import Finding, Severity

_RESTORE = "Restore the object with archiver repair, or from another copy of the store; keep what is there until then."
_MOVE = "Find out who or what put it there, and move it out of the store: an object is never changed by hand."
_LEAVE = "Nothing has to be done: this alone makes no object invalid."


def declaration_wrong(file: str | None, message: str) -> Finding:
    """The file that says what the folder is."""
    return Finding(severity=Severity.ERROR, code="ocfl-declaration-wrong", file=file, message=message, fix=_RESTORE)


def entry_unexpected(file: str | None, message: str) -> Finding:
    """A file or folder in a place for others."""
    return Finding(severity=Severity.ERROR, code="ocfl-entry-unexpected", file=file, message=message, fix=_MOVE)


def inventory_missing(file: str | None, message: str) -> Finding:
    """No inventory where every object has one."""
    return Finding(severity=Severity.ERROR, code="ocfl-inventory-missing", file=file, message=message, fix=_RESTORE)


def sidecar_wrong(file: str | None, message: str) -> Finding:
    """The file that holds an inventory's digest."""
    return Finding(severity=Severity.ERROR, code="ocfl-sidecar-wrong", file=file, message=message, fix=_RESTORE)


def inventory_damaged(file: str | None, message: str) -> Finding:
    """The inventory is not what its sidecar says."""
    return Finding(severity=Severity.ERROR, code="ocfl-inventory-damaged", file=file, message=message, fix=_RESTORE)


def inventories_differ(file: str | None, message: str) -> Finding:
    """Two inventories of one object contradict each other."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-inventories-differ",
        file=file,
        message=message,
        fix="Ask who made the object which of the two is right, or restore it from another copy of the store.",
    )


def version_missing(file: str | None, message: str) -> Finding:
    """Version folders are not those of the inventory."""
    return Finding(severity=Severity.ERROR, code="ocfl-version-folders", file=file, message=message, fix=_RESTORE)


def file_missing(file: str | None, message: str) -> Finding:
    """A content file is not there."""
    return Finding(severity=Severity.ERROR, code="ocfl-file-missing", file=file, message=message, fix=_RESTORE)


def file_unlisted(file: str | None, message: str) -> Finding:
    """A content file that no manifest names."""
    return Finding(severity=Severity.ERROR, code="ocfl-file-unlisted", file=file, message=message, fix=_MOVE)


def file_damaged(file: str | None, message: str) -> Finding:
    """A content file is not what a manifest says."""
    return Finding(severity=Severity.ERROR, code="ocfl-file-damaged", file=file, message=message, fix=_RESTORE)


def fixity_mismatch(file: str | None, message: str) -> Finding:
    """A content file is not what a fixity block says."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-fixity-mismatch",
        file=file,
        message=message,
        fix="Where the manifest's own digest is right, the further digest was wrong from the beginning: ask who made "
        "the object for a sound one.",
    )


def folder_empty(file: str | None, message: str) -> Finding:
    """An empty folder in a version's content."""
    return Finding(severity=Severity.ERROR, code="ocfl-folder-empty", file=file, message=message, fix=_MOVE)


def no_plain_file(file: str | None, message: str) -> Finding:
    """A link, a device, a pipe."""
    return Finding(severity=Severity.ERROR, code="ocfl-not-a-file", file=file, message=message, fix=_MOVE)


def unreadable(file: str | None, message: str) -> Finding:
    """The system refused: nothing is known of the bytes."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-unreadable",
        file=file,
        message=message,
        fix="Give yourself permission to read it, or check the disk or the connection, and try again.",
    )


def folder_ignored(file: str | None, message: str) -> Finding:
    """A folder in a version's that is not its content."""
    return Finding(severity=Severity.WARNING, code="ocfl-folder-ignored", file=file, message=message, fix=_LEAVE)


def content_folder_empty(file: str | None, message: str) -> Finding:
    """A content folder of a version that adds nothing."""
    return Finding(severity=Severity.WARNING, code="ocfl-content-folder-empty", file=file, message=message, fix=_LEAVE)


def version_without_inventory(file: str | None, message: str) -> Finding:
    """A version folder has no inventory of its own."""
    return Finding(
        severity=Severity.WARNING, code="ocfl-version-without-inventory", file=file, message=message, fix=_LEAVE
    )


def version_metadata_differs(file: str | None, message: str) -> Finding:
    """Two inventories tell another story of one version."""
    return Finding(
        severity=Severity.WARNING, code="ocfl-version-metadata-differs", file=file, message=message, fix=_LEAVE
    )


def extension_unregistered(file: str | None, message: str) -> Finding:
    """A folder of an extension that nobody registered."""
    return Finding(
        severity=Severity.WARNING, code="ocfl-extension-unregistered", file=file, message=message, fix=_LEAVE
    )
