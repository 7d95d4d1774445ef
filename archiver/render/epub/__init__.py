"""EPUB books: their chapters in reading order, with the pictures that are in the book.

Never opens what lies outside the book, never applies its styles or scripts, never breaks its protection.
"""

from __future__ import annotations

from archiver.render.epub.renderer import RENDERER

__all__ = ["RENDERER"]
