"""Lays out a prepared document and writes it as PDF/A. Knows WeasyPrint, as :mod:`archiver.render.engine` alone does.

Never fetches: the only address it opens is ``data:``. Never asks the clock. Meant for a rendering child: importing it
hooks the engine's line drawing (see :mod:`archiver.render.typesetting.actual_text`) and its slow places (see
:mod:`archiver.render.engine`), which is for the whole process.
"""

from __future__ import annotations

import logging
import time
import zlib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pydyf  # type: ignore[import-untyped]
import weasyprint
import weasyprint.draw.text as engine_text
import weasyprint.pdf.fonts as engine_fonts
from weasyprint.formatting_structure import boxes
from weasyprint.pdf.metadata import DocumentMetadata

from archiver.render.engine import faces, lines, pages, widths
from archiver.render.engine.drawing import draw_plain_line, read_back
from archiver.render.engine.kept import DataOnly, font_configuration, style_sheet
from archiver.render.labels import labels
from archiver.render.typesetting.actual_text import DrawnText, complete_fonts, known_glyphs, label_line, label_text
from archiver.render.typesetting.style import BREAK_CELLS, STYLE, footer
from archiver.standards.pdfa import parse_flavour
from archiver.standards.xmp import XmpFacts, xmp_packet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import RenderRequest
    from archiver.render.contract import PreparedDocument
    from archiver.render.labels import Labels

TOOL = f"WeasyPrint {weasyprint.__version__}"

_VARIANTS = {"4": "pdf/a-4e"}
"""Flavour -> what the engine calls it where that is another name: the two differ in what the packet declares alone,
and the packet is ours."""

