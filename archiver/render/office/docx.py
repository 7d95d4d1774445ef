"""Word documents of 2007 and later: by LibreOffice where it is, else their words and pictures by way of HTML.

The second way keeps headings, lists, tables, notes and pictures, and neither page layout nor headers and footers; the
finding says so. Never loads what the document points at.
"""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING, Any

from archiver.model import Finding, Severity
from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.office.formats import OfficeFormat

if TYPE_CHECKING:
    from archiver.model import RenderRequest


class Docx:
    """The renderer of DOCX without LibreOffice."""

    name = "docx"
    kind = OfficeFormat(
        name="docx",
        extension=".docx",
        import_filter="MS Word 2007 XML",
        application="writer",
        container="ooxml",
    )

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`.

        Raises:
            UnreadableTextError: the document is damaged, encrypted or a bomb; the finding says which.
        """
        # Loaded in the child alone: the build imports this module for ``kind``.
        from archiver.render.office.inspection import damaged, inspect  # noqa: PLC0415
        from archiver.render.office.source_text import folded  # noqa: PLC0415
        from archiver.render.office.text_of_docx import text_of_docx  # noqa: PLC0415
        from archiver.render.sanitising.sanitising import sanitise  # noqa: PLC0415
        from archiver.standards.xml import XmlSyntaxError  # noqa: PLC0415

        seen = inspect(request.content, self.kind, request.name)
        if seen.refusal is not None or seen.container is None:
            raise UnreadableTextError(seen.refusal or damaged(request.name, "it is no zip file"))
        try:
            source = text_of_docx(seen.container)
            clean = sanitise(_as_html(request.content), request.name)
        except (XmlSyntaxError, KeyError, OSError, ValueError, AttributeError) as error:
            raise UnreadableTextError(damaged(request.name, f"{type(error).__name__}: {error}"[:200])) from error
        # What did not come through is asked for all the same, so that the gate sees it missing.
        lost = Counter(folded([source.required])) - Counter(folded([clean.text]))
        return PreparedDocument(
            body=clean.body,
            text=clean.text + "".join(lost.elements()),
            notes=(
                "the document's words and pictures, by mammoth; page layout, headers and footers left out",
                *clean.notes,
            ),
            findings=(*seen.findings, *clean.findings, _simplified(request.name, tried=request.made is not None)),
        )


RENDERER = Docx()


def _as_html(content: bytes) -> str:
    import mammoth  # type: ignore[import-untyped]  # noqa: PLC0415 - in the child alone

    # Not the style map a document may bring along: it is for its author's pages.
    result: Any = mammoth.convert_to_html(BytesIO(content), include_embedded_style_map=False)
    return str(result.value)


def _simplified(name: str, *, tried: bool) -> Finding:
    cause = "what LibreOffice made of it did not pass its checks" if tried else "LibreOffice is not on this machine"
    return Finding(
        severity=Severity.INFO,
        code="office-simplified",
        file=name,
        message=f"{name}: its PDF/A copy has the words, lists, tables and pictures of the document, but not its page "
        f"layout, headers and footers, because {cause}.",
        fix="Nothing has to be done; the original has its layout."
        if tried
        else "Install LibreOffice (`archiver doctor` says how) and build again, if the layout matters.",
    )
