"""From a decoded picture to colours that samples of a PDF/A in sRGB can have, and to what a page must look like.

Grey, palettes and RGB of eight bits stay as they are, grey of 16 bits too. What a page has no place for (CMYK, Lab, 16
bits of RGB, floating point) is converted, and said. Transparency is set apart, for a soft mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from archiver.render.images.colour import as_srgb, in_eight_bits, kept_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONVERTED = {"CMYK": "CMYK", "LAB": "Lab", "YCbCr": "YCbCr", "HSV": "HSV"}
_DEEP = frozenset({"I", "F", "I;32", "I;32B"})
_PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
_OPAQUE = (255, 255)
_STRIP = 4_000_000
"""Pixels that are looked at together: a large picture is compared strip by strip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A picture as a PDF/A can hold it."""

    image: Image.Image
    """Of mode ``1``, ``L``, ``I;16``, ``P`` or ``RGB``, without transparency."""

    opacity: Image.Image | None
    """Of mode ``L``; None when every pixel is opaque."""

    profile: bytes | None
    """Of ``image``'s colours; None for sRGB and plain grey."""

    notes: tuple[str, ...]
    """What was changed."""


def normal(image: Image.Image) -> Normal:
    """Bring one decoded picture to a mode that can be stored without loss."""
    profile = image.info.get("icc_profile")
    image, opacity = _apart(image)
    notes: tuple[str, ...] = ()
    if image.mode in _CONVERTED:
        own = profile if image.mode == "CMYK" else None
        how = ", through the profile inside the file" if own else ""
        notes = (f"colours converted from {_CONVERTED[image.mode]} to sRGB{how}",)
        image, profile = as_srgb(image, own), None
    elif image.mode in _DEEP:
        notes = ("samples of 32 bits brought to 8: the darkest is black, the lightest white",)
        image, profile = in_eight_bits(image), None
    elif image.mode.startswith("I;16"):
        image = image if image.mode == "I;16" else _least_byte_first(image)
    elif image.mode not in {"1", "L", "P", "RGB"}:
        image = image.convert("RGB")
    profile, left_out = kept_profile(profile, 3 if image.mode in {"P", "RGB"} else 1)
    notes += left_out
    return Normal(image=image, opacity=opacity, profile=profile, notes=notes)


def shown(image: Image.Image, factor: int) -> Image.Image:
    """Return what a reader must see of a picture on white paper, in sRGB, made smaller.

    Args:
        image: decoded.
        factor: side of the squares of pixels that become one; what is left over at the right and below is not looked
            at.

    Returns:
        Of mode ``RGB``; each of its pixels is the mean of such a square.
    """
    if image.mode in _DEEP:
        image = in_eight_bits(image)
    strips = [_seen(strip, factor) for strip in _strips(image, factor)]
    whole = Image.new("RGB", (strips[0].width, sum(strip.height for strip in strips)))
    at = 0
    for strip in strips:
        whole.paste(strip, (0, at))
        at += strip.height
    return whole


def _strips(image: Image.Image, factor: int) -> Iterator[Image.Image]:
    width, height = (side // factor * factor for side in image.size)
    rows = max(1, _STRIP // (width * factor)) * factor
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        strip.info = image.info
        yield strip


def _seen(strip: Image.Image, factor: int) -> Image.Image:
    plain = normal(strip)
    colours = as_srgb(_eight_bits(plain.image), plain.profile)
    if plain.opacity is not None:
        paper = Image.new("RGB", colours.size, "white")
        paper.paste(colours, mask=plain.opacity)
        colours = paper
    return colours.reduce(factor) if factor > 1 else colours


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return ``L`` or ``RGB``; of 16 bits the upper eight."""
    if image.mode == "I;16":
        return Image.frombytes("L", image.size, image.tobytes("raw", "I;16")[1::2])
    return image.convert("RGB" if image.mode in {"P", "RGB"} else "L")


def _least_byte_first(image: Image.Image) -> Image.Image:
    # Image.convert would go by way of eight bits.
    raw = "I;16B" if image.mode == "I;16B" else "I;16"
    return Image.frombytes("I;16", image.size, image.tobytes(), "raw", raw)


def _apart(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Set colours and opacity apart."""
    if image.mode in _PREMULTIPLIED:
        image = image.convert(_PREMULTIPLIED[image.mode])
    palette = image.palette.mode if image.palette else "RGB"
    keyed = "transparency" in image.info and image.mode in {"1", "L", "P", "RGB"}
    if image.mode == "PA" or keyed or (image.mode == "P" and palette != "RGB"):
        image = image.convert("LA" if image.mode in {"1", "L"} else "RGBA")
    if image.mode not in {"LA", "RGBA"}:
        return image, None
    opacity: Image.Image | None = image.getchannel("A")
    if opacity is not None and opacity.getextrema() == _OPAQUE:
        opacity = None
    return image.convert("L" if image.mode == "LA" else "RGB"), opacity
