"""``docs/crosswalks.md`` holds the tables of the code: it fails with the text that belongs there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from archiver.crosswalks import CROSSWALKS
from archiver.standards.dc_terms import TERMS

if TYPE_CHECKING:
    from pathlib import Path

BEGIN, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"


def tables() -> str:
    """Return every crosswalk's table as Markdown."""
    return "\n".join(table(name) for name in CROSSWALKS)


def table(name: str) -> str:
    """Return one crosswalk's heading, its table, and the terms it has no place for."""
    member = import_module(CROSSWALKS[name])
    reads = ", written and read" if hasattr(member, "read") else ", written"
    rows = [f"| {term} | `{field}` |" for term, field in member.TABLE.items()]
    missing = [term.name for term in TERMS if term.name not in member.TABLE]
    ends = [f"Not carried: {', '.join(missing)}."] if missing else ["Every term has a place."]
    return "\n".join([f"### {name}: {member.TITLE}{reads}", "", "| term | field |", "|---|---|", *rows, "", *ends, ""])


def test_the_page_holds_the_tables_of_the_code(checkout: Path) -> None:
    page = (checkout / "docs" / "crosswalks.md").read_text(encoding="utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0] == tables()
