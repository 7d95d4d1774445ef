"""PowerPoint presentations of 2007 and later, by LibreOffice."""

from __future__ import annotations

from archiver.render.office.formats import OfficeFormat, OfficeRenderer

RENDERER = OfficeRenderer(
    kind=OfficeFormat(
        name="pptx",
        extension=".pptx",
        import_filter="Impress MS PowerPoint 2007 XML",
        application="impress",
        container="ooxml",
    )
)
