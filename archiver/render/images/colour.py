"""Colours of pictures: the sRGB profile every page is meant for, profiles worth keeping, other colours brought to sRGB.

Never changes the samples of a grey or RGB picture of eight bits or fewer.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageCms

if TYPE_CHECKING:
    from collections.abc import Callable

_MADE = bytes.fromhex("07d000010001000000000000")
"""1 January 2000 as an ICC profile writes it (ICC.1:2022 4.2): the library would write today."""

# ISO 19005-2 6.2.4.2: classes an ICCBased colour space may have, and the newest version.
_CLASSES = frozenset({b"prtr", b"mntr", b"scnr", b"spac"})
_NEWEST = 4
_SPACES = {b"GRAY": 1, b"RGB ": 3}
_HEADER = 128


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return an ICC profile of sRGB (IEC 61966-2-1), the same bytes each time."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[:24] + _MADE + made[36:]


def kept_profile(profile: object, components: int) -> tuple[bytes | None, tuple[str, ...]]:
    """Return the profile of a picture if a PDF/A may have it, and a note where it may not.

    Args:
        profile: as the decoder found it; None when there is none.
        components: of the picture's colours: 1 or 3.
    """
    if not isinstance(profile, bytes) or not profile:
        return None, ()
    fault = profile_fault(profile, components)
    if not fault:
        return profile, ()
    return None, (f"the colour profile inside the file is left out, because {fault}: colours are taken for sRGB",)


def profile_fault(profile: bytes, components: int) -> str:
    """Say why a PDF/A may not have ``profile`` for colours of ``components`` samples; empty when it may."""
    if len(profile) < _HEADER or int.from_bytes(profile[:4], "big") != len(profile):
        return "it is cut short"
    if profile[8] > _NEWEST:
        return f"it is of ICC version {profile[8]}"
    if profile[12:16] not in _CLASSES:
        return "it is of a class that describes no picture"
    if _SPACES.get(profile[16:20]) != components:
        return f"it is not for colours of {components} components"
    try:
        ImageCms.ImageCmsProfile(BytesIO(profile))
    except (ImageCms.PyCMSError, OSError):
        return "it cannot be read"
    return ""


def as_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as RGB in sRGB; through its own profile where that can be used.

    Args:
        image: of mode ``L``, ``RGB``, ``CMYK`` or ``LAB``.
        profile: embedded in the picture, whatever it is.
    """
    if image.mode == "LAB":
        return _through(image, ImageCms.createProfile("LAB")) or image.convert("L").convert("RGB")
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
        except (ImageCms.PyCMSError, OSError):
            return image.convert("RGB")
        return _through(image, own) or image.convert("RGB")
    return image.convert("RGB")


def _through(image: Image.Image, profile: Any) -> Image.Image | None:  # noqa: ANN401 - the library has two kinds of profile
    try:
        return ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, ValueError):
        return None


def in_eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of 32-bit or floating samples as grey of eight bits: its darkest black, its lightest white."""
    low, high = image.getextrema()
    span = float(high) - float(low)  # type: ignore[arg-type]  # a pair of numbers for a picture of one band
    scale = 255 / span if 0 < span < float("inf") else 0.0
    return image.convert("F").point(_scaled(scale, -float(low) * scale if scale else 0.0)).convert("L")  # type: ignore[arg-type]


def _scaled(scale: float, offset: float) -> Callable[[float], float]:
    # Pillow traces this with an object of its own, and then computes without calling it.
    return lambda sample: sample * scale + offset
