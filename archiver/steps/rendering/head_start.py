"""Begins in the background, before the first document is read, what a build will most likely need.

Looks at names and descriptions alone. What it begins in vain costs time and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from archiver.describe import Metadata
from archiver.describe.language import load_detector
from archiver.model import SourceItem
from archiver.render import renderer_name
from archiver.steps.rendering.workers import RenderPool

_LOOKED_AT = 100
"""Documents: what none of the first asks for may be begun when it is needed."""


def head_start(items: Iterable[SourceItem], metadata: Metadata, pool: RenderPool | None) -> None:
    """Start loading the renderers, and the detector of languages, when a document's name and record ask for them.

    Args:
        items: those that have no package yet; read no further than needed.
        metadata: what people wrote.
        pool: None when no renditions are made.
    """
    detects = False
    for document in islice((document for item in items for document in item.documents), _LOOKED_AT):
        if renderer_name(None, "", document.path) is None:
            continue
        if pool is not None:
            pool.prepare()
        if not detects and all(one.term != "language" for one in metadata.supplied(document.path).statements):
            load_detector()
            detects = True
        if detects:
            return
