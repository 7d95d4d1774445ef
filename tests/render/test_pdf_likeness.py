"""Two PDFs compared: a letter, a picture, a page or a size that is another one is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pikepdf import Array

from archiver.render.pdf.likeness import likeness
from tests.render.pdf_samples import changed, page

if TYPE_CHECKING:
    from collections.abc import Callable

    import pikepdf


def failing(copy: bytes, *, fields_drawn: bool = False) -> dict[str, str]:
    checks = likeness(page(), copy, fields_drawn=fields_drawn)
    assert [check.name for check in checks] == ["pages", "text", "raster"]
    return {check.name: check.detail for check in checks if not check.passed}


def first_page(change: Callable[[bytes], bytes]) -> bytes:
    def apply(pdf: pikepdf.Pdf) -> None:
        content = pdf.pages[0].Contents
        changed_content = change(content.read_bytes())
        assert changed_content != content.read_bytes()
        content.write(changed_content)

    return changed(apply)


def test_the_same_pages_are_alike() -> None:
    assert failing(page()) == {}
    assert failing(changed(lambda _: None, linearize=True)) == {}


def test_a_missing_page_is_seen() -> None:
    assert failing(changed(lambda pdf: pdf.pages.__delitem__(1)))["pages"] == "2 in the document, 1 in its copy"


def test_pages_in_another_order_are_seen() -> None:
    assert {"text", "raster"} <= set(failing(changed(lambda pdf: pdf.pages.reverse())))


def test_a_page_of_another_size_is_seen() -> None:
    copy = changed(lambda pdf: setattr(pdf.pages[0], "mediabox", Array([0, 0, 595, 843])))
    assert "page 1" in failing(copy)["pages"]


def test_a_line_of_text_that_is_gone_is_seen() -> None:
    copy = first_page(lambda content: content[: content.rindex(b"BT")] + content[content.rindex(b"ET") + 2 :])
    assert set(failing(copy)) == {"text", "raster"}
    assert "missing" in failing(copy)["text"]


def test_text_that_is_too_much_is_seen_unless_fields_were_drawn() -> None:
    def twice(content: bytes) -> bytes:
        last = content[content.rindex(b"BT") : content.rindex(b"ET") + 2]
        return content + b" q 1 0 0 1 0 -300 cm " + last + b" Q"

    assert "extra" in failing(first_page(twice))["text"]
    assert "text" not in failing(first_page(twice), fields_drawn=True)


@pytest.mark.parametrize("side", [8, 100])
def test_a_blot_is_seen(side: int) -> None:
    copy = first_page(lambda content: content + b" 1 0 0 rg 300 300 %d %d re f" % (side, side))
    assert set(failing(copy)) == {"raster"}


def test_what_cannot_be_read_is_no_likeness() -> None:
    assert "pages" in failing(b"no pdf")
