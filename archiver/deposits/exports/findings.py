"""What an export may meet, in words."""

from __future__ import annotations

from archiver.model import Finding, Severity
from archiver.standards.names import printable


def no_folder(table: str, folder: str) -> Finding:
    """Return that the folder to export to is not there."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-folder-missing",
        file=None,
        message=f"{printable(folder)}, which path in [{table}] lies in, is not there: is its disk mounted?",
        fix=f"Mount the disk or make the folder, or correct path in [{table}].",
    )


def refused(table: str, folder: str, reason: str) -> Finding:
    """Return that the disk exported to, or the package's own, refused."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-export-refused",
        file=None,
        message=f"The export to {printable(folder)} ([{table}] path) was refused: {printable(reason)}.",
        fix="Check the disk, its free space and your permissions, and deposit again: what is whole there stays.",
    )


def changed(path: str) -> Finding:
    """Return that a file of the package was not what it was when it was made ready."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-package-changed",
        file=printable(path),
        message=f"{printable(path)} changed while it was exported, so that nothing of it was exported.",
        fix="Wait until nothing writes to the package any more, verify it, and deposit it again.",
    )


def lacks(path: str, target: str, what: str) -> Finding:
    """Return that a description lacks what the importing system asks for."""
    return Finding(
        severity=Severity.WARNING,
        code="deposit-description-lacks",
        file=printable(path),
        message=f"{target}: {what}",
        fix="Complete the description and build the package anew, or complete it in the repository.",
    )


def left_out(path: str, count: int) -> Finding:
    """Return that an export of documents alone leaves files out."""
    return Finding(
        severity=Severity.INFO,
        code="deposit-files-left-out",
        file=printable(path),
        message=f'{count:,} files of the package are no document or PDF/A copy of one, and with items = "document" are '
        "not part of the export.",
        fix='Nothing to do; with items = "package", everything is exported.',
    )


def no_documents(path: str) -> Finding:
    """Return that there is nothing to export."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-no-documents",
        file=printable(path),
        message=f"{printable(path)} holds no document, so that there is nothing to export.",
        fix="Check whether it is the package you mean.",
    )
