"""Whether every character that a PDF shows has a Unicode value (ISO 19005-2 6.2.11.7.2): what level U adds to level B.

Right for PDFs of any maker, by being strict: what is not proven is yielded, also where a reader could make it out.
Never changes the PDF and never says that it is PDF/A.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pikepdf
from fontTools.agl import AGL2UV  # type: ignore[import-untyped]  # it has no types

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATORS = "q Q Tf Tj TJ ' \" gs"
_IDENTITY = ("/Identity-H", "/Identity-V")
_SIMPLE = frozenset({"/Type1", "/MMType1", "/TrueType", "/Type3"})
_PREDEFINED = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
"""Encodings whose every character has a Unicode value (ISO 32000-1 annex D), and Python's names for them."""

_CONTROL, _DELETE = 0x20, 0x7F
_CODES = {1: 1 << 8, 2: 1 << 16}
"""Bytes of a code -> how many codes there are."""

_LARGEST_MAP = 4 << 20
_DEEPEST = 512
"""Graphics states that may be saved one in another; PDF/A allows 28."""

_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf(?:char|range)", re.DOTALL)
_CHARACTER = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]*)>|\[([^]]*)\])")
_HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f]*)>")
_NO_TEXT = frozenset({0x0000, 0xFEFF, 0xFFFE})
"""ISO 19005-2 6.2.11.7.2: what no character may map to."""


@dataclass(slots=True)
class _Font:
    """One font and the codes that are shown in it."""

    dictionary: pikepdf.Dictionary
    width: int
    """Bytes of a code: 1 for simple fonts, 2 for composite ones."""

    shown: set[int] = field(default_factory=set)


class _UnknownError(Exception):
    """Something is used in a way that is not looked into here; the message says what."""


