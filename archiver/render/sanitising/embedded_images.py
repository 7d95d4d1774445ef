"""Raster images of a page: which may go into a PDF/A, and in what form.

Never opens a file or a connection, never decodes an image whose header promises more pixels than fit in memory.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote_to_bytes

from PIL import Image

from archiver.render.images.wholeness import to_the_end

LARGEST_PIXELS = 40_000_000
"""Width times height."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeImage:
    """The verdict on one image."""

    data_uri: str | None
    """As it may stand in the page, or None."""

    reason: str = ""
    """Why not; empty when it may."""


def safe_image(uri: str) -> SafeImage:
    """Check one image.

    Args:
        uri: a ``data:`` URI (RFC 2397).

    Returns:
        The URI to use instead: the same bytes, or a PNG in RGB for a CMYK image, which PDF/A-2 with an sRGB output
        intent forbids (ISO 19005-2 6.2.4.3).
    """
    head, comma, data = uri.strip().partition(",")
    if not comma:
        return SafeImage(data_uri=None, reason="a data: URI without data")
    try:
        encoded = head.lower().endswith(";base64")
        content = base64.b64decode(unquote_to_bytes(data), validate=False) if encoded else unquote_to_bytes(data)
    except (binascii.Error, ValueError):
        return SafeImage(data_uri=None, reason="a data: URI that cannot be decoded")
    return safe_raster(content)


def safe_raster(content: bytes) -> SafeImage:
    """Check one image, as :func:`safe_image` does.

    Args:
        content: the bytes of an image file.
    """
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS:
                return SafeImage(data_uri=None, reason=f"an image of {image.width} x {image.height} pixels")
            kind, mode = image.format or "PNG", image.mode
            with to_the_end():
                image.load()
            if mode in {"CMYK", "LAB", "YCbCr"} or kind in {"GIF", "WEBP"}:
                content, kind = _as_png(image), "PNG"
    except (ValueError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        if "truncated" in str(error):
            return SafeImage(data_uri=None, reason="an image that is cut off before its end")
        return SafeImage(data_uri=None, reason=f"not a readable PNG, JPEG, GIF or WebP image ({type(error).__name__})")
    return SafeImage(data_uri=f"data:image/{kind.lower()};base64,{base64.b64encode(content).decode('ascii')}")


def _as_png(image: Image.Image) -> bytes:
    """Return the (first) picture as PNG; a GIF's palette and transparency become plain RGBA."""
    out = BytesIO()
    image.convert("RGBA" if image.has_transparency_data else "RGB").save(out, "PNG")
    return out.getvalue()
