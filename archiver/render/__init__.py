"""Source formats that become PDF/A: the family's contract, its members and how one is chosen.

Nothing heavy is imported here, so that the command line may ask :func:`renderer_name` at once; nothing here renders.
A new source format is one new file and one line in ``_MEMBERS``; other distributions join through the entry point group
``archiver.renderers``, whose names are looked up as media types.
"""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from archiver.render.contract import Converter, PreparedDocument, Renderer, converted, prepared
from archiver.render.office.registry import OFFICE_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import EntryPoint

__all__ = [
    "ENTRY_POINT_GROUP",
    "PDF",
    "Converter",
    "PreparedDocument",
    "Renderer",
    "converted",
    "is_office",
    "load_renderer",
    "office_names",
    "prepared",
    "renderer_name",
    "renderer_names",
]

ENTRY_POINT_GROUP = "archiver.renderers"

PDF = "pdf"
"""Name of the member for documents that are PDF: they can go more than one way."""

# Name -> (module, PRONOM identifiers, media types, extensions). PRONOM identifiers as signature file 125 gives them.
_MEMBERS: dict[str, tuple[str, frozenset[str], frozenset[str], frozenset[str]]] = {
    "plain-text": (
        "archiver.render.plain_text",
        frozenset({"x-fmt/111", "x-fmt/62"}),
        frozenset({"text/plain"}),
        frozenset({".txt", ".text", ".log"}),
    ),
    "markdown": (
        "archiver.render.markdown",
        frozenset({"fmt/1149"}),
        frozenset({"text/markdown", "text/x-markdown"}),
        frozenset({".md", ".markdown"}),
    ),
    "html": (
        "archiver.render.html",
        frozenset({"fmt/96", "fmt/97", "fmt/98", "fmt/99", "fmt/100", "fmt/102", "fmt/103", "fmt/471"}),
        frozenset({"text/html", "application/xhtml+xml"}),
        frozenset({".html", ".htm", ".xhtml"}),
    ),
    "xml": (
        "archiver.render.xml_source",
        frozenset({"fmt/101"}),
        frozenset({"application/xml", "text/xml"}),
        frozenset({".xml", ".xsd", ".xsl", ".xslt", ".rdf", ".kml", ".gpx", ".tei"}),
    ),
    "rst": (
        "archiver.render.rst",
        frozenset({"fmt/1565"}),
        frozenset({"text/x-rst", "text/prs.fallenstein.rst"}),
        frozenset({".rst", ".rest"}),
    ),
    "epub": (
        "archiver.render.epub",
        frozenset({"fmt/483"}),
        frozenset({"application/epub+zip"}),
        frozenset({".epub"}),
    ),
    "sheets": (
        "archiver.render.sheets",
        frozenset({"fmt/214", "fmt/137", "fmt/294", "fmt/295", "fmt/1755", "fmt/2045"}),
        frozenset(
            {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.oasis.opendocument.spreadsheet",
            }
        ),
        frozenset({".xlsx", ".ods"}),
    ),
    "xls": (
        "archiver.render.sheets.xls",
        frozenset({"fmt/59", "fmt/60", "fmt/61", "fmt/62"}),
        frozenset({"application/vnd.ms-excel"}),
        frozenset({".xls"}),
    ),
    "delimited": (
        "archiver.render.delimited",
        frozenset({"x-fmt/18", "x-fmt/13"}),
        frozenset({"text/csv", "text/tab-separated-values"}),
        frozenset({".csv", ".tsv", ".tab"}),
    ),
    "json": (
        "archiver.render.json_source",
        frozenset({"fmt/817", "fmt/1367", "fmt/2054"}),
        frozenset({"application/json"}),
        frozenset({".json", ".geojson", ".jsonl", ".ndjson", ".jsonld"}),
    ),
    PDF: (
        "archiver.render.pdf.converter",
        frozenset(
            {
                *(f"fmt/{number}" for number in (*range(14, 21), 276, 1129)),  # PDF 1.0 to 1.7, 2.0
                *(f"fmt/{number}" for number in (95, 354, *range(476, 482), *range(1910, 1913))),  # PDF/A
                *(f"fmt/{number}" for number in (*range(144, 149), 157, 158, *range(488, 494))),  # PDF/X, PDF/E
                "fmt/1451",  # a portfolio
            }
        ),
        frozenset({"application/pdf"}),
        frozenset({".pdf"}),
    ),
    "email": (
        "archiver.render.mail.message",
        # A message of parts that belong together has the signature of MHTML, which is such a message.
        frozenset({"fmt/278", "fmt/950", "x-fmt/429"}),
        frozenset({"message/rfc822", "multipart/related"}),
        frozenset({".eml", ".mht", ".mhtml"}),
    ),
    "mbox": (
        "archiver.render.mail.mbox",
        frozenset({"fmt/720"}),
        frozenset({"application/mbox"}),
        frozenset({".mbox", ".mbx"}),
    ),
    "image": (
        "archiver.render.images.renderer",
        frozenset(
            [
                *("fmt/41", "fmt/42", "fmt/43", "fmt/44", "fmt/645", "fmt/1507", "x-fmt/390", "x-fmt/391", "x-fmt/398"),
                *("fmt/11", "fmt/12", "fmt/13", "fmt/935"),
                *("fmt/353", "fmt/154", "fmt/155", "fmt/156", "x-fmt/387", "x-fmt/388", "x-fmt/399"),
                *("fmt/3", "fmt/4", "fmt/566", "fmt/567", "fmt/568"),
                *("x-fmt/392", "fmt/151", "fmt/1794"),
            ]
        ),
        frozenset({"image/jpeg", "image/png", "image/tiff", "image/gif", "image/webp", "image/jp2", "image/jpx"}),
        frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".gif", ".webp", ".jp2", ".jpx", ".j2k"}),
    ),
    **OFFICE_MEMBERS,
}

