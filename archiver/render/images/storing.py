"""One picture as samples of a PDF/A: the file's own compressed data where a PDF can hold them, else its pixels.

JPEG stays as it is, byte for byte, and so does what PNG compressed; every other picture is decoded and stored without
loss, JPEG 2000 too, which PDF/A-2 allows and the validator here cannot judge. What is changed is said in a note.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.render.images.colour import kept_profile
from archiver.render.images.jpeg import jpeg_samples
from archiver.render.images.jpeg2000 import depth
from archiver.render.images.normalising import normal
from archiver.render.images.samples import png_samples, samples_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from archiver.render.images.reading import PictureFile
    from archiver.render.images.samples import Samples

_BITS_PER_SAMPLE = 258
"""TIFF 6.0."""

_PNG_DEPTH = 24
"""Where a PNG states its bits a sample."""


def stored(image: Image, file: PictureFile) -> Samples:
    """Return the samples of one picture; what was done is added to the file's notes.

    Args:
        image: decoded, where it :func:`must_be_decoded`.
        file: where it is from.
    """
    kept = _kept(image, file)
    if kept is not None:
        return kept
    plain = normal(image)
    file.note(*plain.notes, *_lost_depth(plain.image, image, file))
    if plain.opacity is not None:
        file.note("transparency kept as a soft mask, which shows on white")
    file.note(f"decoded from {file.format}, and its pixels stored without loss")
    return samples_of(plain.image, plain.profile, plain.opacity)


def must_be_decoded(file: PictureFile) -> bool:
    """Tell whether pixels are needed to store the pictures, because the file's own data cannot stay as they are."""
    return file.format != "JPEG" or jpeg_samples(file.content, file.mode) is None


def _kept(image: Image, file: PictureFile) -> Samples | None:
    if file.format == "JPEG":
        found = jpeg_samples(file.content, image.mode)
    elif file.format == "PNG":
        found = png_samples(file.content)
    else:
        return None
    if found is None:
        return None
    file.note(f"the {file.format} data are in the PDF as they are")
    profile, notes = kept_profile(image.info.get("icc_profile"), 3 if found.palette else found.components)
    file.note(*notes)
    return replace(found, profile=profile)


def _lost_depth(stored_as: Image, image: Image, file: PictureFile) -> tuple[str, ...]:
    if stored_as.mode == "I;16":
        return ()
    bits: object = 8
    if file.format == "PNG":
        bits = file.content[_PNG_DEPTH]
    elif file.format == "JPEG2000":
        bits = depth(file.content)
    elif file.format == "TIFF":
        stated = getattr(image, "tag_v2", {}).get(_BITS_PER_SAMPLE, 8)
        bits = max(stated, default=8) if isinstance(stated, tuple) else stated
    deep = isinstance(bits, int) and bits > 8 and image.mode not in {"I", "F"}
    return (f"samples of {bits} bits brought to 8",) if deep else ()
