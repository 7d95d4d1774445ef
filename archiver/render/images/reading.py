"""Opens an image file and gives its pictures one after another, each looked at before it is decoded.

Never decodes a picture whose header promises more pixels than fit in memory; holds one decoded picture at a time.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING

from PIL import (  # the formats register themselves, so that none is looked for later
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from archiver.model import Finding, Severity
from archiver.render.images.decoder_messages import decoder_messages
from archiver.render.images.wholeness import to_the_end
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
    GifImagePlugin.GifImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    Jpeg2KImagePlugin.Jpeg2KImageFile.format,
)
"""What is opened, by Pillow's names; nothing else is, whatever the file says it is."""

LARGEST_PIXELS = {"JPEG": 110_000_000, "PNG": 110_000_000, "TIFF": 110_000_000}
"""Width times height of one picture, by format."""

LARGEST_OTHER = 40_000_000
"""Of the formats whose decoders need several times the memory of the picture."""

LONGEST_SIDE = 100_000
"""Pixels: no raster that is compared becomes a line without end."""

MOST_PIXELS = 1_500_000_000
"""Of all pictures of a file together."""

MOST_PAGES = 1000
"""Pictures of one file of pages (TIFF)."""

MOST_FRAMES = 50
"""Pictures of an animation that become pages."""

MOST_FRAME_PIXELS = 200_000_000
"""Of an animation's frames together."""

LEAST_RESOLUTION, MOST_RESOLUTION = 10.0, 20_000.0
"""Pixels an inch; what a file states beyond is a slip, and counts as nothing stated."""

MOST_BYTES = 250 << 20
"""Of all pictures together, as they are stored."""

_ANIMATIONS = frozenset({"GIF", "WEBP", "PNG"})
_ORIENTATION = 0x0112
_UPRIGHT = 1
TURNED = frozenset({5, 6, 7, 8})
"""Orientations that exchange width and height."""

_SHOWN = 200
_TOLD = 5
_SUBFILE_TYPE, _REDUCED = 254, 1
"""TIFF 6.0, NewSubfileType: bit 0 is set for a smaller version of another picture of the file."""


class UnreadablePictureError(Exception):
    """No picture can be made of the bytes; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture of a file."""

    image: Image.Image
    """Pixels in the order in which the file has them, or already upright."""

    orientation: int
    """1 to 8, as in EXIF: how the pixels have to be turned to be upright."""

    resolution: tuple[float, float] | None
    """Pixels an inch across and down, as the file states them for ``image``; None when it does not."""