# What a text without a signature of its own may be called: only then does the file's name decide.
_AMBIGUOUS_PUIDS = frozenset({None, "x-fmt/111"})
_AMBIGUOUS_MEDIA_TYPES = frozenset({"", "application/octet-stream", "text/plain"})
_SUFFIXES = frozenset({"xml", "json"})


def renderer_names() -> tuple[str, ...]:
    """Return the name of every renderer that can be used: the members, then entry points, each in order of name."""
    return (*_MEMBERS, *(point.name for point in _third_party()))


def renderer_name(puid: str | None, media_type: str, path: str) -> str | None:
    """Choose the renderer of one document.

    Args:
        puid: PRONOM identifier, or None when nothing matched.
        media_type: as identified; parameters (``; charset=``) are ignored.
        path: the document's path; only its extension is looked at, and only where the format is ambiguous.

    Returns:
        A name for :func:`load_renderer`, or None when no renderer takes this format.
    """
    media_type = media_type.partition(";")[0].strip().lower()
    extension = _extension(path)
    ambiguous = puid in _AMBIGUOUS_PUIDS and media_type in _AMBIGUOUS_MEDIA_TYPES
    if ambiguous and (named := _by_extension(extension)) is not None:
        return named
    by_format = [name for name, (_, puids, _, _) in _MEMBERS.items() if puid in puids]
    by_type = [name for name, (_, _, types, _) in _MEMBERS.items() if puid is None and media_type in types]
    joined = [point.name for point in _third_party() if point.name == media_type]
    return next(iter([*by_format, *by_type, *joined, *_by_suffix(media_type)]), None)


def is_office(name: str) -> bool:
    """Tell whether a member's documents are laid out by LibreOffice where it is."""
    return name in OFFICE_MEMBERS


def office_names() -> tuple[str, ...]:
    """Return the names of the members whose documents are laid out by LibreOffice, in order."""
    return tuple(OFFICE_MEMBERS)


def load_renderer(name: str) -> Renderer | Converter:
    """Import and return a member by the name :func:`renderer_name` gave.

    Raises:
        KeyError: no member and no entry point has that name.
    """
    if name in _MEMBERS:
        return cast("Renderer | Converter", importlib.import_module(_MEMBERS[name][0]).RENDERER)
    for point in _third_party():
        if point.name == name:
            return cast("Renderer | Converter", point.load())
    raise KeyError(name)


def _by_extension(extension: str) -> str | None:
    return next((name for name, (_, _, _, extensions) in _MEMBERS.items() if extension in extensions), None)


def _by_suffix(media_type: str) -> Iterator[str]:
    """Yield the renderer of what a format is written in, by its suffix (RFC 6839): ``application/tei+xml``.

    A picture is more than its source: ``image/svg+xml`` has no renderer.
    """
    kind, _, subtype = media_type.partition("/")
    suffix = subtype.rpartition("+")[2] if "+" in subtype else ""
    if suffix in _SUFFIXES and kind == "application":
        yield suffix


def _extension(path: str) -> str:
    stem, dot, extension = path.rpartition("/")[2].rpartition(".")
    return f".{extension.lower()}" if dot and stem else ""


def _third_party() -> Iterable[EntryPoint]:
    return sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
