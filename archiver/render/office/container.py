"""The zip file that an OOXML or OpenDocument document is: opened within limits, each member read whole and checked.

Never unpacks anything to a disk, and never believes a size that a member's bytes do not confirm.
"""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMBERS = 20_000
MOST_BYTES = 512 << 20
"""Of all members, unpacked."""

MOST_TIMES = 200
"""By which the members may outgrow the file, once they are large at all. XML shrinks by 10 to 30."""

_ALWAYS_ALLOWED = 16 << 20
_CHUNK = 1 << 20


class DamagedContainerError(Exception):
    """It is no zip file that can be read whole; the message says what is wrong."""


class ExpandingContainerError(Exception):
    """Its members unpack to more than a document should; the message gives the bytes."""


class Container:
    """A zip file in memory, of which every member has been unpacked once."""

    def __init__(self, content: bytes) -> None:
        """Open it, read every member to its end and compare its checksum.

        Args:
            content: of the document.

        Raises:
            DamagedContainerError: it cannot be read whole.
            ExpandingContainerError: it is a bomb, or as large as one.
        """
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            self.names = tuple(self._zip.namelist())
            _check_sizes(self._zip.infolist(), len(content))
            for member in self._zip.infolist():
                if not member.flag_bits & 0x1:  # encrypted: read by no one without the password
                    for _ in self._chunks(member):
                        pass
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
            raise DamagedContainerError(str(error) or type(error).__name__) from None

    def read(self, name: str) -> bytes:
        """Return one member's bytes.

        Raises:
            DamagedContainerError: there is no such member, or it is encrypted.
        """
        try:
            return self._zip.read(name)
        except (KeyError, RuntimeError) as error:
            raise DamagedContainerError(f"it has no readable part {name}") from error

    def _chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        with self._zip.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk


def _check_sizes(members: list[zipfile.ZipInfo], packed: int) -> None:
    """Refuse by the sizes stated; a member that unpacks to more than it states fails its checksum at that size."""
    if len(members) > MOST_MEMBERS:
        raise ExpandingContainerError(f"it has {len(members):,} parts, {MOST_MEMBERS:,} at most")
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES or total > max(_ALWAYS_ALLOWED, packed * MOST_TIMES):
        raise ExpandingContainerError(f"its {packed:,} bytes unpack to {total:,}")
