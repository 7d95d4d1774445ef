"""Sheets: tables in the metadata folder whose rows describe documents by file name.

One reader a format gives lines of text cells (:mod:`delimited`, :mod:`xlsx`, :mod:`ods`); one understanding of
headings (:mod:`columns`) and one of rows (:mod:`rows`) serve them all; :mod:`store` keeps what was understood, on disk
where it is much. Nothing here judges a date or a language, or looks at the documents.
"""

from __future__ import annotations

from archiver.describe.sheets.reading import LARGEST_SHEET, read_sheet
from archiver.describe.sheets.rows import Row
from archiver.describe.sheets.splitting import join_values, split_values
from archiver.describe.sheets.store import RowStore

__all__ = ["LARGEST_SHEET", "Row", "RowStore", "join_values", "read_sheet", "split_values"]
