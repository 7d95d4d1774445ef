"""pikepdf's PDF/A validator, asked once for what it would look at again: codes, glyphs and dictionaries it has judged.

What is kept are answers that follow from the question alone: a dictionary of one role that keeps its rules, a glyph's
outline that can be read. Nothing that was found wrong is kept, and no rule is left out. A version of the validator that
was not looked into is asked as it is.
"""

from __future__ import annotations

import json
import re
import sys
from array import array
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from operator import le
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf.pdfa import validate_written

if TYPE_CHECKING:
    from pathlib import Path

    from pikepdf.pdfa import Report

LOOKED_INTO = "10.17."
"""Versions of pikepdf whose validator is known to ask again; what is replaced in it has no public names."""

_MOST_KEPT = 5000
_LONGEST = 4000
"""Characters of a dictionary, or bytes of a glyph, that is kept."""

_PADDING = 4
"""Bytes a table may be filled up to."""

_REFERENCE = re.compile(r'"\d+ \d+ R"')
"""In the validator's own notation no name and no string looks like this."""


def validate(pdf: bytes | Path, flavour: str) -> Report:
    """Return pikepdf's report on the bytes of a file.

    Args:
        pdf: the whole file, or where it is.
        flavour: ``1b``, ``2b`` or ``3b``.
    """
    _shorten()
    return validate_written(BytesIO(pdf) if isinstance(pdf, bytes) else pdf, flavour)


@lru_cache(maxsize=1)
def _shorten() -> None:
    """Let the validator keep its answers, once a process."""
    if not pikepdf.__version__.startswith(LOOKED_INTO):
        return
    try:
        schemas = import_module("pikepdf.pdfa._schemas").SchemaSet
        programs = import_module("pikepdf.pdfa._fontprogram").TrueTypeProgram
        fonts = import_module("pikepdf.pdfa._fonts")
        schemas.check, schemas.children, schemas.kind, schemas.dispatch = (
            _kept_check(schemas.check),
            *(_kept_by_role(one) for one in (schemas.children, schemas.kind, schemas.dispatch)),
        )
        programs.has_gid = _kept_outline(programs.has_gid)
        fonts.FontInfo.decode_string = _each_code_once(fonts.FontInfo.decode_string, fonts.GlyphRef)
    except (ImportError, AttributeError):
        return


def _kept_by_role(ask: Any) -> Any:  # noqa: ANN401 - a method of the validator
    """A schema says the same of a role each time."""
    return lru_cache(maxsize=None)(ask)


def _kept_check(check: Any) -> Any:  # noqa: ANN401 - a method of the validator
    """A dictionary that keeps its role's rules does so wherever its references point."""
    good: set[tuple[str, str, str]] = set()

    def checked(self: Any, role: str, shallow: Any, context: Any, where: str) -> bool:  # noqa: ANN401
        told = json.dumps(shallow) if isinstance(shallow, dict) else ""
        if not told or len(told) > _LONGEST:
            return bool(check(self, role, shallow, context, where))
        key = (self.flavour.value, role, _REFERENCE.sub("R", told))
        if key in good:
            return True
        passed = bool(check(self, role, shallow, context, where))
        if passed:
            _keep(good, key)
        return passed

    return checked


def _kept_outline(has_gid: Any) -> Any:  # noqa: ANN401 - a method of the validator
    """An outline that could be read once can be read again."""
    good: set[bytes] = set()

    def kept(self: Any, gid: int) -> bool:  # noqa: ANN401
        outline = _outline(self, gid)
        if outline is not None and outline in good:
            return True
        found = bool(has_gid(self, gid))
        if found and outline is not None:
            _keep(good, outline)
        return found

    return kept


def _outline(program: Any, gid: int) -> bytes | None:  # noqa: ANN401 - the validator's
    """Return the bytes of a glyph, with the number of glyphs where it is made of others; None where it is not known."""
    if program.is_cff or not 0 <= gid < program.num_glyphs:
        return None
    kept = program.__dict__.get("archiver_outlines")
    if kept is None:
        kept = program.__dict__["archiver_outlines"] = _outlines(getattr(program, "_font", None), program.num_glyphs)
    places, outlines = kept
    if not places:
        return None
    outline: bytes = outlines[places[gid] : places[gid + 1]]
    if len(outline) > _LONGEST:
        return None
    # OpenType, glyf: the first number is that of the contours, below zero for a glyph made of others of the font.
    return outline if outline[:1] < b"\x80" else outline + program.num_glyphs.to_bytes(4, "big")


def _outlines(font: Any, count: int) -> tuple[array[int], bytes]:  # noqa: ANN401 - untyped
    """Read where each outline lies (OpenType, loca); no places where they are not in order and complete."""
    try:
        long = bool(font["head"].indexToLocFormat)
        raw, outlines = font.reader["loca"], bytes(font.reader["glyf"])
        places = array("I" if long else "H", raw[: (count + 1) * (4 if long else 2)])
    except Exception:  # noqa: BLE001 - whatever the font reader raises, the validator says so
        return array("I"), b""
    if sys.byteorder == "little":
        places.byteswap()
    if not long:
        places = array("I", [2 * place for place in places])
    ordered = len(places) == count + 1 and all(map(le, places, places[1:])) and places[-1] <= len(outlines)
    return (places, outlines) if ordered and len(outlines) - places[-1] < _PADDING else (array("I"), b"")


def _each_code_once(decode: Any, reference: Any) -> Any:  # noqa: ANN401 - of the validator
    """Of a string in a font whose codes are its glyphs, the validator notes which codes are in it."""

    def decoded(self: Any, data: bytes, context: Any) -> list[Any]:  # noqa: ANN401
        if not self.ok or self.kind != "type0" or self.cmap is not None or len(data) % 2:
            return list(decode(self, data, context))
        codes = array("H", data)
        if sys.byteorder == "little":
            codes.byteswap()
        return [reference(code, code) for code in set(codes)]

    return decoded


def _keep(kept: set[Any], one: Any) -> None:  # noqa: ANN401 - a key
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept.add(one)
