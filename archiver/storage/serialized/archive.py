"""The archive that a bag is written into: which formats there are, how their files are named, and what each must do.

Opens and writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

Serialization = Literal["tar", "tar.gz", "zip"]
"""One file that holds a bag (BagIt 0.97 section 4)."""

SERIALIZATIONS: tuple[Serialization, ...] = ("tar", "tar.gz", "zip")

_EXTENSIONS: dict[str, Serialization] = {".tar": "tar", ".tar.gz": "tar.gz", ".tgz": "tar.gz", ".zip": "zip"}


class ArchiveWriter(Protocol):
    """Takes a bag's payload file by file, in the order it is to have, and then the tag files.

    Every entry is a regular file with mode 0644, no owner and whole seconds of time; there are no entries for folders.
    What cannot be written raises OSError.
    """

    def begin(self, path: str, size: int, modified: int) -> None:
        """Begin the next payload file, whose ``size`` bytes follow by :meth:`write`.

        Args:
            path: below ``data/``.
            size: bytes.
            modified: seconds since 1970, UTC; may be negative.
        """
        ...

    def write(self, data: bytes) -> None:
        """Take the next bytes of the file last begun."""
        ...

    def finish(self, tags: Mapping[str, bytes]) -> None:
        """Put the tag files in their place and end the archive.

        Args:
            tags: name -> content; exactly as many bytes of each as were announced.
        """
        ...

    def close(self) -> None:
        """Let go of what is held, whether or not the archive was finished; may be called twice."""
        ...


def split_extension(name: str) -> tuple[str, Serialization | None]:
    """Split a file name into what comes before an archive's extension and the format it means.

    Args:
        name: such as ``letters.tar.gz``; the extension in either case.

    Returns:
        ``("letters", "tar.gz")``; the whole name and None where it has no such extension.
    """
    for extension, form in _EXTENSIONS.items():
        if name.lower().endswith(extension):
            return name[: -len(extension)], form
    return name, None
