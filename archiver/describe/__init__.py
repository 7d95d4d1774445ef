"""Descriptions: where they come from, whether their values hold, and how they become one record.

People's own words come from the metadata folder (:func:`read_metadata`), the document's from its properties
(:func:`embedded`), the rest is inferred (:func:`infer`, :func:`infer_item`). Check each group of statements
(:func:`check_statements`), then :func:`merge` them. Nothing here writes a file or reaches a network. What is heavy
(lxml, EDTF, language data) is imported when a value asks for it.
"""

from __future__ import annotations

from archiver.describe.checking import Checked, check_statements
from archiver.describe.embedded import embedded
from archiver.describe.inferred import infer, infer_item
from archiver.describe.merging import merge
from archiver.describe.metadata_folder import Metadata, Supplied, read_metadata

__all__ = [
    "Checked",
    "Metadata",
    "Supplied",
    "check_statements",
    "embedded",
    "infer",
    "infer_item",
    "merge",
    "read_metadata",
]
