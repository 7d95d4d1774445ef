"""OpenDocument text, by LibreOffice."""

from __future__ import annotations

from archiver.render.office.formats import OfficeFormat, OfficeRenderer

RENDERER = OfficeRenderer(
    kind=OfficeFormat(name="odt", extension=".odt", import_filter="writer8", application="writer", container="odf")
)
