"""The words of an OpenDocument text or presentation (ODF 1.3 part 3), from its content and its styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from archiver.render.office.hidden_in_odf import FAMILIES, Style, attribute, hiding_styles
from archiver.render.office.parts import local_name, walked
from archiver.render.office.source_text import SourceText

if TYPE_CHECKING:
    from lxml import etree

    from archiver.render.office.container import Container

_SKIPPED: Final = frozenset(
    {"annotation", "scripts", "forms", "notes", "title", "desc", "settings", "automatic-styles", "font-face-decls"}
)
"""Comments, speaker notes, alternative texts: not on the pages."""

# ODF 1.3 part 3, 7.3 to 7.7: what is worked out when the document is laid out, and what is deleted or hidden.
_OPTIONAL: Final = frozenset(
    {
        *("tracked-changes", "hidden-text", "hidden-paragraph", "conditional-text", "placeholder"),
        *("page-number", "page-count", "page-continuation", "page-variable-get", "date", "time", "file-name"),
        *("date-time", "header", "footer", "sequence", "sequence-ref", "bookmark-ref", "reference-ref", "note-ref"),
        *("chapter", "sheet-name", "template-name", "creation-date", "creation-time", "modification-date"),
        *("modification-time", "editing-duration", "editing-cycles", "print-date", "print-time", "author-name"),
        *("author-initials", "initial-creator", "creator", "printed-by", "paragraph-count", "word-count"),
        *(
            "character-count",
            "table-count",
            "image-count",
            "object-count",
            "expression",
            "variable-get",
            "variable-set",
        ),
        *("user-field-get", "user-defined", "text-input", "dde-connection", "measure", "page", "math", "ruby-text"),
    }
    - {"page"}
)
_WITH_TEXT: Final = frozenset({"p", "h", "span", "a", "s", "tab"})


def text_of_odf(container: Container) -> SourceText:
    """Return what the document says.

    Raises:
        XmlSyntaxError: a part is not well-formed.
        DamagedContainerError: a part cannot be read.
    """
    content = container.read("content.xml")
    styles = [container.read("styles.xml")] if "styles.xml" in container.names else []
    words = _Words(hiding_styles([content, *styles]))
    words.read(content, required=True)
    for part in styles:
        words.read(part, required=False)
    objects = any(name.endswith("/content.xml") for name in container.names)
    return SourceText(
        required="".join(words.required),
        optional="".join(words.optional),
        numbered=words.numbered,
        not_compared=("embedded objects",) if objects else (),
    )


class _Words:
    """Collects text while a part is walked."""

    def __init__(self, hiding: frozenset[Style]) -> None:
        self._hiding = hiding
        self.required: list[str] = []
        self.optional: list[str] = []
        self.numbered = 0

    def read(self, part: bytes, *, required: bool) -> None:
        """Walk one part; every piece of text stands before an element's first child, or after an element's end."""
        optional, paragraphs = int(not required), 0
        for event, element in walked(part, _SKIPPED):
            name = local_name(element)
            starts = event == "start"
            if name in {"p", "h"}:
                paragraphs += 1 if starts else -1
                self.numbered += starts
            if name in _OPTIONAL or self._is_hidden(element, name):
                optional += 1 if starts else -1
            if starts and paragraphs:
                self._take(element.text, optional)
            elif not starts and paragraphs:
                self._take(element.tail, optional)

    def _take(self, text: str | None, optional: int) -> None:
        if text:
            (self.optional if optional else self.required).append(text)

    def _is_hidden(self, element: etree._Element, name: str) -> bool:
        """ODF 1.3 part 3, 19.876: a section may be hidden; so may what is in a style."""
        if name == "section":
            return attribute(element, "display") not in {"", "true"}
        return name in FAMILIES and (FAMILIES[name], attribute(element, "style-name")) in self._hiding
