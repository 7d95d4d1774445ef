"""Every kind of target has a row in the overview of deposits, and a page of its own that shows how it is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.deposits.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

_ROW = re.compile(r"^\| `([a-z0-9-]+)` \|.*\|([^|]+)\|$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)]+\.md)\)")


def test_every_kind_has_a_row_and_a_page(checkout: Path) -> None:
    text = (checkout / "docs" / "deposits.md").read_text(encoding="utf-8")
    table = text.partition("## Repositories\n")[2].partition("\n## ")[0]
    rows = dict(_ROW.findall(table))
    assert set(rows) == set(KINDS)
    for kind, cell in rows.items():
        pages = _LINK.findall(cell)
        assert pages, kind
        missing = [page for page in pages if not (checkout / "docs" / page).is_file()]
        assert not missing, kind


def test_every_page_is_linked_and_shows_a_deposit_by_the_command(checkout: Path) -> None:
    pages = list((checkout / "docs" / "targets").glob("*.md"))
    assert pages
    overview = (checkout / "docs" / "deposits.md").read_text(encoding="utf-8")
    for page in pages:
        assert f"(targets/{page.name})" in overview
        assert "archiver deposit " in page.read_text(encoding="utf-8"), page.name
