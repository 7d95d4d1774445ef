"""Copies the documents of a plain bag's source one after another, and names every one that cannot be had.

Where they are copied to is the caller's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from archiver.errors import ItemError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.source_files import SourceChangedError, SourceUnreadableError, open_below


def copy_documents(folder: Path, paths: Iterable[str], copy: Callable[[str], object]) -> None:
    """Copy each document.

    Args:
        folder: the source.
        paths: of the documents below it, in the order of copying.
        copy: copies one; raises what :func:`~archiver.storage.source_files.copy_document` does.

    Raises:
        ItemError: names every document that is unreadable, and the first that changed while it was read.
        OSError: the disk written to refused.
    """
    faults: list[Finding] = []
    for path in paths:
        try:
            if not faults:
                copy(path)
            else:  # no bag comes of it any more: only whether more of them cannot be opened is still worth saying
                with open_below(folder, path):
                    pass
        except SourceUnreadableError as error:
            faults.append(unreadable(path, str(error)))
        except SourceChangedError:
            faults.append(changed(path))
    if faults:
        raise ItemError(tuple(faults))


def unreadable(path: str, cause: str) -> Finding:
    """Return the finding on a document that cannot be read."""
    return Finding(
        severity=Severity.ERROR,
        code="unreadable-file",
        file=printable(path),
        message=f"{printable(path)} cannot be read: {cause}.",
        fix="Give yourself read permission on it (chmod u+r), or look at the disk, and run the same command again.",
    )


def changed(path: str) -> Finding:
    """Return the finding on a document that was written to meanwhile."""
    return Finding(
        severity=Severity.ERROR,
        code="file-changed-while-read",
        file=printable(path),
        message=f"{printable(path)} was written to while it was read, so the copy may be half old and half new.",
        fix="Wait until whatever writes to it is done, and run the same command again.",
    )


def altered(path: str) -> Finding:
    """Return the finding on a document whose copy is not what was read."""
    return Finding(
        severity=Severity.ERROR,
        code="copy-not-read-back",
        file=printable(path),
        message=f"The copy of {printable(path)} did not read back as it was written; nothing was published.",
        fix="Check the destination's disk, and run the same command again.",
    )