_drawn: ContextVar[DrawnText | None] = ContextVar("_drawn", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPdf:
    """One PDF, and what the engine said while making it."""

    pdf: bytes
    flavour: str
    """What it was written as and declares: ``2u``."""

    pages: int
    missing_glyphs: tuple[int, ...]
    """Code points no font has, ascending."""

    generated_text: str
    """Every character on the pages that is not the document's: footers, list markers, quotation marks, table headers
    repeated on a later page."""

    seconds: float
    """Wall time in the engine."""


class _Metadata(DocumentMetadata):  # type: ignore[misc]  # the engine is untyped
    """The document's record, as one uncompressed XMP packet."""

    packet: bytes = b""

    def include_in_pdf(self, pdf: pydyf.PDF, *_: object) -> None:
        """Add the packet as it is: the engine's own would be a second ``rdf:RDF`` and compressed."""
        stream = pydyf.Stream([self.packet], {"Type": "/Metadata", "Subtype": "/XML"}, compress=False)
        pdf.add_object(stream)
        pdf.catalog["Metadata"] = stream.reference


def write_pdf(document: PreparedDocument, request: RenderRequest) -> WrittenPdf:
    """Make the PDF of one document.

    Args:
        document: what its renderer prepared.
        request: gives the record, the identifier and the flavour.

    Returns:
        The bytes, the same for the same arguments and fonts, not yet judged.
    """
    started = time.perf_counter()
    # Tagged at every level: a reader of level U is no less in need of headings than one of level A.
    options = {"pdf_variant": _VARIANTS.get(request.flavour, f"pdf/a-{request.flavour}"), "pdf_tags": True}
    told = labels(request, document.title, document.language)
    with _messages() as missing, _recorded() as drawn:
        # xml_text: the engine's tree builder and lxml both stop at characters XML 1.0 forbids.
        page = weasyprint.HTML(string=_page(document.body, told), url_fetcher=DataOnly())
        fonts = font_configuration()
        sheets = (STYLE, footer(request.identifier), request.page_style)
        styles = [style_sheet(sheet) for sheet in sheets if sheet]
        layout = page.render(font_config=fonts, stylesheets=styles, **options)
        if _has_wide_table(layout):
            # Words in cells are kept whole while the table fits the page; here it does not.
            styles.append(style_sheet(BREAK_CELLS))
            layout = page.render(font_config=fonts, stylesheets=styles, **options)
        layout.metadata = _metadata(told, request)
        pdf = layout.write_pdf(finisher=_finish, **options)
    return WrittenPdf(
        pdf=pdf,
        flavour=request.flavour,
        pages=len(layout.pages),
        missing_glyphs=tuple(sorted(missing)),
        generated_text="".join([*drawn.generated, *_repeated(layout)]),
        seconds=time.perf_counter() - started,
    )


def _has_wide_table(layout: Any) -> bool:  # noqa: ANN401 - the engine is untyped
    """Tell whether a table reaches beyond the right or left edge of a page's content."""
    for page in layout.pages:
        area = page._page_box  # noqa: SLF001 - no public name
        left, right = area.content_box_x(), area.content_box_x() + area.width
        for box in area.descendants():
            if isinstance(box, boxes.TableBox) and (
                box.border_box_x() < left - 1 or box.border_box_x() + box.border_width() > right + 1
            ):
                return True
    return False


def _repeated(layout: Any) -> Iterator[str]:  # noqa: ANN401 - the engine is untyped
    """Yield the text of table headers and footers on every page they are repeated on after their first."""
    seen: set[int] = set()
    for page in layout.pages:
        for box in page._page_box.descendants():  # noqa: SLF001 - no public name
            if not isinstance(box, boxes.TableRowGroupBox) or not (box.is_header or box.is_footer):
                continue
            if id(box.element) in seen:
                yield from (one.text for one in box.descendants() if isinstance(one, boxes.TextBox))
            seen.add(id(box.element))


def _page(body: str, told: Labels) -> str:
    lang = f' lang="{told.language}"' if told.language else ""
    head = f'<head><meta charset="utf-8"><title>{escape(told.title)}</title></head>'
    return f"<!DOCTYPE html><html{lang}>{head}<body>{body}</body></html>"


def _metadata(told: Labels, request: RenderRequest) -> _Metadata:
    record = request.description
    facts = XmpFacts(
        title=told.title, identifier=request.identifier, producer=TOOL, flavour=parse_flavour(request.flavour)
    )
    metadata = _Metadata(
        title=told.title,
        authors=list(told.authors),
        description=told.description,
        created=told.created,
        modified=told.modified,
        lang=told.language,
    )
    metadata.packet = xmp_packet(record, facts)
    return metadata


def _finish(_document: object, pdf: pydyf.PDF) -> None:
    # A viewer's title bar shows the title, not the file name (ISO 32000-1 table 150).
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    # Empty resource categories say nothing; a strict validator does not look into patterns and shadings and refuses
    # them.
    for resources in (one for one in pdf.objects if isinstance(one, dict) and "ExtGState" in one):
        for category in ("Pattern", "Shading"):
            if category in resources and not resources[category]:
                del resources[category]
    for stream in (one for one in pdf.objects if isinstance(one, pydyf.Stream) and one.compress):
        _compress(stream)


def _compress(stream: pydyf.Stream) -> None:
    """Compress once, at zlib's own level: the writer would do it for the file and again for its identifier, at 9."""
    content = b"\n".join(pydyf._to_bytes(part) for part in stream.stream)  # noqa: SLF001 - no public name
    stream.stream = [zlib.compress(content, 6)]
    stream.extra["Filter"] = "/FlateDecode"
    stream.compress = False


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            self.missing.update(argument for argument in record.args if isinstance(argument, int))


@contextmanager
def _messages() -> Iterator[set[int]]:
    """Collect the code points the engine says it has no glyph for."""
    collector = _Collector()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield collector.missing
    finally:
        logger.removeHandler(collector)


@contextmanager
def _recorded() -> Iterator[DrawnText]:
    drawn = DrawnText()
    token = _drawn.set(drawn)
    try:
        yield drawn
    finally:
        _drawn.reset(token)


_draw_first_line = engine_text.draw_first_line


def _draw_labelled_line(stream: Any, textbox: Any, overflow: str, ellipsis: str, matrix: Any) -> Any:  # noqa: ANN401
    """Draw one line as the engine does, then see that its text can be read back."""
    drawn = _drawn.get()
    if drawn is None:
        return _draw_first_line(stream, textbox, overflow, ellipsis, matrix)
    result: Any = []
    start, known, current = len(stream.stream), known_glyphs(stream), stream._current_font  # noqa: SLF001 - no public name
    plain = draw_plain_line(stream, textbox, matrix) if overflow != "ellipsis" and ellipsis == "none" else None
    if plain is not None:
        complete_fonts(stream, textbox.text, known, drawn)
        label_text(stream, textbox.text, read_back(plain), start)
    else:
        result = _draw_first_line(stream, textbox, overflow, ellipsis, matrix)
        if len(stream.stream) > start:
            label_line(stream, textbox.text, start, current[0] if current else None, known, drawn)
    # A page margin's box has no element, a marker's or a quotation mark's is called ``li::marker``, ``q::before``.
    if len(stream.stream) > start and (textbox.element_tag is None or "::" in textbox.element_tag):
        drawn.generated.append(textbox.text)
    return result


for _shortcut in (faces, lines, widths, pages):
    _shortcut.install()
engine_text.draw_first_line = _draw_labelled_line


class _OneArrayType:
    """The engine's foreign functions, which parse C for each new length of an array of glyphs: 3 ms, twice a font."""

    def __init__(self, foreign: Any) -> None:  # noqa: ANN401 - the engine is untyped
        self._foreign = foreign

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as above
        return getattr(self._foreign, name)

    def new(self, kind: str, value: Any = None) -> Any:  # noqa: ANN401 - as above
        """Make a C value; an array of glyphs takes its length from what it is made of."""
        if kind.startswith("hb_codepoint_t[") and isinstance(value, (list, tuple)):
            kind = "hb_codepoint_t[]"
        return self._foreign.new(kind, value)


engine_fonts.ffi = _OneArrayType(engine_fonts.ffi)
