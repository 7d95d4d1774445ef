"""PowerPoint presentations of 97 to 2003, by LibreOffice."""

from __future__ import annotations

from archiver.render.office.formats import OfficeFormat, OfficeRenderer

RENDERER = OfficeRenderer(
    kind=OfficeFormat(
        name="ppt", extension=".ppt", import_filter="MS PowerPoint 97", application="impress", container="ole"
    )
)
