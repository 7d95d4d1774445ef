"""ZIP containers of documents, read in memory, member by member, within bounds that hold whatever the archive claims.

Never writes a file, never trusts a size that the archive states, never reads an encrypted or oddly compressed member.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.render.contract import UnreadableTextError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_MEMBERS = 10_000
MOST_BYTES = 192 << 20
"""Of all members read, unpacked."""

_ENTRY = b"PK\x01\x02"
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, RuntimeError, KeyError)
"""What the library raises for bad archives; RuntimeError and its NotImplementedError for encryption and odd methods."""

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class Container:
    """The members of one document."""

    def __init__(self, content: bytes, name: str, most: int = MOST_BYTES) -> None:
        """Open the archive; reads its list of members and nothing else.

        Args:
            content: the whole document.
            name: its path, for messages.
            most: bytes that may be unpacked in all.

        Raises:
            UnreadableTextError: it is no archive that can be read, or has too many members.
        """
        self._name = name
        self._left = most
        self._most = most
        # Each entry of the list takes a thousand bytes of memory, and thirty of the archive.
        if content.count(_ENTRY) > MOST_MEMBERS:
            raise UnreadableTextError(document_too_large(name, f"it is made of more than {MOST_MEMBERS:,} parts"))
        try:
            self._archive = zipfile.ZipFile(BytesIO(content))
        except _BROKEN as error:
            raise UnreadableTextError(
                document_damaged(name, printable(f"it is no whole ZIP archive ({error})"[:300]))
            ) from error

    @property
    def names(self) -> tuple[str, ...]:
        """Of every member that is no folder, in the archive's order."""
        return tuple(dict.fromkeys(one.filename for one in self._archive.infolist() if not one.is_dir()))

    def __contains__(self, member: str) -> bool:
        return member in self._archive.NameToInfo

    def read(self, member: str) -> bytes:
        """Return one member, unpacked.

        Raises:
            UnreadableTextError: it is missing, damaged, encrypted, or more than may be unpacked.
        """
        try:
            info = self._archive.getinfo(member)
            if info.compress_type not in _METHODS:
                raise NotImplementedError(f"compression method {info.compress_type}")
            with self._archive.open(info) as stream:
                parts = []
                while part := stream.read(_CHUNK):
                    parts.append(part)
                    self._left -= len(part)
                    if self._left < 0:
                        break
        except _BROKEN as error:
            raise UnreadableTextError(
                document_damaged(self._name, printable(f"its part {member}: {error}"[:300]))
            ) from error
        if self._left < 0:
            cause = f"it unpacks to more than {self._most >> 20} MiB"
            raise UnreadableTextError(document_too_large(self._name, cause))
        return b"".join(parts)


def repacked(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive of ``parts``, not compressed: what a library reads from it is what was looked at."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for member, content in parts:
            archive.writestr(zipfile.ZipInfo(member), content)
    return out.getvalue()


def document_damaged(name: str, cause: str) -> Finding:
    """Return the finding for a document that cannot be read.

    Args:
        name: the document's path.
        cause: as a clause: ``its part content.xml is missing``.
    """
    return Finding(
        severity=Severity.WARNING,
        code="document-damaged",
        file=name,
        message=f"{name}: no PDF/A copy, because the document cannot be read: {cause}.",
        fix="Open it in the program it was made with, see whether it is whole, and save it anew.",
    )


def document_too_large(name: str, cause: str) -> Finding:
    """Return the finding for a document whose inside is beyond the bounds."""
    return Finding(
        severity=Severity.WARNING,
        code="document-too-large",
        file=name,
        message=f"{name}: no PDF/A copy, because there is more in the document than can be laid out: {cause}.",
        fix="Nothing is lost: the original is packaged as it is. Split the document if a PDF/A copy is wanted.",
    )
