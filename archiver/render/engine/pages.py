"""Names a page in as much time for the thousandth as for the first, which the PDF writer does not."""

from __future__ import annotations

import pydyf  # type: ignore[import-untyped]


def install() -> None:
    """Let the writer use this."""
    pydyf.PDF.page_references = property(_page_references)


def _page_references(pdf: pydyf.PDF) -> tuple[bytes, ...]:
    """Return the references of all pages; the writer makes them anew for each tagged element of each page."""
    kids = pdf.pages["Kids"]
    kept: tuple[int, tuple[bytes, ...]] = pdf.__dict__.get("archiver_references", (0, ()))
    if kept[0] != len(kids):
        references = tuple(f"{number} 0 R".encode("ascii") for number in kids[::3])
        kept = pdf.__dict__["archiver_references"] = (len(kids), references)
    return kept[1]
