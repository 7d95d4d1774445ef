"""Images: XMP, then IPTC, then Exif, then PNG's own texts; the date of the exposure from Exif first.

Heads and tags are read; no pixel is decoded.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

# The readers of these formats are loaded at once: a process that is locked in loads no library any more.
from PIL import ExifTags, Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from archiver.describe.embedded.contract import Property
from archiver.describe.embedded.dates import exif_date, iso_date
from archiver.describe.embedded.exif import read_exif
from archiver.describe.embedded.iptc import read_iptc
from archiver.describe.embedded.xmp import read_xmp

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLUGINS = (JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
_PNG = {  # PNG, third edition, section 11.3.3.2
    "Title": "title",
    "Author": "creator",
    "Description": "description",
    "Copyright": "rights",
    "Comment": "description",
    "Creation Time": "created",
}


def read(file: BinaryIO) -> Iterator[Property]:
    """Yield what an image says of itself."""
    with Image.open(file, formats=_FORMATS) as image:
        exif = image.getexif()
        taken = exif_date(
            str(exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal, "")),
            str(exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.OffsetTimeOriginal, "")),
        )
        if taken:
            yield Property("created", taken, "EXIF DateTimeOriginal")
        packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
        if packet:
            with suppress(ValueError):
                yield from read_xmp(packet.encode() if isinstance(packet, str) else packet, "image")
        with suppress(ValueError, TypeError, SyntaxError, OSError):
            yield from read_iptc(image)
        yield from read_exif(exif)
        yield from _png_texts(getattr(image, "text", {}) if image.format == "PNG" else {})


def _png_texts(texts: dict[str, str]) -> Iterator[Property]:
    for keyword, term in _PNG.items():
        text = str(texts.get(keyword, ""))
        stated = iso_date(text) if term == "created" else text
        if stated:
            yield Property(term, stated, f"PNG {keyword}")
