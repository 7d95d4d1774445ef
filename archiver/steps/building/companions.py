"""The images of an item that a page in it may show: found by name, read from staging, bounded.

Never follows a path that a page names: what a page says is only compared with the names of the item's documents.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from archiver.render import renderer_name
from archiver.render.sanitising.image_names import EXTENSIONS, may_be_shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from archiver.steps.building.item_documents import ItemDocument

MOST_COMPANIONS = 500
MOST_BYTES = 32 << 20
"""Of all images that go with one page."""

_PAGES = frozenset({"html", "markdown", "rst"})


def companions(page: ItemDocument, content: bytes, documents: Iterable[ItemDocument], data: Path) -> dict[str, bytes]:
    """Return the images that ``page`` may show.

    Args:
        page: identified.
        content: its bytes.
        documents: of the same item.
        data: the folder that their packaged paths begin at.

    Returns:
        Path from the page's folder -> content; in the order of ``documents`` until the bounds are reached.
    """
    identity = page.identity
    if identity is None or renderer_name(identity.puid, identity.media_type, page.source) not in _PAGES:
        return {}
    images = [one for one in documents if one.packaged.lower().endswith(EXTENSIONS)]
    if not images:
        return {}
    shown = may_be_shown(content)
    found: dict[str, bytes] = {}
    room = MOST_BYTES
    for image in images:
        if 0 < image.size <= room and len(found) < MOST_COMPANIONS and shown(image.packaged):
            path = posixpath.relpath(image.packaged, posixpath.dirname(page.packaged))
            found[path] = (data / image.packaged).read_bytes()
            room -= image.size
    return found
