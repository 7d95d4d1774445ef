"""The words of a Word document of 2007 and later (ISO/IEC 29500-1 clause 17), from its own parts.

Pure: takes an opened container, gives the text; lays nothing out and follows no link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from archiver.render.office.hidden_in_docx import NO_STYLES, HidingStyles, hiding_styles, paragraph_style
from archiver.render.office.parts import local_name, walked
from archiver.render.office.source_text import SourceText

if TYPE_CHECKING:
    from lxml import etree

    from archiver.render.office.container import Container

_BODY: Final = re.compile(r"word/(?:document\d*|footnotes\d*|endnotes\d*)\.xml")
_REPEATED: Final = re.compile(r"word/(?:header|footer|comments|glossary/document)\d*\.xml")
_DRAWN: Final = {"charts/": "charts", "diagrams/": "diagrams", "embeddings/": "embedded objects"}

_STYLES: Final = "word/styles.xml"

_SKIPPED: Final = frozenset({"Fallback", "instrText", "delInstrText"})
_OPTIONAL: Final = frozenset({"delText", "oMath", "oMathPara", "moveFrom", "fldSimple", "del"})


def text_of_docx(container: Container) -> SourceText:
    """Return what the document says.

    Raises:
        XmlSyntaxError: a part is not well-formed.
        DamagedContainerError: a part cannot be read.
    """
    hiding = hiding_styles(container.read(_STYLES)) if _STYLES in container.names else NO_STYLES
    words = _Words(hiding)
    for name in container.names:
        if _BODY.fullmatch(name):
            words.read(container.read(name), required=True)
        elif _REPEATED.fullmatch(name):
            words.read(container.read(name), required=False)
    drawn = [kind for folder, kind in _DRAWN.items() if any(f"word/{folder}" in name for name in container.names)]
    return SourceText(
        required="".join(words.required),
        optional="".join(words.optional),
        numbered=words.paragraphs if "word/numbering.xml" in container.names else words.notes,
        not_compared=tuple(drawn),
    )


class _Words:
    """Collects text while parts are walked."""

    def __init__(self, hiding: HidingStyles) -> None:
        self._hiding = hiding
        self._style: list[str | None] = []
        """Of each paragraph that is open: its style; text boxes have paragraphs inside a paragraph."""
        self._hidden: list[bool] = []
        """Of each run that is open."""
        self.required: list[str] = []
        self.optional: list[str] = []
        self.paragraphs = 0
        self.notes = 0
        self._optional_depth = 0
        self._fields: list[str] = []
        """Of each complex field that is open: its instruction while it is read, then ``=`` and the instruction."""

    def read(self, part: bytes, *, required: bool) -> None:
        """Walk one part."""
        self._fields.clear()
        self._style.clear()
        self._hidden.clear()
        self._optional_depth = 0 if required else 1
        for event, element in walked(part, _SKIPPED):
            name = local_name(element)
            if name in _OPTIONAL:
                self._optional_depth += 1 if event == "start" else -1
            elif event == "start":
                self._open(name, element)
            if event == "end":
                self._take(name, element)

    def _open(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self._style.append(paragraph_style(element))
        elif name == "r":
            self._hidden.append(self._hiding.hide(self._style[-1] if self._style else None, element))

    def _take(self, name: str, element: etree._Element) -> None:
        if name in {"t", "delText"}:
            unsure = self._optional_depth > 0 or any(self._hidden) or any(map(_is_worked_out, self._fields))
            optional = unsure or name == "delText"
            (self.optional if optional else self.required).append(element.text or "")
        elif name == "instrText" and self._fields:
            self._fields[-1] += element.text or ""
        elif name == "fldChar":
            self._field(next((v for k, v in element.attrib.items() if str(k).endswith("fldCharType")), ""))
        elif name == "p":
            self.paragraphs += 1
            self._style.pop()
        elif name == "r":
            self._hidden.pop()
        elif name in {"footnoteReference", "endnoteReference"}:
            self.notes += 2

    def _field(self, kind: str | bytes) -> None:
        """ISO/IEC 29500-1 17.16.18: begin, instruction, separate, result, end; fields nest."""
        if kind == "begin":
            self._fields.append("")
        elif kind == "separate" and self._fields:
            self._fields[-1] = "=" + self._fields[-1].strip()
        elif kind == "end" and self._fields:
            self._fields.pop()


def _is_worked_out(field: str) -> bool:
    """Tell whether a field's text may be another when the document is laid out; a hyperlink's is not."""
    return not field.startswith(("=HYPERLINK", "=SYMBOL", "=QUOTE", "=ADVANCE", "=FORM"))
