"""Each flavour offered is what it says: by the gate here, and by veraPDF."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest

from archiver.config import FLAVOURS
from archiver.model import Description, RenderRequest, SourceKind, Statement, ValueSource
from archiver.render.embedding import with_original
from archiver.render.gate import judge
from archiver.render.markdown import RENDERER
from archiver.render.pdfa import WrittenPdf, write_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
SOURCE = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")
DOCUMENT = """# Handover\n
Words with a [link](https://example.org/), *emphasis* and `code`.\n
## Boxes\n
1. letters
2. maps\n
| box | shelf |
|-----|-------|
| 1   | A     |
"""
REQUEST = RenderRequest(
    name="a.md",
    content=DOCUMENT.encode(),
    media_type="text/markdown",
    puid=None,
    description=Description(statements=(Statement(term="language", text="en", source=SOURCE),)),
    identifier="urn:uuid:x",
)


def written(flavour: str, request: RenderRequest = REQUEST) -> WrittenPdf:
    asked = replace(request, flavour=flavour, embed_original=NOW if flavour == "4f" else None)
    plain = write_pdf(RENDERER.prepare(request), asked)
    return replace(plain, pdf=with_original(plain.pdf, asked))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_gate_lets_each_flavour_through(flavour: str) -> None:
    verdict = judge(written(flavour), RENDERER.prepare(REQUEST), "a.md")
    assert [check for check in verdict.checks if check.passed is False] == []
    assert verdict.validated is (True if flavour[1:] in {"b", "u"} else None)


def test_verapdf_finds_each_flavour_to_be_what_it_declares(
    tmp_path: Path, verapdf_judge: Callable[..., dict[Path, bool]]
) -> None:
    for flavour in FLAVOURS:
        for name, description in (("spoken", REQUEST.description), ("mute", Description())):
            file = tmp_path / f"{flavour}-{name}.pdf"
            file.write_bytes(written(flavour, replace(REQUEST, description=description)).pdf)
        files = sorted(tmp_path.glob(f"{flavour}-*.pdf"))
        assert verapdf_judge(files, flavour=flavour) == dict.fromkeys(files, True)
    other = tmp_path / "2b-mute.pdf"
    assert verapdf_judge([other], flavour="3b") == {other: False}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_each_is_tagged_and_has_language_title_and_bookmarks(flavour: str) -> None:
    with pikepdf.open(BytesIO(written(flavour).pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.Lang == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.Outlines.First.Title == "Handover"
        assert pdf.Root.Outlines.First.First.Title == "Boxes"