class PictureFile:
    """An image file: what it is, and its pictures. Pure but for Pillow's own caches."""

    def __init__(self, content: bytes, name: str) -> None:
        """Look at the header.

        Args:
            content: the whole file.
            name: the document's path, for messages.

        Raises:
            UnreadablePictureError: it is no picture, or too large a one.
        """
        self.content = content
        self.name = name
        self._largest = LARGEST_OTHER
        self._bytes = 0
        self.notes: dict[str, None] = {}
        """What was noticed and done, each once, in order."""
        self.damages: dict[str, None] = {}
        """What decoders said of pictures that they gave all the same, each once."""
        self.count = 0
        """Pictures given; known when :meth:`pictures` has ended."""
        self.cut = False
        """Whether an animation has more frames than were given; known when :meth:`pictures` has ended."""
        with self._reading():
            image = self._opened()
            # A camera's file of several views: the first is the picture, the others belong to the camera.
            self.format = "JPEG" if image.format == MpoImagePlugin.MpoImageFile.format else image.format or ""
            self.mode = image.mode
            self._largest = LARGEST_PIXELS.get(self.format, LARGEST_OTHER)
            self._check_size(image)

    def note(self, *notes: str) -> None:
        """Take note of what was noticed or done."""
        self.notes.update(dict.fromkeys(notes))

    @property
    def animated(self) -> bool:
        """Whether the pictures are frames of an animation, and not pages."""
        return self.format in _ANIMATIONS and (self.count > 1 or self.cut)

    def pictures(self, *, decoded: bool = True) -> Iterator[Picture]:
        """Yield each picture; it holds until the next is asked for.

        Args:
            decoded: False where what the header says is enough, and the picture is looked at later anyway.

        Raises:
            UnreadablePictureError: a picture is damaged or too large, or there are too many.
        """
        self.count, self.cut, total = 0, False, 0
        with self._reading():
            image: Image.Image | None = self._opened()
        for number in count():
            with self._reading():
                if image is None or not self._seek(image, number):
                    break
                if self._is_thumbnail(image):
                    continue
                self._check_size(image)
                total += image.width * image.height
                self.cut = self._is_beyond(total)
                if self.cut:
                    break
                pictures = [self._picture(image, decoded=decoded)]
                image = image if self._has_more(image) else None
            self.count += 1
            yield pictures.pop()  # not held here: large pictures are let go of as soon as nobody looks at them
        if not self.count:
            raise self._unreadable("it holds no picture")

    def take(self, size: int) -> None:
        """Count the bytes that the pictures so far have in the PDF.

        Raises:
            UnreadablePictureError: they are more than a PDF is let to have.
        """
        self._bytes += size
        if self._bytes > MOST_BYTES:
            raise self._too_large(f"its pictures, stored without loss, have more than {MOST_BYTES >> 20} MiB")

    def _is_beyond(self, total: int) -> bool:
        """Tell whether this picture is one too many: a frame is left out, a page is refused."""
        if self.format in _ANIMATIONS:
            return self.count >= MOST_FRAMES or (self.count > 0 and total > MOST_FRAME_PIXELS)
        if self.count >= MOST_PAGES:
            raise self._too_large(f"it has more than {MOST_PAGES:,} pages")
        if total > MOST_PIXELS:
            raise self._too_large(f"its pages have more than {MOST_PIXELS // 1_000_000:,} megapixels together")
        return False

    def _picture(self, image: Image.Image, *, decoded: bool) -> Picture:
        resolution = _resolution(image)
        if self.format == "TIFF":
            turned = image.getexif().get(_ORIENTATION) in TURNED
            with decoder_messages() as told:
                image.load()  # turns the picture upright
            self.damages.update(dict.fromkeys(printable(line)[:_SHOWN] for line in told[:_TOLD]))
            if turned and resolution:
                resolution = resolution[::-1]
            return Picture(image=image, orientation=_UPRIGHT, resolution=resolution)
        if decoded:
            image.load()
        orientation = image.getexif().get(_ORIENTATION, _UPRIGHT)
        valid = isinstance(orientation, int) and orientation in range(1, 9)
        return Picture(image=image, orientation=orientation if valid else _UPRIGHT, resolution=resolution)

    def _opened(self) -> Image.Image:
        return Image.open(BytesIO(self.content), formats=FORMATS)

    def _seek(self, image: Image.Image, number: int) -> bool:
        """Go to a picture; False after the last."""
        try:
            image.seek(number)
        except EOFError:
            return False
        return True

    def _has_more(self, image: Image.Image) -> bool:
        """Tell whether there may be another picture; False only where that is known without reading on."""
        if self.format in {"PNG", "WEBP"}:
            return bool(getattr(image, "is_animated", True))
        return self.format in {"TIFF", "GIF"}

    def _is_thumbnail(self, image: Image.Image) -> bool:
        if self.format != "TIFF":
            return False
        kind = getattr(image, "tag_v2", {}).get(_SUBFILE_TYPE, 0)
        thumbnail = isinstance(kind, int) and bool(kind & _REDUCED)
        if thumbnail:
            self.note("smaller versions of pages that the file also holds are left out")
        return thumbnail

    def _check_size(self, image: Image.Image) -> None:
        width, height = image.size
        if width * height > self._largest or max(width, height) > LONGEST_SIDE:
            raise self._too_large(f"a picture of it has {width:,} x {height:,} pixels")
        if not width or not height:
            raise self._unreadable("a picture of it has no pixels")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what the decoders raise into a finding, and what they warn of into notes."""
        with warnings.catch_warnings(record=True) as warned, to_the_end():
            warnings.simplefilter("always")
            try:
                yield
            except (UnreadablePictureError, MemoryError):
                raise
            except Image.DecompressionBombError as error:
                raise self._too_large("its header promises more pixels than any picture here may have") from error
            except UnidentifiedImageError as error:
                raise self._unreadable("its header is not that of a picture") from error
            except Exception as error:  # decoders raise nearly anything for bytes that nobody meant
                said = str(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
                raise self._unreadable(printable(said)[:_SHOWN]) from error
        for one in warned:
            if not issubclass(one.category, Image.DecompressionBombWarning):
                self.note(f"the file is not quite in order: {printable(str(one.message))[:_SHOWN]}")

    def _unreadable(self, cause: str) -> UnreadablePictureError:
        return UnreadablePictureError(
            Finding(
                severity=Severity.WARNING,
                code="image-unreadable",
                file=self.name,
                message=f"{self.name}: no PDF/A copy, because the picture cannot be decoded: {cause}.",
                fix="Open it in another program; if it is damaged, look for another copy. The original is packaged "
                "as it is.",
            )
        )

    def _too_large(self, cause: str) -> UnreadablePictureError:
        return UnreadablePictureError(
            Finding(
                severity=Severity.WARNING,
                code="image-too-large",
                file=self.name,
                message=f"{self.name}: no PDF/A copy, because {cause}; more than {self._largest // 1_000_000:,} "
                "megapixels in one picture are not decoded.",
                fix="Nothing has to be done: the original is packaged as it is. Smaller pictures or fewer pages in a "
                "file are rendered.",
            )
        )


def _resolution(image: Image.Image) -> tuple[float, float] | None:
    stated = image.info.get("dpi")
    try:
        across, down = (float(one) for one in stated or ())
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    sane = LEAST_RESOLUTION <= across <= MOST_RESOLUTION and LEAST_RESOLUTION <= down <= MOST_RESOLUTION
    return (across, down) if sane else None
