"""Makes and names the thousandth page in as much time as the first, which the engine and the PDF writer do not."""

from __future__ import annotations

from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.layout import page

_engine_style_page = page.set_page_type_computed_styles


def install() -> None:
    """Let the engine and the writer use this."""
    page.set_page_type_computed_styles = _style_page
    pydyf.PDF.page_references = property(_page_references)


def _style_page(page_type: Any, html: Any, style_for: Any) -> None:  # noqa: ANN401 - the engine is untyped
    """Compute the style of one page and its margin boxes; the engine looks through those of all pages before it."""
    style_for.add_page_declarations(page_type)
    root = html.etree_element
    style_for.set_computed_styles(page_type, root=root, parent=root, base_url=html.base_url)
    for place in _margin_boxes(style_for):
        if (page_type, place) in style_for.get_cascaded_styles():
            style_for.set_computed_styles(
                page_type, pseudo_type=place, root=root, parent=page_type, base_url=html.base_url
            )


def _margin_boxes(style_for: Any) -> tuple[str, ...]:  # noqa: ANN401 - the engine is untyped
    """Return the margin boxes that any rule of any sheet is about."""
    kept: tuple[str, ...] | None = style_for.__dict__.get("archiver_margin_boxes")
    if kept is None:
        rules = [rule for sheet, *_ in style_for._sheets for rule in sheet.page_rules]  # noqa: SLF001 - no public name
        places = dict.fromkeys(place for _, selectors, _ in rules for _, place, _ in selectors if place)
        kept = style_for.__dict__["archiver_margin_boxes"] = tuple(places)
    return kept


def _page_references(pdf: pydyf.PDF) -> tuple[bytes, ...]:
    """Return the references of all pages; the writer makes them anew for each tagged element of each page."""
    kids = pdf.pages["Kids"]
    kept: tuple[int, tuple[bytes, ...]] = pdf.__dict__.get("archiver_references", (0, ()))
    if kept[0] != len(kids):
        references = tuple(f"{number} 0 R".encode("ascii") for number in kids[::3])
        kept = pdf.__dict__["archiver_references"] = (len(kids), references)
    return kept[1]
