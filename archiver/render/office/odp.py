"""OpenDocument presentations, by LibreOffice."""

from __future__ import annotations

from archiver.render.office.formats import OfficeFormat, OfficeRenderer

RENDERER = OfficeRenderer(
    kind=OfficeFormat(name="odp", extension=".odp", import_filter="impress8", application="impress", container="odf")
)
