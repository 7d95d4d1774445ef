"""What is kept from one document for the next: parsed style sheets, and the fonts as the engine holds them."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

_MOST_FACES = 500
"""Faces in different sizes, after which the fonts are opened anew: a document of many sizes leaves as many behind."""

_of_thread = threading.local()


class DataOnly(URLFetcher):  # type: ignore[misc]  # the engine is untyped
    """Opens ``data:`` and nothing else, whatever the page says."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)


def font_configuration() -> FontConfiguration:
    """Return this thread's fonts: looking the machine's over takes longer than laying out a page.

    Good for documents that bring no fonts of their own; the sheets of :func:`style_sheet` cannot.
    """
    fonts = getattr(_of_thread, "fonts", None)
    if fonts is None or len(fonts.strut_layouts) > _MOST_FACES:
        fonts = _of_thread.fonts = FontConfiguration()
    return fonts


@lru_cache(maxsize=8)
def style_sheet(text: str) -> Any:  # noqa: ANN401 - the engine is untyped
    """Return a parsed style sheet that names no font file and fetches nothing.

    Args:
        text: CSS without ``@font-face``.
    """
    return weasyprint.CSS(string=text, font_config=FontConfiguration(), url_fetcher=DataOnly())
