"""PDF files, by the marks that stand in the open whatever else is compressed.

The trailer names the encryption dictionary (ISO 32000-1 7.5.5); a signature states in plain bytes which bytes it is
about (12.8.1), because nothing after it may change them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.storage.archives.windowed_file import WindowedFile
from archiver.storage.protection.marks import Marks

_ENCRYPT = re.compile(rb"/Encrypt\s{0,16}(?:\d{1,10}\s{1,16}\d{1,5}\s{1,16}R\b|<<)")
_BYTE_RANGE = re.compile(rb"/ByteRange\s{0,16}\[")
_PIECE = 1 << 20
_OVERLAP = 256
_WHOLE = 64 << 20
"""Bytes of a file up to which all of it is looked at; of a larger one as much at each end as half of that."""


def pdf_marks(file: WindowedFile) -> Marks:
    """Look at one PDF.

    Raises:
        OSError: it cannot be read.
    """
    encrypted = signed = False
    for piece in _pieces(file):
        encrypted = encrypted or _ENCRYPT.search(piece) is not None
        signed = signed or _BYTE_RANGE.search(piece) is not None
        if encrypted and signed:
            break
    return Marks(
        encrypted="it is protected by a password, for reading or for what may be done with it" if encrypted else "",
        signed="it holds a signature of its own" if signed else "",
    )


def _pieces(file: WindowedFile) -> Iterator[bytes]:
    """Yield pieces that overlap, so that no mark is cut in two."""
    ranges = [(0, file.size)] if file.size <= _WHOLE else [(0, _WHOLE // 2), (file.size - _WHOLE // 2, file.size)]
    for begin, end in ranges:
        for at in range(begin, end, _PIECE):
            yield file.read(at, min(_PIECE + _OVERLAP, end - at))
