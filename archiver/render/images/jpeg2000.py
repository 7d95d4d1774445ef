"""How deep the samples of a JPEG 2000 file are.

Pure: bytes to values. Reads the boxes of the header, decodes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_VARIES = 0xFF


def depth(content: bytes) -> int:
    """Return the bits a sample, as the header of a JP2 file states them (ISO/IEC 15444-1 I.5.3.1); 8 where none are."""
    header = dict(_boxes(dict(_boxes(content)).get(b"jp2h", b""))) if content.startswith(_SIGNATURE) else {}
    bits = header.get(b"ihdr", b"")[10:11]
    return (bits[0] & 0x7F) + 1 if bits and bits[0] != _VARIES else 8


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, name, begin = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], at + 8
        if size == 1:
            size, begin = int.from_bytes(content[at + 8 : at + 16], "big"), at + 16
        end = at + size if size else len(content)
        if end < begin:
            return
        yield name, content[begin:end]
        at = end
