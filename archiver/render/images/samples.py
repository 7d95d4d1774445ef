"""The samples of one picture as a PDF's image object holds them, and how PNG data becomes such samples unchanged.

Pure: bytes to values. PNG's compressed data are those of ``FlateDecode`` with PNG predictors (ISO 32000-1 7.4.4.4), so
a PNG without transparency or interlacing goes into a PDF as it is, and whatever is decoded comes back by way of PNG.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE = 0, 2, 3
"""Colour types of PNG (ISO/IEC 15948 table 11.1) that have no alpha channel."""

_COMPONENTS = {_GREY: 1, _RGB: 3, _PALETTE: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What one image object says and holds."""

    width: int
    """Columns of samples."""

    height: int
    """Rows of samples."""

    bits: int
    """Of one sample: 1, 2, 4, 8 or 16."""

    components: int
    """Samples a pixel: 1 is grey or an index into ``palette``, 3 is RGB."""

    coding: Literal["FlateDecode", "DCTDecode"]
    """Filter that ``data`` is decoded with; ``FlateDecode`` has PNG predictors."""

    data: bytes
    palette: bytes | None = None
    """Red, green, blue, eight bits each, of every index; None when the samples are colours themselves."""

    profile: bytes | None = None
    """ICC profile of the colours; None for sRGB and grey."""

    opacity: Samples | None = None
    """How opaque each pixel is, as grey; None when all are."""


def png_samples(content: bytes) -> Samples | None:
    """Return the samples of a PNG as they are, or None when a PDF cannot take them as they are.

    Args:
        content: a whole PNG file; its checksums have been looked at, or will be seen in the page.
    """
    if not content.startswith(_SIGNATURE):
        return None
    palette: bytes | None = None
    data: list[bytes] = []
    header: tuple[int, ...] | None = None
    for name, body in _chunks(content):
        if name == b"IHDR" and len(body) == 13:
            header = struct.unpack(">IIBBBBB", body)
        elif name == b"PLTE":
            palette = body
        elif name == b"IDAT":
            data.append(body)
        elif name in {b"tRNS", b"acTL"}:
            return None  # transparency is a picture of its own in a PDF; of animations every frame is wanted
    if header is None or not data:
        return None
    width, height, bits, colour, compression, filtering, interlace = header
    as_it_is = colour in _COMPONENTS and not (compression or filtering or interlace)
    if not as_it_is or (colour == _PALETTE and not palette):
        return None
    return Samples(
        width=width,
        height=height,
        bits=bits,
        components=_COMPONENTS[colour],
        coding="FlateDecode",
        data=b"".join(data),
        palette=palette if colour == _PALETTE else None,  # others only suggest one
    )


def samples_of(image: Image, profile: bytes | None, opacity: Image | None) -> Samples:
    """Return the samples of a decoded picture, without loss.

    Args:
        image: of mode ``1``, ``L``, ``I;16``, ``P`` or ``RGB``.
        profile: of its colours, if it is to be kept.
        opacity: of mode ``L`` and the same size, or None.

    Raises:
        ValueError: the image is of another mode.
    """
    samples = png_samples(_as_png(image))
    if samples is None:
        raise ValueError(f"no samples for the mode {image.mode}")
    return replace(samples, profile=profile, opacity=None if opacity is None else samples_of(opacity, None, None))


def _as_png(image: Image) -> bytes:
    out = BytesIO()
    # Without what stands beside the samples: a colour that counts as transparent would be written too.
    image.save(out, "PNG", icc_profile=None, transparency=None)
    return out.getvalue()


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at + 8 <= len(content):
        (size,) = struct.unpack_from(">I", content, at)
        name = content[at + 4 : at + 8]
        yield name, content[at + 8 : at + 8 + size]
        if name == b"IEND":
            return
        at += 12 + size
