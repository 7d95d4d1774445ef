"""What can be told of a document without anyone having said it: a title, a language, a type, a format.

Inferred values are the weakest there are: :mod:`archiver.describe.merging` lets them stand only where nobody stated
anything.
"""

from __future__ import annotations

from collections.abc import Collection

from archiver.describe.embedded.html import HTML_TYPES
from archiver.describe.language import LEAST_CONFIDENCE, detect_language
from archiver.describe.titles import LONGEST_TITLE, first_line_title, markdown_title
from archiver.model import SourceKind, Statement, ValueSource
from archiver.standards.names import printable
from archiver.standards.vocabularies import is_media_type

_READ = 1024 * 1024
_GUESSED = 64 * 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

_MARKDOWN = frozenset({"text/markdown", "text/x-markdown"})
_TABLES = frozenset(
    {
        "text/csv",
        "text/tab-separated-values",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
_TEXTS = frozenset(
    {
        "application/epub+zip",
        "application/msword",
        "application/pdf",
        "application/rtf",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/xhtml+xml",
        "message/rfc822",
    }
)
_FAMILIES = {"audio": "Sound", "image": "StillImage", "text": "Text", "video": "MovingImage"}
_UNKNOWN_FORMAT = "application/octet-stream"


def infer(path: str, content: bytes | None, media_type: str, *, stated: Collection[str] = ()) -> tuple[Statement, ...]:
    """Infer title, language, type and format of one document.

    Args:
        path: from the source folder.
        content: its bytes; None when too large or not text, and then the title is the file's name.
        media_type: as identified; ``application/octet-stream`` when unknown.
        stated: terms that a stronger source states; a language among them is not looked for, which takes time.

    Returns:
        At most one statement a term. Never raises for bad content.
    """
    media_type = media_type.strip().lower()
    plain_type = media_type.partition(";")[0].strip()
    title, text = _read(content[:_READ], plain_type) if content else (None, "")
    statements = [title or _supplied_title(path.rpartition("/")[2], "file name")]
    language = detect_language(text) if text and "language" not in stated else None
    if language:
        place = f"language detection (confidence at least {LEAST_CONFIDENCE})"
        statements.append(_inferred("language", language, place, scheme="RFC5646"))
    kind = dcmi_type(plain_type)
    if kind:
        statements.append(_inferred("type", kind, f"media type {plain_type}", scheme="DCMIType"))
    if plain_type and plain_type != _UNKNOWN_FORMAT:
        source = ValueSource(kind=SourceKind.ASSIGNED, place="media type")
        scheme = "IMT" if is_media_type(media_type) else None
        statements.append(Statement(term="format", text=media_type, scheme=scheme, source=source))
    return tuple(statements)


def infer_item(name: str) -> tuple[Statement, ...]:
    """Infer the description of a compound item from its folder's name."""
    return (_supplied_title(name, "folder name"), _inferred("type", "Collection", "folder", scheme="DCMIType"))


def dcmi_type(media_type: str) -> str | None:
    """Name the DCMI type that documents of a media type are, or None when it does not tell."""
    if media_type in _TABLES:
        return "Dataset"
    if media_type in _TEXTS:
        return "Text"
    return _FAMILIES.get(media_type.partition("/")[0])


def _read(content: bytes, media_type: str) -> tuple[Statement | None, str]:
    """Return the title that the document bears, or None, and the text to detect its language by."""
    if media_type in HTML_TYPES:
        from archiver.describe.html_reading import read_html  # noqa: PLC0415 -- lxml, and only for HTML

        facts = read_html(content)
        heading = facts.heading if len(facts.heading) <= LONGEST_TITLE else ""
        return (_inferred("title", heading, "first heading") if heading else None), facts.text
    if media_type in _TABLES or not media_type.startswith("text/"):
        return None, ""
    text = _decoded(content)
    heading = (markdown_title(text) or "") if media_type in _MARKDOWN else ""
    if heading:
        return _inferred("title", heading, "first heading"), text
    line = first_line_title(text)
    return (_inferred("title", line, "first line") if line else None), text


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\x00" in content:
        return ""
    try:
        # The cut after the first mebibyte may fall into a character.
        return content.decode("utf-8", errors="strict" if len(content) < _READ else "replace")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # noqa: PLC0415 -- only for text that is not UTF-8

        best = from_bytes(content[:_GUESSED]).best()
        return str(best) if best else ""


def _supplied_title(name: str, place: str) -> Statement:
    # A title that the document does not bear stands in square brackets (ISBD 0.3.2, DACS 2.3).
    return _inferred("title", f"[{printable(name)}]", place)


def _inferred(term: str, text: str, place: str, scheme: str | None = None) -> Statement:
    return Statement(term=term, text=text, scheme=scheme, source=ValueSource(kind=SourceKind.INFERRED, place=place))
