"""Spreadsheets, XLSX and ODS, as tables: every cell's stored value, with the letters and numbers that address it.

Never computes, never applies a number format, never opens what a workbook links to.
"""

from __future__ import annotations

from archiver.render.sheets.renderer import RENDERER

__all__ = ["RENDERER"]
