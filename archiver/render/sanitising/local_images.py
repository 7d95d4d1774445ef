"""Images beside a page, in the same item: those that came with the request, found by the page's references to them.

Pure: names and bytes. Never opens a file, never leaves the item: a reference is a key into what the request carries.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from archiver.render.sanitising.image_names import folded
from archiver.render.sanitising.sanitising import SanitisedHtml, Surroundings
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archiver.model import RenderRequest

_NAMED = 5


def surroundings(request: RenderRequest) -> Surroundings:
    """Return the images the request carries beside its document, to be found by references such as ``../a.png``."""
    companions = request.companions
    loosely = {folded(path): content for path, content in companions.items()}
    return Surroundings(image=lambda reference: _found(reference, companions, loosely))


def shown_note(clean: SanitisedHtml) -> tuple[str, ...]:
    """Say which images of the item are in a rendition."""
    if not clean.shown:
        return ()
    more = f" and {len(clean.shown) - _NAMED} more" if len(clean.shown) > _NAMED else ""
    images = "image" if len(clean.shown) == 1 else "images"
    return (
        f"{len(clean.shown)} {images} of the same item shown: {', '.join(map(printable, clean.shown[:_NAMED]))}{more}",
    )


def _found(reference: str, exactly: Mapping[str, bytes], loosely: Mapping[str, bytes]) -> bytes | None:
    path = _relative(reference)
    if path is None:
        return None
    return exactly[path] if path in exactly else loosely.get(folded(path))


def _relative(reference: str) -> str | None:
    """Return the path a relative reference means (RFC 3986 section 5.2), from the page's own folder."""
    try:
        parts = urlsplit(reference.replace("\\", "/"))
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return None
    return posixpath.normpath(unquote(parts.path))
