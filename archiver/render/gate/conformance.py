"""Is it PDF/A of the flavour it is meant to be? Judged by pikepdf's validator, and what level U adds, here.

The validator knows the rules of 1b, 2b and 3b. What it does not know is not claimed: for level A and for part 4 the
check says what was seen and that nothing proved the rest (docs/adr/0013).
"""

from __future__ import annotations

import re
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from archiver.model import Check
from archiver.render.gate.shown_codes import shown_codes
from archiver.render.gate.validator import validate
from archiver.render.gate.verdict import listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pikepdf.pdfa import Finding

PIKEPDF = f"pikepdf.pdfa {version('pikepdf')}"

_JUDGED_PARTS = frozenset("123")
_LAST_CODE = 0xFFFF
_MAP_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf(?:char|range)", re.DOTALL)
_MAP_RANGE = re.compile(
    rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^]]*)\])",
)
_HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f]*)>")
_MAP_ENTRY = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
# ISO 19005-2 6.2.11.7.2: no glyph may map to these.
_NO_TEXT = frozenset({"", "0000", "feff", "fffe"})


def conformance_check(pdf: bytes, flavour: str) -> Check:
    """Judge whether ``pdf`` is what ``flavour`` says, by what is known here of that flavour.

    ISO 19005-2 clause 5 defines level U as level B plus 6.2.11.7, and level A as level U plus the structure of 6.7. So
    the rules of level B are the validator's, of whose findings the one about the declared letter is read by its
    letter; the Unicode mapping of every font is checked here.

    Args:
        pdf: the bytes of the file.
        flavour: part and level, such as ``2u``; the file must declare just this one.

    Returns:
        The check ``pdfa``: passed for levels B and U of parts 1 to 3 alone. For level A and part 4 it is None, since
        no validator here knows them, or False where a rule they share with level B is broken.
    """
    part, level = flavour[0], flavour[1:].upper()
    if part not in _JUDGED_PARTS:
        return Check(name="pdfa", passed=None, tool=PIKEPDF, detail=f"it does not know PDF/A-{flavour}")
    problems = list(_broken_rules(pdf, part, level))
    if level in {"U", "A"}:
        problems += _unmapped_fonts(pdf)
    if problems:
        return Check(name="pdfa", passed=False, tool=PIKEPDF, detail=listed(problems, "; "))
    detail = f"PDF/A-{part}b rules"
    if level != "B":
        detail += f" on a file that declares {level}; every glyph of every font maps to Unicode (ISO 19005-2 6.2.11.7)"
    if level == "A":
        return Check(name="pdfa", passed=None, tool=PIKEPDF, detail=f"{detail}; it does not know what level A adds")
    return Check(name="pdfa", passed=True, tool=PIKEPDF, detail=detail)


def level_b_findings(pdf: bytes | Path, part: str) -> tuple[str, tuple[Finding, ...]]:
    """Judge a file of any level by the rules of level B, which all levels of its part share.

    Args:
        pdf: the bytes of the file, or where it is.
        part: ``1``, ``2`` or ``3``.

    Returns:
        The level it declares, and what the validator found beside that letter; nothing when the rules are kept.
    """
    declared, broken = "B", []
    for finding in validate(pdf, f"{part}b").findings:
        # The rule that the declared level is the one validated against: ISO 19005-1 6.7.11, ISO 19005-2 6.6.4.
        match = _DECLARED.fullmatch(finding.message)
        if match and finding.rule.endswith(("6.7.11-3", "6.6.4-3")):
            declared = match[1]
        else:
            broken.append(finding)
    return declared, tuple(broken)


def _broken_rules(pdf: bytes, part: str, level: str) -> Iterator[str]:
    """Yield the rules of level B that are broken, and a level declared that is not ``level``."""
    declared, broken = level_b_findings(pdf, part)
    yield from map(str, broken)
    if declared != level:
        yield f"it declares level {declared}, not {level}"


