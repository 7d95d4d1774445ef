"""XLS workbooks, as LibreOffice writes them: every cell is shown, and what cannot be known is said."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl  # type: ignore[import-untyped]
import pytest

from archiver.model import Description, RenderRequest
from archiver.render import renderer_name
from archiver.render.contract import UnreadableTextError
from archiver.render.sandbox import render
from archiver.render.sheets.xls import RENDERER
from archiver.storage.formats import identify
from tests.corpus.office import written_by_libreoffice
from tests.render.test_sheets import saved


def ask(content: bytes) -> RenderRequest:
    return RenderRequest(
        name="a.xls", content=content, media_type="", puid=None, description=Description(), identifier="urn:uuid:x"
    )


@cache
def books() -> tuple[bytes, bytes]:
    """Return a workbook of two sheets, and one with a cell in the last corner, written by LibreOffice."""
    book = openpyxl.Workbook()
    book.active.title = "Реестр"
    for row in (["Name", "Year"], ["Ааб ﬁ", 1921], ["=1+1", dt.date(1921, 1, 20)]):
        book.active.append(row)
    hidden = book.create_sheet("Second")
    hidden.append(["elsewhere"])
    hidden.sheet_state = "hidden"
    corner = openpyxl.Workbook()
    corner.active["A1"], corner.active["IV65536"] = 1, 2
    with TemporaryDirectory() as place:
        made = []
        for number, one in enumerate((book, corner)):
            home = Path(place) / str(number)
            home.mkdir()
            made.append(written_by_libreoffice(saved(one), ".xlsx", "xls:MS Excel 97", home))
    return made[0], made[1]


@pytest.mark.judge("libreoffice")
def test_every_cell_is_shown_and_what_is_not_known_is_said(tmp_path: Path) -> None:
    content = books()[0]
    document = RENDERER.prepare(ask(content))
    for words in ("Реестр", "Second (hidden)", "Name", "Ааб ﬁ", "1921", "1921-01-20", "2", "elsewhere"):
        assert words in document.text
    assert [finding.code for finding in document.findings] == ["sheet-cells-alone"]
    (tmp_path / "a.xls").write_bytes(content)
    identity = identify(tmp_path, ["a.xls"])["a.xls"]
    assert renderer_name(identity.puid, identity.media_type, "a.xls") == "xls"
    result = render(ask(content))
    assert (result.status, result.flavour, result.validated) == ("rendered", "2u", True), result


@pytest.mark.judge("libreoffice")
def test_a_sheet_that_spans_too_much_is_refused() -> None:
    with pytest.raises(UnreadableTextError) as error:
        RENDERER.prepare(ask(books()[1]))
    assert error.value.finding.code == "document-too-large"
    assert "spans more than 2,000,000 places" in error.value.finding.message


@pytest.mark.judge("libreoffice")
def test_damaged_workbooks_are_read_or_refused() -> None:
    content = books()[0]
    cut = [content[: len(content) * share // 10] for share in range(10)]
    spoilt = [content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :] for at in range(0, len(content), 97)]
    for one in (*cut, *spoilt, b"no workbook"):
        with suppress(UnreadableTextError):
            RENDERER.prepare(ask(one))
