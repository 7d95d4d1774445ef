"""The gate: what must hold of a PDF before it may be called PDF/A-2u and stand for a document.

Every check runs and says what it saw, also after one has failed. Never changes the PDF.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
from pikepdf.pdfa import validate_written

from archiver.model import Check, Finding, Severity
from archiver.render.characters import compared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.render.contract import PreparedDocument
    from archiver.render.pdfa import WrittenPdf

_PIKEPDF = f"pikepdf.pdfa {version('pikepdf')}"
_PDFIUM = f"pypdfium2 {pypdfium2.PYPDFIUM_INFO}"
_ENGINE = f"WeasyPrint {version('weasyprint')}"

_DECLARED_U = re.compile(rb"(<pdfaid:conformance>)U(</pdfaid:conformance>)")
_NAMED = 5
_LINE_END_HYPHEN = "\ufffe"
"""What PDFium says for a hyphen at the end of a line; the character itself can be in no PDF that passes."""

_WIDTH = 120
"""Pixels of a page's raster: enough to see whether anything at all is on it."""

_MAP_ENTRY = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
# ISO 19005-2 6.2.11.7.2: no glyph may map to these.
_NO_TEXT = frozenset({"", "0000", "feff", "fffe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate found."""

    checks: tuple[Check, ...]
    """``glyphs``, ``pdfa``, ``text``, ``pages``, in this order, all of them."""

    findings: tuple[Finding, ...]
    """One for each check that failed."""

    @property
    def passed(self) -> bool:
        """True when every check ran and passed."""
        return all(check.passed for check in self.checks)


def judge(written: WrittenPdf, document: PreparedDocument, name: str) -> Verdict:
    """Judge one PDF.

    Args:
        written: the PDF and what the engine said.
        document: what it was made from: its text is the measure.
        name: the document's path, for messages.

    Returns:
        All checks, and a finding for each that failed.
    """
    checks = [_glyphs(written), _pdfa(written.pdf)]
    try:
        with pypdfium2.PdfDocument(written.pdf) as pdf:
            checks += [_text(pdf, written, document), _pages(pdf, document.blank_pages)]
    except pypdfium2.PdfiumError as error:
        checks += [Check(name=one, passed=False, tool=_PDFIUM, detail=f"PDFium: {error}") for one in ("text", "pages")]
    findings = tuple(finding for check in checks if not check.passed for finding in _finding(check, name))
    return Verdict(checks=tuple(checks), findings=findings)


def _glyphs(written: WrittenPdf) -> Check:
    missing = written.missing_glyphs
    detail = (
        f"no glyph for {_listed([f'U+{code:04X}' for code in missing])}" if missing else "every character has a glyph"
    )
    return Check(name="glyphs", passed=not missing, tool=_ENGINE, detail=detail)


def _pdfa(pdf: bytes) -> Check:
    """Judge PDF/A-2u: the rules of 2b by the validator, and what level U adds, here.

    The validator knows 2b alone and compares the declared level with ``B``. ISO 19005-2 clause 5 defines level U as
    level B plus 6.2.11.7: so a copy in memory whose one declared letter reads ``B`` is validated for the rules both
    levels share, and the Unicode mapping of every font is checked for the rest.
    """
    copy, declared = _DECLARED_U.subn(rb"\1B\2", pdf)
    if declared != 1:
        return Check(
            name="pdfa", passed=False, tool=_PIKEPDF, detail=f"PDF/A level U is declared {declared} times, not once"
        )
    report = validate_written(BytesIO(copy), "2b")
    problems = [*(str(finding) for finding in report.findings), *_unmapped_fonts(pdf)]
    if problems:
        return Check(name="pdfa", passed=False, tool=_PIKEPDF, detail=_listed(problems, "; "))
    detail = "PDF/A-2b rules on a copy declared B; every glyph of every font maps to Unicode (ISO 19005-2 6.2.11.7)"
    return Check(name="pdfa", passed=True, tool=_PIKEPDF, detail=detail)


def _unmapped_fonts(pdf: bytes) -> Iterator[str]:
    """ISO 19005-2 6.2.11.7.2: each glyph used has a Unicode value above zero that is neither U+FEFF nor U+FFFE."""
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            for font in opened.objects:
                if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font" and "/DescendantFonts" in font:
                    yield from _unmapped_glyphs(font)
    except pikepdf.PdfError as error:
        yield f"the file cannot be read back: {error}"


def _unmapped_glyphs(font: pikepdf.Dictionary) -> Iterator[str]:
    base = str(font.get("/BaseFont", "?"))
    if "/ToUnicode" not in font:
        yield f"font {base} has no ToUnicode map"
        return
    entries = _entries(font.ToUnicode.read_bytes())
    used = _used_glyphs(font.DescendantFonts[0].get("/W", pikepdf.Array()))
    bad = [glyph for glyph in used if entries.get(glyph, "") in _NO_TEXT]
    if bad:
        yield f"font {base}: glyphs {_listed([str(glyph) for glyph in bad])} map to no character"


def _entries(to_unicode: bytes) -> dict[int, str]:
    return {int(code, 16): text.decode("ascii").lower() for code, text in _MAP_ENTRY.findall(to_unicode)}


def _used_glyphs(widths: pikepdf.Object) -> Iterator[int]:
    """Read the glyphs a font's ``W`` array names, in its form ``first [w w w]``: it lists the glyphs used."""
    for first, entries in zip(widths[::2], widths[1::2], strict=True):
        yield from range(int(first), int(first) + len(entries))


def _text(pdf: pypdfium2.PdfDocument, written: WrittenPdf, document: PreparedDocument) -> Check:
    """Compare the characters of the PDF with the document's, as multisets of what is visible.

    Order is not compared: readers put right-to-left lines and table cells in orders of their own. The characters the
    engine added are known one by one and taken off.
    """
    extracted = Counter(compared("".join(_page_texts(pdf)).replace(_LINE_END_HYPHEN, "-")))
    expected = Counter(compared(document.text)) + Counter(compared(written.generated_text))
    missing, extra = expected - extracted, extracted - expected
    if not missing and not extra:
        detail = f"{expected.total()} characters extracted, the same as in the document and its footers"
        return Check(name="text", passed=True, tool=_PDFIUM, detail=detail)
    parts = [f"{kind}: {_characters(found)}" for kind, found in (("missing", missing), ("extra", extra)) if found]
    return Check(name="text", passed=False, tool=_PDFIUM, detail="; ".join(parts))


def _page_texts(pdf: pypdfium2.PdfDocument) -> Iterator[str]:
    for page in pdf:
        text = page.get_textpage()
        yield text.get_text_range()
        text.close()
        page.close()


def _pages(pdf: pypdfium2.PdfDocument, allowed: int) -> Check:
    """Look at each page, without its footer, for anything but paper."""
    blank = [number for number, page in enumerate(pdf, 1) if _is_blank(page)]
    if len(blank) <= allowed:
        pages = "1 page" if len(pdf) == 1 else f"{len(pdf)} pages"
        detail = f"{pages}, {len(blank)} blank as in the document" if blank else f"{pages}, none blank"
        return Check(name="pages", passed=True, tool=_PDFIUM, detail=detail)
    detail = (
        f"{len(blank)} of {len(pdf)} pages are blank, {allowed} in the document: {_listed([str(one) for one in blank])}"
    )
    return Check(name="pages", passed=False, tool=_PDFIUM, detail=detail)


_FOOTER_SHARE = 0.92
"""Part of a page's height above the footer: the bottom margin is 24 mm of 297."""


def _is_blank(page: pypdfium2.PdfPage) -> bool:
    bitmap = page.render(scale=_WIDTH / page.get_width(), grayscale=True, may_draw_forms=False)
    rows = int(bitmap.height * _FOOTER_SHARE)
    pixels = bytes(bitmap.buffer)[: rows * bitmap.stride]
    blank = pixels.count(b"\xff") == len(pixels) or _only_padding_differs(pixels, bitmap.width, bitmap.stride)
    bitmap.close()
    page.close()
    return blank


def _only_padding_differs(pixels: bytes, width: int, stride: int) -> bool:
    return all(pixels[start : start + width].count(0xFF) == width for start in range(0, len(pixels), stride))


def _listed(values: list[str], separator: str = ", ") -> str:
    more = f" and {len(values) - _NAMED} more" if len(values) > _NAMED else ""
    return separator.join(values[:_NAMED]) + more


def _characters(found: Counter[str]) -> str:
    return _listed([f"U+{ord(c):04X} {c!r} ({count})" for c, count in sorted(found.items())])


def _finding(check: Check, name: str) -> Iterator[Finding]:
    if check.name == "glyphs":
        yield Finding(
            severity=Severity.WARNING,
            code="rendition-missing-glyph",
            file=name,
            message=f"{name}: no PDF/A copy, because the installed fonts have {check.detail}.",
            fix="Install the fonts `archiver doctor` names and build again; the original is packaged as it is.",
        )
    elif check.name == "text":
        yield Finding(
            severity=Severity.WARNING,
            code="rendition-text-differs",
            file=name,
            message=f"{name}: no PDF/A copy, because the text in it is not the document's; {check.detail}.",
            fix="Nothing is lost: the original is packaged as it is. Please report these characters as a defect.",
        )
    else:
        yield Finding(
            severity=Severity.WARNING,
            code="rendition-not-pdfa",
            file=name,
            message=f"{name}: no PDF/A copy, because it failed the check {check.name!r}: {check.detail}.",
            fix="Nothing is lost: the original is packaged as it is. Please report what the check says as a defect.",
        )
