"""Word documents of 97 to 2003 and before, by LibreOffice."""

from __future__ import annotations

from archiver.render.office.formats import OfficeFormat, OfficeRenderer

# Word 6, 95 and 97 to 2003 have a filter each, which LibreOffice chooses by the bytes.
RENDERER = OfficeRenderer(
    kind=OfficeFormat(name="doc", extension=".doc", import_filter=None, application="writer", container="ole")
)
