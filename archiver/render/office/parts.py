"""XML parts of office documents, walked element by element within the parser's own limits."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from archiver.standards.xml import XmlSyntaxError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


def walked(part: bytes, skipped: Collection[str] = ()) -> Iterator[tuple[str, etree._Element]]:
    """Yield (``start`` or ``end``, element) for each element of a part but those in ``skipped`` and what is in them.

    A skipped element's own ``end`` is yielded, with its text. Elements are whole when they start: a part is a tree in
    memory.

    Args:
        part: XML.
        skipped: local names.

    Raises:
        XmlSyntaxError: it is not well-formed, or beyond the parser's limits.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.parse(BytesIO(part), parser)
    except etree.XMLSyntaxError as error:
        raise XmlSyntaxError(str(error)) from error
    inside = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        skips = local_name(element) in skipped
        if skips and event == "start":
            inside += 1
        elif skips:
            inside -= 1
            if not inside:
                yield event, element
        elif not inside:
            yield event, element


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
