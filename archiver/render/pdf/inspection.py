"""What is in a PDF that matters to a conversion: one walk over its objects, which neither changes nor judges it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf

from archiver.render.pdf.obstacles import plain
from archiver.standards.names import printable
from archiver.standards.xml import XmlSyntaxError, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_PAGES = 2_000
"""Pages beyond which a PDF is not converted: each is drawn twice to compare them."""

LARGEST_OBJECTS = 400_000
"""Objects beyond which a PDF is not looked into: indirect ones, and dictionaries of any kind."""

MOST_FIELDS = 5_000
"""Form fields beyond which a PDF is not converted: drawing them takes time that grows with their square."""

_PART = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*([1-4])\s*[<\"']")
_CONFORMANCE = re.compile(rb"pdfaid:conformance(?:>|=[\"'])\s*([ABUEF])\s*[<\"']")
_SAYS_LITTLE = ("file is damaged", "Attempting to reconstruct")
_LARGEST_PACKET = 4 << 20
_LONGEST_NAME = 100
_SIMPLE_FONTS = frozenset({"/Type1", "/MMType1", "/TrueType"})
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


class TooManyObjectsError(Exception):
    """The PDF has more pages or objects than are looked into; the message says how many."""


@dataclass(slots=True, kw_only=True)
class PdfTraits:
    """What one PDF has in it."""

    pages: int
    declared: str | None = None
    """``2b``: the PDF/A flavour its metadata claims, as nobody has checked it; ``4`` for part 4."""

    title: str | None = None
    """What it calls itself."""

    damage: tuple[str, ...] = ()
    """What qpdf had to repair to read the file."""

    signed: bool = False
    xfa: bool = False
    form: bool = False
    """Has form fields."""

    widgets: int = 0
    """Places on pages where fields are shown."""

    javascript: bool = False
    layers: bool = False
    """Optional content: parts that a viewer may show or hide."""

    attachments: int = 0
    fonts: frozenset[str] = frozenset()
    """Names of the fonts that are used and not in the file."""


def inspected(pdf: pikepdf.Pdf) -> PdfTraits:
    """Look through a PDF.

    Args:
        pdf: open and not encrypted.

    Raises:
        TooManyObjectsError: it has more objects than are looked into.
        pikepdf.PdfError: its pages cannot be counted.
    """
    objects = len(pdf.get_xref_table())
    if objects > LARGEST_OBJECTS:
        raise TooManyObjectsError(f"it has {objects:,} objects; PDFs beyond {LARGEST_OBJECTS:,} are not looked into")
    packet = _packet(pdf)
    traits = PdfTraits(pages=len(pdf.pages), declared=_declared(packet), title=_title(pdf, packet))
    fonts: set[str] = set()
    for number, found in enumerate(_dictionaries(pdf)):
        if number > LARGEST_OBJECTS:
            raise TooManyObjectsError(f"it has more than {LARGEST_OBJECTS:,} dictionaries")
        _note(found, traits, fonts)
    traits.fonts = frozenset(fonts)
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        traits.xfa = "/XFA" in form
        fields = form.get("/Fields")
        traits.form = isinstance(fields, pikepdf.Array) and len(fields) > 0
    # Last: what is wrong with an object is noticed when it is read.
    traits.damage = _damage(pdf)
    return traits


def _damage(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Return qpdf's warnings, those first that say what is wrong."""
    said = dict.fromkeys(plain(str(warning)) for warning in pdf.get_warnings())
    return tuple(sorted(said, key=lambda one: one.startswith(_SAYS_LITTLE)))


def _packet(pdf: pikepdf.Pdf) -> bytes:
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return b""
    try:
        return metadata.read_bytes()[:_LARGEST_PACKET]
    except pikepdf.PdfError:
        return b""


def _declared(packet: bytes) -> str | None:
    """ISO 19005-2 6.6.4: part and level; ISO 19005-4 6.7.3: level E or F, or none."""
    part, level = _PART.search(packet), _CONFORMANCE.search(packet)
    if part is None or (level is None and part[1] != b"4"):
        return None
    return (part[1] + (level[1] if level else b"")).decode("ascii").lower()


def _title(pdf: pikepdf.Pdf, packet: bytes) -> str | None:
    """Return what the document calls itself: ISO 32000-1 14.3.3, else the first ``dc:title`` of its packet."""
    stated = pdf.docinfo.get("/Title") if isinstance(pdf.trailer.get("/Info"), pikepdf.Dictionary) else None
    if isinstance(stated, pikepdf.String) and str(stated).strip():
        return str(stated)
    try:
        found = parse_xml(packet).find(".//{http://purl.org/dc/elements/1.1/}title")
    except XmlSyntaxError:
        return None
    return "".join(map(str, found.itertext())).strip() or None if found is not None else None


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Yield every dictionary of the file, those of streams and those inside others too."""
    for found in pdf.objects:
        pending: list[object] = [found]
        while pending:
            value = pending.pop()
            if isinstance(value, pikepdf.Stream):
                value = value.stream_dict
            if isinstance(value, pikepdf.Dictionary):
                yield value
                pending.extend(inner for _, inner in value.items() if _is_nested(inner))
            elif isinstance(value, pikepdf.Array):
                pending.extend(inner for inner in value if _is_nested(inner))


def _is_nested(value: object) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _note(found: pikepdf.Dictionary, traits: PdfTraits, fonts: set[str]) -> None:
    keys = set(found.keys())
    if "/JS" in keys or found.get("/S") == pikepdf.Name.JavaScript:
        traits.javascript = True
    # ISO 32000-1 12.8.1: a signature dictionary states which bytes it is about; 12.7.4.5: a signed field has a value.
    if {"/ByteRange", "/Contents"} <= keys or ("/V" in keys and found.get("/FT") == pikepdf.Name.Sig):
        traits.signed = True
    if "/EF" in keys:
        traits.attachments += 1
    if found.get("/Subtype") == pikepdf.Name.Widget:
        traits.widgets += 1
    kind = found.get("/Type")
    if kind == pikepdf.Name.OCG:
        traits.layers = True
    elif kind == pikepdf.Name.Font and "/FontDescriptor" not in keys and str(found.get("/Subtype")) in _SIMPLE_FONTS:
        fonts.add(_name(found.get("/BaseFont")))
    elif kind == pikepdf.Name.FontDescriptor and keys.isdisjoint(_PROGRAMS):
        fonts.add(_name(found.get("/FontName")))


def _name(value: object) -> str:
    """Return a font's name without the six letters that mark a subset."""
    try:
        text = str(value).removeprefix("/")
    except UnicodeDecodeError:
        return "a font without a readable name"
    return printable(re.sub(r"^[A-Z]{6}\+", "", text))[:_LONGEST_NAME] or "a font without a name"