def unproven_text(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield each reason why level U is not proven; nothing when every character shown has a Unicode value.

    Args:
        pdf: open; unchanged. That it keeps to level B is for its caller to know.
    """
    try:
        fonts = _shown(pdf)
        for font in fonts.values():
            yield from _unmapped(font)
    except _UnknownError as reason:
        yield str(reason)
    except (pikepdf.PdfError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        yield f"its fonts cannot be read: {error}"


def _shown(pdf: pikepdf.Pdf) -> dict[tuple[int, int], _Font]:
    """Read the codes shown in each font from everything that can be drawn; the keys tell the fonts apart."""
    fonts: dict[tuple[int, int], _Font] = {}
    for content, resources in _contents(pdf):
        _read_content(content, resources, fonts)
    return fonts


def _contents(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object | pikepdf.Page, pikepdf.Object | None]]:
    """Yield what is drawn, with its resources: pages, forms and appearances, tiles, glyphs that are drawings."""
    for page in pdf.pages:
        yield page, page.resources
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream):
            if one.get("/Subtype") == "/Form" or one.get("/PatternType") == 1:
                yield one, one.get("/Resources")
        elif isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/Type3":
            for drawing in dict(one.CharProcs).values():
                yield drawing, one.get("/Resources")


def _read_content(
    content: pikepdf.Object | pikepdf.Page, resources: pikepdf.Object | None, fonts: dict[tuple[int, int], _Font]
) -> None:
    named = resources.get("/Font") if resources is not None else None
    states = resources.get("/ExtGState") if resources is not None else None
    own: dict[str, _Font] = {}
    current: _Font | None = None
    saved: list[_Font | None] = []
    for instruction in pikepdf.parse_content_stream(content, _OPERATORS):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "Tf":
            current = _font(named, str(operands[0]), fonts, own)
        elif operator == "gs":
            _refuse_font_in_state(states, str(operands[0]))
        elif operator == "q":
            saved.append(current)
            if len(saved) > _DEEPEST:
                raise _UnknownError("graphics states are saved too deeply")
        elif operator == "Q":
            current = saved.pop() if saved else None
        elif current is None:
            raise _UnknownError("text is shown in a font that is not named before it")
        else:
            current.shown.update(_codes(operands[-1], current.width))


def _font(
    named: pikepdf.Object | None, name: str, fonts: dict[tuple[int, int], _Font], own: dict[str, _Font]
) -> _Font | None:
    """Return a font by its name in the resources; ``own`` holds those that are no object with a number."""
    if name in own:
        return own[name]
    found = named.get(name) if named is not None else None
    if not isinstance(found, pikepdf.Dictionary):
        return None
    key = found.objgen if found.is_indirect else (0, -len(fonts) - 1)
    font = fonts.setdefault(key, _Font(found, _width(found)))
    own[name] = font
    return font


def _width(font: pikepdf.Dictionary) -> int:
    kind = str(font.get("/Subtype"))
    if kind in _SIMPLE:
        return 1
    if kind == "/Type0" and font.get("/Encoding") in _IDENTITY:
        return 2
    raise _UnknownError(f"{_name(font)} has codes of a kind that is not known here")


def _refuse_font_in_state(states: pikepdf.Object | None, name: str) -> None:
    state = states.get(name) if states is not None else None
    if isinstance(state, pikepdf.Dictionary) and "/Font" in state:
        raise _UnknownError("a font is chosen by a graphics state")


def _codes(operand: object, width: int) -> Iterator[int]:
    strings = [operand] if isinstance(operand, pikepdf.String) else operand
    if not isinstance(strings, list | pikepdf.Array):
        return
    for one in strings:
        if isinstance(one, pikepdf.String):
            data = bytes(one)
            if len(data) % width:
                raise _UnknownError("a text has half a code")
            yield from data if width == 1 else (data[at] << 8 | data[at + 1] for at in range(0, len(data), 2))


def _unmapped(font: _Font) -> Iterator[str]:
    if not font.shown:
        return
    mapped = _mapped(font)
    bad = sorted(code for code in font.shown if not mapped[code])
    if bad:
        more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
        yield f"{_name(font.dictionary)}: code {bad[0]}{more} stands for no character"


def _name(font: pikepdf.Dictionary) -> str:
    return f"font {font.get('/BaseFont', '?')}"


def _mapped(font: _Font) -> bytearray:
    """Return a byte a code: 1 where it has a Unicode value that may be."""
    to_unicode = font.dictionary.get("/ToUnicode")
    if isinstance(to_unicode, pikepdf.Stream):
        return _by_map(to_unicode.read_bytes(), font.width)
    mapped = bytearray(_CODES[font.width])
    if font.width == 1:
        for code in _by_encoding(font.dictionary):
            mapped[code] = 1
    return mapped


def _by_map(to_unicode: bytes, width: int) -> bytearray:
    """Read a ToUnicode map (ISO 32000-1 9.10.3); a code that is mapped twice is fit only if it is each time."""
    if len(to_unicode) > _LARGEST_MAP:
        raise _UnknownError("a Unicode map is too long to be read")
    mapped, refused = bytearray(_CODES[width]), bytearray(_CODES[width])
    digits = 2 * width

    def take(code: int, text: bytes) -> None:
        (mapped if _is_text(text) else refused)[code] = 1

    for kind, body in _SECTION.findall(to_unicode):
        if kind == b"char":
            for code, text in _CHARACTER.findall(body):
                if len(code) == digits:
                    take(int(code, 16), text)
            continue
        for first, last, text, listed in _RANGE.findall(body):
            if len(first) != digits or len(last) != digits or first[:-2] != last[:-2]:
                continue  # a range goes over the last byte alone
            start, end = int(first, 16), int(last, 16)
            texts = _HEXADECIMAL.findall(listed) if listed else _counted(text, end - start + 1)
            for code, one in zip(range(start, end + 1), texts, strict=False):
                take(code, one)
    return bytearray(one and not other for one, other in zip(mapped, refused, strict=True))


def _counted(text: bytes, count: int) -> Iterator[bytes]:
    """Yield the texts of a range: the first, then with a last byte that is one more each time."""
    last = int(text[-2:] or b"0", 16)
    for place in range(min(count, 0x100 - last) if text else 0):
        yield text[:-2] + b"%02x" % (last + place)


def _is_text(digits: bytes) -> bool:
    """Tell whether hexadecimal digits are UTF-16BE that a character may map to."""
    if not digits or len(digits) % 4:
        return False
    return all(int(digits[at : at + 4], 16) not in _NO_TEXT for at in range(0, len(digits), 4))


def _by_encoding(font: pikepdf.Dictionary) -> Iterator[int]:
    """Yield the codes that have a meaning without a map: those of predefined encodings, and of glyphs known by name."""
    encoding = font.get("/Encoding")
    base, differences = encoding, None
    if isinstance(encoding, pikepdf.Dictionary):
        base, differences = encoding.get("/BaseEncoding"), encoding.get("/Differences")
    codes = set(_of_predefined(str(base)))
    if isinstance(differences, pikepdf.Array):
        for code, name in _differences(differences):
            (codes.add if name in AGL2UV else codes.discard)(code)
    yield from codes


def _of_predefined(encoding: str) -> Iterator[int]:
    codec = _PREDEFINED.get(encoding)
    if codec is None:
        return
    for code in range(_CONTROL, _CODES[1]):
        if code != _DELETE and bytes([code]).decode(codec, "ignore"):
            yield code


def _differences(array: pikepdf.Array) -> Iterator[tuple[int, str]]:
    """Read which glyph each code means (ISO 32000-1 table 114)."""
    code = 0
    for one in array:
        if isinstance(one, pikepdf.Name):
            if 0 <= code < _CODES[1]:
                yield code, str(one).removeprefix("/")
            code += 1
        else:
            code = int(one)
