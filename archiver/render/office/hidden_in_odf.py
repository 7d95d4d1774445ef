"""Which styles of an OpenDocument file hide their text (ODF 1.3 part 3, 16.2 and 20.366 ``text:display``).

Values only, from parsed parts. Hidden text may be seen or not: that is for who compares to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from archiver.render.office.parts import local_name, walked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

Style = tuple[str, str]
"""Family (``text``, ``paragraph``) and name of a style."""

FAMILIES: Final = {"span": "text", "a": "text", "p": "paragraph", "h": "paragraph"}
"""Element -> the family of the style it names."""

_DEEPEST: Final = 50
"""Styles that may be based one on another; a ring of them ends here."""


def hiding_styles(parts: Iterable[bytes]) -> frozenset[Style]:
    """Return the styles that hide their text, themselves or by what they are based on.

    Args:
        parts: ``content.xml`` and ``styles.xml``.

    Raises:
        XmlSyntaxError: one is not well-formed.
    """
    said: dict[Style, str] = {}
    based: dict[Style, Style] = {}
    for part in parts:
        for event, element in walked(part):
            if event == "start" and local_name(element) == "style":
                family, name = attribute(element, "family"), attribute(element, "name")
                said[family, name] = next(filter(None, (attribute(one, "display") for one in element)), "")
                based[family, name] = (family, attribute(element, "parent-style-name"))
    return frozenset(style for style in said if _resolved(style, said, based) == "none")


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute by its local name, empty where there is none."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _resolved(style: Style, said: dict[Style, str], based: dict[Style, Style]) -> str:
    for _ in range(_DEEPEST):
        if said.get(style):
            return said[style]
        style = based.get(style, ("", ""))
    return ""
