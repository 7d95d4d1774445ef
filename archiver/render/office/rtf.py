"""Rich Text Format, by LibreOffice."""

from __future__ import annotations

from archiver.render.office.formats import OfficeFormat, OfficeRenderer

RENDERER = OfficeRenderer(
    kind=OfficeFormat(
        name="rtf", extension=".rtf", import_filter="Rich Text Format", application="writer", container="plain"
    )
)
