"""What is the same for every office format, and the member of the family that each of them is.

Imported by the build and by the rendering children; imports nothing heavy itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archiver.render import load_renderer
from archiver.render.failures import needs_program

if TYPE_CHECKING:
    from archiver.model import RenderRequest, RenderResult

Application = Literal["writer", "impress", "calc"]
Container = Literal["ooxml", "odf", "ole", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeFormat:
    """One format as LibreOffice knows it."""

    name: str
    """As in the registry: ``odt``."""

    extension: str
    """With its dot; of the file that LibreOffice is given."""

    import_filter: str | None
    """LibreOffice's name of the filter that reads it, so that it is never taken for another format; None where several
    versions have filters of their own."""

    application: Application
    container: Container

    def arguments(self, part: int) -> tuple[str, ...]:
        """Return the words of a command that converts a document to PDF/A.

        Args:
            part: of PDF/A, 2 or 3.
        """
        options = {
            "SelectPdfVersion": ("long", part),
            "UseTaggedPDF": ("boolean", True),
            "ExportBookmarks": ("boolean", True),
            # What the presenter skipped is in the document all the same.
            "ExportHiddenSlides": ("boolean", True),
            "ExportFormFields": ("boolean", False),
            # Then a JPEG keeps its bytes, and other pictures their pixels.
            "ReduceImageResolution": ("boolean", False),
            "UseLosslessCompression": ("boolean", True),
        }
        values = {name: {"type": kind, "value": json.dumps(value)} for name, (kind, value) in options.items()}
        read = (f"--infilter={self.import_filter}",) if self.import_filter else ()
        target = f"pdf:{self.application}_pdf_Export:{json.dumps(values, separators=(',', ':'))}"
        return (*read, "--convert-to", target, "--outdir", "{home}/out")


SHEETS = "sheets"
"""The member that lays out spreadsheets itself: LibreOffice does it only where that is asked for."""

_XLSX = OfficeFormat(
    name="xlsx",
    extension=".xlsx",
    import_filter="Calc MS Excel 2007 XML",
    application="calc",
    container="ooxml",
)
_ODS = OfficeFormat(name="ods", extension=".ods", import_filter="calc8", application="calc", container="odf")
_ODF_MARK = b"mimetypeapplication/vnd.oasis."
"""ODF 1.3 part 2, 3.3: the first member of the zip file, stored as it is, 30 bytes from its beginning."""


def office_format(name: str, content: bytes) -> OfficeFormat:
    """Return what LibreOffice must know of a document's format.

    Args:
        name: of its member, as in the registry.
        content: of the document: it tells the two kinds of spreadsheets apart.

    Raises:
        KeyError: LibreOffice does not read it here.
    """
    if name == SHEETS:
        return _ODS if content[30:].startswith(_ODF_MARK) else _XLSX
    kind = getattr(load_renderer(name), "kind", None)
    if not isinstance(kind, OfficeFormat):
        raise KeyError(name)
    return kind


def part_for(flavour: str) -> int:
    """Return the part of PDF/A that LibreOffice is asked for: it knows no part 4."""
    return 3 if flavour.startswith("3") else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRenderer:
    """The member of a format that only LibreOffice can lay out: without it, it says what to install."""

    kind: OfficeFormat

    @property
    def name(self) -> str:
        """As in the registry."""
        return self.kind.name

    def convert(self, request: RenderRequest) -> RenderResult:
        """See :class:`archiver.render.contract.Converter`; reached only when no program made a PDF."""
        return needs_program(request.name, self.kind.extension)
