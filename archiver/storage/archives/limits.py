"""How much of a stranger's archive is read before it is refused. States numbers and refusals; reads nothing.

The rule against bombs: 4 GiB of content are read from any archive; beyond that, at most 200 times the archive's own
size. Text compresses 3 to 20 times, deflate at its utmost 1032 times.
"""

from __future__ import annotations

from dataclasses import dataclass

from archiver.errors import FindingsError
from archiver.model import Finding, Severity
from archiver.standards.names import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one archive may ask for."""

    content: int = 4 << 30
    """Bytes that are read whatever the ratio."""

    ratio: int = 200
    """Bytes of content for each byte of the archive, above ``content``."""

    entries: int = 2_000_000
    name: int = 1 << 14
    """Bytes of one entry's name: PATH_MAX four times over."""

    names: int = 256 << 20
    """Bytes of all names together, those of the folders they lie in included."""

    extensions: int = 2 << 30
    """Bytes of a tar's headers for long names and pax records together, with 32 more for each record."""

    tag_files: int = 64 << 20
    """Bytes of tag files held in memory where the archive can only be read from its start (.tar.gz, .tar.zst)."""

    findings: int = 10_000
    """Refused entries that are named one by one."""

    restarts: int = 8
    """How often such an archive is read anew from its start, for tag files that were too long to hold."""

    def most_content(self, archive_size: int) -> int:
        """Return how many bytes of content are read from an archive of so many bytes."""
        return max(self.content, self.ratio * archive_size)


LIMITS = Limits()


class RefusedArchiveError(FindingsError):
    """An archive that is not read any further; ``damaged`` tells what is broken from what is only too much."""

    def __init__(self, finding: Finding, *, damaged: bool = False) -> None:
        """Take the one finding why."""
        super().__init__((finding,))
        self.damaged = damaged


class DamagedArchiveError(Exception):
    """The bytes do not follow the format from here on; the message says where and how."""


def too_much_content(limits: Limits, archive_size: int) -> RefusedArchiveError:
    """Return the refusal of an archive that expands to more than is read."""
    most = limits.most_content(archive_size)
    return RefusedArchiveError(
        Finding(
            severity=Severity.ERROR,
            code="archive-expands-too-far",
            file=None,
            message=f"The archive has {archive_size} bytes and expands to more than {most}, which is {limits.ratio} "
            f"times its size and over {limits.content} bytes: it may be made to fill disks. It was not read further.",
            fix="If you know where it comes from, unpack it on a disk with room for it, and verify the folder.",
        )
    )


def too_many_entries(limits: Limits) -> RefusedArchiveError:
    """Return the refusal of an archive with more entries, or longer names, than fit in memory."""
    return RefusedArchiveError(
        Finding(
            severity=Severity.ERROR,
            code="archive-too-many-entries",
            file=None,
            message=f"The archive has more than {limits.entries} entries, or names with more than {limits.names} "
            "bytes, or headers for long names without end. It was not read further.",
            fix="If you know where it comes from, unpack it on a disk with room for it, and verify the folder.",
        )
    )


def window_too_large(most: int) -> RefusedArchiveError:
    """Return the refusal of an archive whose decompression takes more than ``most`` bytes of memory."""
    return RefusedArchiveError(
        Finding(
            severity=Severity.ERROR,
            code="archive-window-too-large",
            file=None,
            message=f"The archive asks for more than {most} bytes of memory to be decompressed. It was not read.",
            fix="If you know where it comes from, decompress it (zstd --decompress --long=31) and verify the .tar.",
        )
    )


def not_an_archive(kind: str, reason: str) -> RefusedArchiveError:
    """Return the refusal of a file of which nothing can be read as the archive its name says it is."""
    return RefusedArchiveError(
        Finding(
            severity=Severity.ERROR,
            code="archive-unreadable",
            file=None,
            message=f"The file cannot be read as {kind}: {printable(reason)}.",
            fix="Compare it with another copy; if it is of another kind, give it the extension of that kind.",
        ),
        damaged=True,
    )


def damaged_archive(reason: str) -> Finding:
    """Return the finding on an archive that breaks off or turns into something else on the way."""
    return Finding(
        severity=Severity.ERROR,
        code="archive-damaged",
        file=None,
        message=f"The archive is damaged: {printable(reason)}. What comes behind that was not read.",
        fix="Restore the archive from another copy.",
    )


def truncated_archive(reason: str) -> Finding:
    """Return the finding on an archive whose end is missing."""
    return Finding(
        severity=Severity.ERROR,
        code="archive-truncated",
        file=None,
        message=f"The archive is cut off: {printable(reason)}.",
        fix="Copy or download the archive again.",
    )


def wrong_checksum(path: str | None, form: str) -> Finding:
    """Return the finding on bytes that do not have the checksum which the archive itself keeps of them."""
    name = printable(path) if path is not None else None
    return Finding(
        severity=Severity.ERROR,
        code="archive-checksum-mismatch",
        file=name,
        message=f"{name or 'The content'} does not have the CRC-32 that the {form} states for it.",
        fix="Restore the archive from another copy.",
    )
