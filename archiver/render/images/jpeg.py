"""JPEG data that a PDF may hold as they are, with every byte they had.

Pure: bytes to values. Reads markers up to the frame header, decodes nothing.
"""

from __future__ import annotations

from archiver.render.images.samples import Samples

# ISO/IEC 10918-1 table B.1. ISO 32000-1 7.4.8: baseline, and progressive since PDF 1.3; no arithmetic coding.
_FRAMES_TAKEN = frozenset({0xC0, 0xC1, 0xC2})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_END, _SCAN = 0xD9, 0xDA
_COMPONENTS = {"L": 1, "RGB": 3}


def jpeg_samples(content: bytes, mode: str) -> Samples | None:
    """Return the whole file as samples, or None when a PDF/A in sRGB cannot hold it.

    Args:
        content: a whole JPEG file, known to be decodable.
        mode: Pillow's name of the colours it decodes to.
    """
    frame = _frame(content)
    if frame is None or mode not in _COMPONENTS:
        return None
    kind, header = frame
    if kind not in _FRAMES_TAKEN or len(header) < 6 or header[0] != 8 or header[5] != _COMPONENTS[mode]:
        return None
    return Samples(
        width=int.from_bytes(header[3:5], "big"),
        height=int.from_bytes(header[1:3], "big"),
        bits=8,
        components=_COMPONENTS[mode],
        coding="DCTDecode",
        data=content,
    )


def _frame(content: bytes) -> tuple[int, bytes] | None:
    """Return the first frame header: its marker's second byte and its parameters."""
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            return None
        kind = content[at + 1]
        if kind == 0xFF:
            at += 1
        elif kind in _ALONE:
            at += 2
        elif kind in {_END, _SCAN}:
            return None
        else:
            size = int.from_bytes(content[at + 2 : at + 4], "big")
            if kind in _FRAMES:
                return kind, content[at + 4 : at + 2 + size]
            at += 2 + size
    return None
