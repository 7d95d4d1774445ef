"""Which text of a Word document is hidden, by itself or by its styles (ISO/IEC 29500-1 17.3.2.41 and 17.7).

Values only, from parsed parts. Hidden text may be seen or not: that is for who compares to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from archiver.render.office.parts import local_name, walked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml import etree

_HIDING: Final = frozenset({"vanish", "webHidden"})
_OFF: Final = frozenset({"0", "false", "off"})
_DEEPEST: Final = 50
"""Styles that may be based one on another; a ring of them ends here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HidingStyles:
    """The styles of a document that say whether text is hidden."""

    hides: Mapping[str, bool]
    """Identifier of a style -> whether text in it is hidden, for those that say so themselves or by what they are
    based on."""

    default: bool = False
    """Whether text is hidden in a paragraph that names no style."""

    def hide(self, paragraph_style: str | None, run: etree._Element) -> bool:
        """Tell whether the text of a run may be hidden: what stands nearest to the text decides.

        Args:
            paragraph_style: of the paragraph the run is in; None: it names none.
            run: a ``w:r``.
        """
        properties = next((one for one in run if local_name(one) == "rPr"), None)
        own = stated(properties) if properties is not None else None
        if own is not None:
            return own
        named = _named(properties, "rStyle") if properties is not None else None
        by_paragraph = self.default if paragraph_style is None else self.hides.get(paragraph_style, False)
        # 17.7.3: the two are combined, so that hidden text in a hidden paragraph is shown; both count as maybe hidden.
        return self.hides.get(named or "", False) or by_paragraph


NO_STYLES: Final = HidingStyles(hides={})


def hiding_styles(part: bytes) -> HidingStyles:
    """Read ``word/styles.xml``.

    Raises:
        XmlSyntaxError: it is not well-formed.
    """
    said: dict[str, bool | None] = {}
    based: dict[str, str] = {}
    usual = ""
    for event, element in walked(part):
        if event != "start" or local_name(element) != "style":
            continue
        name = _attribute(element, "styleId") or ""
        properties = next((one for one in element if local_name(one) == "rPr"), None)
        said[name] = stated(properties) if properties is not None else None
        based[name] = _named(element, "basedOn") or ""
        if _attribute(element, "type") == "paragraph" and _attribute(element, "default") in {"1", "true", "on"}:
            usual = name
    hides = {name: _resolved(name, said, based) for name in said}
    return HidingStyles(hides=hides, default=hides.get(usual, False))


def paragraph_style(paragraph: etree._Element) -> str | None:
    """Return the identifier of the style a ``w:p`` names, or None."""
    properties = next((one for one in paragraph if local_name(one) == "pPr"), None)
    return _named(properties, "pStyle") if properties is not None else None


def stated(properties: Iterable[etree._Element]) -> bool | None:
    """Return what a ``w:rPr`` says of its text: hidden, not hidden, or nothing."""
    found = [(_attribute(one, "val") or "") not in _OFF for one in properties if local_name(one) in _HIDING]
    return any(found) if found else None


def _resolved(name: str, said: Mapping[str, bool | None], based: Mapping[str, str]) -> bool:
    for _ in range(_DEEPEST):
        own = said.get(name)
        if own is not None:
            return own
        name = based.get(name, "")
    return False


def _named(element: etree._Element, kind: str) -> str | None:
    return next((_attribute(one, "val") for one in element if local_name(one) == kind), None)


def _attribute(element: etree._Element, name: str) -> str | None:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)
