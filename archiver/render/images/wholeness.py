"""Whether decoders give a picture that is cut off: the layout engine has them fill up what is missing, for good."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import ImageFile

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def to_the_end() -> Iterator[None]:
    """Have the decoders refuse a picture that is cut off; for one thread at a time, as rendering children are."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