_DECLARED = re.compile(r"pdfaid:conformance is '?(.*?)'?, expected 'B'")


def _unmapped_fonts(pdf: bytes) -> Iterator[str]:
    """ISO 19005-2 6.2.11.7.2: each glyph used has a Unicode value above zero that is neither U+FEFF nor U+FFFE."""
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            fonts = [
                one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
            ]
            for font in fonts:
                yield from _unmapped_glyphs(font)
            symbolic = [font for font in fonts if _has_own_codes(font)]
            if symbolic:
                shown = shown_codes(opened)
                for font in symbolic:
                    yield from _unmapped_codes(font, shown.get(font.objgen, set()))
    except (pikepdf.PdfError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        yield f"its fonts cannot be read: {error}"


def _unmapped_glyphs(font: pikepdf.Dictionary) -> Iterator[str]:
    base = str(font.get("/BaseFont", "?"))
    if str(font.get("/Subtype", "")).startswith("/CIDFont"):
        return  # judged with the font it belongs to
    if "/ToUnicode" not in font:
        if font.get("/Encoding") not in _KNOWN_ENCODINGS:
            yield f"font {base} has no ToUnicode map"
        return
    if "/DescendantFonts" not in font:
        return
    entries = _entries(font.ToUnicode.read_bytes())
    used = _used_glyphs(font.DescendantFonts[0].get("/W", pikepdf.Array()))
    bad = [glyph for glyph in used if entries.get(glyph, "") in _NO_TEXT]
    if bad:
        yield f"font {base}: glyphs {listed([str(glyph) for glyph in bad])} map to no character"


def _has_own_codes(font: pikepdf.Dictionary) -> bool:
    """Tell whether a simple font's codes mean only what its own map says."""
    return (
        "/ToUnicode" in font
        and "/DescendantFonts" not in font
        and not str(font.get("/Subtype", "")).startswith("/CIDFont")
        and font.get("/Encoding") not in _KNOWN_ENCODINGS
    )


def _unmapped_codes(font: pikepdf.Dictionary, shown: set[int]) -> Iterator[str]:
    entries = _entries(font.ToUnicode.read_bytes())
    bad = sorted(code for code in shown if entries.get(code, "") in _NO_TEXT)
    if bad:
        base = str(font.get("/BaseFont", "?"))
        yield f"font {base}: codes {listed([str(code) for code in bad])} map to no character"


_KNOWN_ENCODINGS = ("/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding")
"""What needs no ToUnicode map: ISO 19005-2 6.2.11.7.2."""


def _entries(to_unicode: bytes) -> dict[int, str]:
    """Read a ToUnicode map: code -> hexadecimal of UTF-16BE (ISO 32000-1 9.10.3)."""
    found: dict[int, str] = {}
    for kind, body in _MAP_SECTION.findall(to_unicode):
        if kind == b"char":
            found |= {int(code, 16): text.decode("ascii").lower() for code, text in _MAP_ENTRY.findall(body)}
            continue
        for first, last, text, listed_texts in _MAP_RANGE.findall(body):
            codes = range(int(first, 16), min(int(last, 16), _LAST_CODE) + 1)
            if text:
                found |= {code: f"{int(text, 16) + place:0{len(text)}x}" for place, code in enumerate(codes)}
            else:
                texts = _HEXADECIMAL.findall(listed_texts)
                found |= {code: one.decode("ascii").lower() for code, one in zip(codes, texts, strict=False)}
    return found


def _used_glyphs(widths: pikepdf.Object) -> Iterator[int]:
    """Read the glyphs a font's ``W`` array names (ISO 32000-1 9.7.4.3): a font that is subset lists the glyphs used."""
    place = 0
    while place + 1 < len(widths):
        first, second = int(widths[place]), widths[place + 1]
        if isinstance(second, pikepdf.Array):
            yield from range(first, first + len(second))
            place += 2
        else:
            yield from range(first, min(int(second), _LAST_CODE) + 1)
            place += 3
