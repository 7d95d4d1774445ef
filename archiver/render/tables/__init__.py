"""Tables of data on paper: every cell is shown, columns are as wide as they need, headers stand on every page.

Small tables are drawn cell by cell; large ones as lines of aligned text, at a tenth of the cost; what has more columns
than a page has room for is shown in several parts, the same rows in each.
"""

from __future__ import annotations

from archiver.render.tables.table import Table, TableTooLongError, TableView, table_view

__all__ = ["Table", "TableTooLongError", "TableView", "table_view"]
