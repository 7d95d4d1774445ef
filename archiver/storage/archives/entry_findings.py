"""Findings on single entries of an archive and on its top level. Looks at nothing itself."""

from __future__ import annotations

from collections.abc import Callable

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.bag_checks.entries import special_file, symbolic_link

_NAMED = 5
"""Names that one message gives as examples."""


def unsafe_name(name: str) -> Finding:
    """Return the finding on a name that would leave the folder it is unpacked in, or is no path at all."""
    return Finding(
        severity=Severity.ERROR,
        code="archive-name-unsafe",
        file=None,
        message=f"The archive has an entry named {printable(name)!r}: a name that is empty, absolute, over-long, or "
        "has empty, . or .. parts may be written outside the folder it is unpacked in. It was not read.",
        fix="Do not unpack this archive before its sender has explained the entry.",
    )


def no_top_folder() -> Finding:
    """Return the finding on a bag that lies at the archive's top."""
    return Finding(
        severity=Severity.WARNING,
        code="archive-top-folder-absent",
        file=None,
        message="The bag's files lie at the top of the archive and not in one folder. BagIt 0.97 section 4 forbids "
        "that; RFC 8493 is silent.",
        fix="Unpack it in an empty folder of its own; make archives from the folder above the bag.",
    )


def several_top_entries(bag: str, others: list[str]) -> Finding:
    """Return the finding on what lies beside the bag, in the same archive."""
    names = ", ".join(printable(name) or "single files" for name in others[:_NAMED])
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return Finding(
        severity=Severity.ERROR,
        code="archive-top-folder-not-alone",
        file=None,
        # BagIt 0.97 section 4: the top-level directory of a serialization MUST contain only one bag
        message=f"Beside the folder {printable(bag)}, which was verified, the archive holds {names}{more}: no manifest "
        "covers that.",
        fix="Put each bag into an archive of its own, with nothing beside it.",
    )


def other_folder_name(folder: str, archive: str) -> Finding:
    """Return the finding on an archive that is not called as its bag is."""
    return Finding(
        severity=Severity.WARNING,
        code="archive-folder-name",
        file=None,
        # BagIt 0.97 section 4: the serialization SHOULD have the same name as the bag's base directory
        message=f"The archive is called {printable(archive)} and the bag in it {printable(folder)}.",
        fix="Give both one name, so that it is clear what unpacking gives; the bag itself is not affected.",
    )


def more_refused(count: int) -> Finding:
    """Return the finding on refused entries that are too many to be named."""
    return Finding(
        severity=Severity.ERROR,
        code="archive-entries-unnamed",
        file=None,
        message=f"{count} more entries of the archive are refused, for reasons such as those of the entries named.",
        fix="Do not unpack this archive before its sender has explained them.",
    )


def refused(path: str, fault: str, words: str) -> Finding:
    """Return the finding on an entry that was not read.

    Args:
        path: from the bag's root.
        fault: name of a :class:`~archiver.storage.archives.entries.Kind` or ``Fault``.
        words: what the entry is, as ``is ...`` goes on.
    """
    if fault == "SYMBOLIC_LINK":
        return symbolic_link(path)
    if fault in {"PIPE", "DEVICE", "UNKNOWN"}:
        return special_file(path, words)
    return _REFUSED[fault](printable(path))


def _hard_link(name: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="archive-hard-link",
        file=name,
        message=f"{name} is a hard link to another entry; it was not read.",
        fix="Make the archive anew without links (GNU tar: --hard-dereference).",
    )


def _sparse(name: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="archive-entry-sparse",
        file=name,
        message=f"{name} is stored as a sparse file; it was not read, and whether it is damaged is unknown.",
        fix="Make the archive anew without tar's --sparse.",
    )


def _encrypted(name: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="archive-entry-encrypted",
        file=name,
        message=f"{name} is encrypted; it was not read, and whether it is damaged is unknown.",
        fix="Decrypt the archive in a safe place and verify the folder.",
    )


def _compressed(name: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="archive-entry-method",
        file=name,
        message=f"{name} is compressed by a method other than deflate; it was not read.",
        fix="Make the archive anew with the usual method, or unpack it and verify the folder.",
    )


def _overlapping(name: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="archive-entries-overlap",
        file=name,
        message=f"{name} lies in bytes of the archive that belong to another entry too: no honest program writes that, "
        "and it may be made to fill disks. It was not read.",
        fix="Do not unpack this archive before its sender has explained it.",
    )


def _repeated(name: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="archive-entry-repeated",
        file=name,
        message=f"The archive has {name} more than once, or as a file and as a folder: which of them is unpacked "
        "depends on the program. Only the first was looked at.",
        fix="Make the archive anew from the folder, with each file once.",
    )


_REFUSED: dict[str, Callable[[str], Finding]] = {
    "HARD_LINK": _hard_link,
    "SPARSE": _sparse,
    "ENCRYPTED": _encrypted,
    "COMPRESSED": _compressed,
    "OVERLAPPING": _overlapping,
    "REPEATED": _repeated,
}
