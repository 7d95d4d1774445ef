"""Loads what renderings need, with the least work, before the process that does it is locked in or forked.

Never renders a document of anybody's.
"""

from __future__ import annotations

import ctypes.util
import importlib
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from archiver.model import Description, RenderRequest
from archiver.render import Converter, converted, load_renderer, markdown, prepared, renderer_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAMPLES = {
    "plain-text": b"a \xe9 \xe8",
    "markdown": b"# a\n\n- b *c* **d** [e](http://e)\n\n|f|g|\n|-|-|\n|h|i|\n",
    "html": b"<p>a",
    "email": b"From: a@b\nSubject: =?utf-8?q?=C3=A9?=\nContent-Type: text/html\n\n<p>c",
    # A PNG of one pixel.
    "image": b"\x89PNG\r\n\x1a\n"
    b"\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q"
    b"\0\0\0\0IEND\xaeB`\x82",
}
"""Renderer -> a document."""


def warm_up() -> None:
    """Import and use the engine, the gate and every renderer once; only Markdown and a picture go all the way."""
    with _libraries_by_full_name():
        _import_engine()
    from archiver.render.gate import judge  # noqa: PLC0415 - loads the validators
    from archiver.render.pdfa import write_pdf  # noqa: PLC0415 - loads the layout engine

    for name in renderer_names():
        with suppress(Exception):  # one that fails costs its own documents, later, with a word about each
            renderer = load_renderer(name)
            if name not in _SAMPLES:
                continue
            if isinstance(renderer, Converter):
                converted(renderer, _request(_SAMPLES[name]))
            else:
                prepared(renderer, _request(_SAMPLES[name]))
    request = _request(_SAMPLES["markdown"])
    document = prepared(markdown.RENDERER, request)
    judge(write_pdf(document, request), document, request.name)


def _request(content: bytes) -> RenderRequest:
    return RenderRequest(
        name="a", content=content, media_type="text/plain", puid=None, description=Description(), identifier="urn:x"
    )


def _import_engine() -> None:
    with suppress(OSError):  # a system that only finds its libraries by a search: the next import searches
        importlib.import_module("archiver.render.pdfa")


@contextmanager
def _libraries_by_full_name() -> Iterator[None]:
    """Keep the engine from searching for its libraries under names they have on other systems.

    For each such name the search runs the linker's cache, a compiler and a linker: 0.2 s in all, to find nothing. Under
    the full name (``libpango-1.0.so.0``), which the engine tries too, no search is needed.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _nothing
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _nothing(name: str) -> str | None:  # noqa: ARG001 - stands for a search
    return None
