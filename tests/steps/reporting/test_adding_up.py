from __future__ import annotations

from archiver.steps.reporting.adding_up import Formats, Totals
from archiver.steps.reporting.risks import read_format_risks
from archiver.storage.catalogue import FormatCount, IndexedFormat
from archiver.storage.catalogue.reporting import PackageTotals


def counted(puid: str, name: str, size: int, media_type: str = "") -> FormatCount:
    form = IndexedFormat(puid=puid, name=name, media_type=media_type)
    return FormatCount(store=1, form=form, files=1, packages=1, bytes=size)


def test_formats_of_several_stores_are_one_by_their_puid_else_by_what_they_are_called() -> None:
    formats = Formats(read_format_risks(None))
    formats.add([counted("fmt/1", "", 5), counted("", "Text", 1), counted("", "", 1)])
    formats.add([counted("fmt/1", "One", 5, "a/b"), counted("", "Text", 1, "text/plain"), counted("", "", 1)])
    assert formats.total == 4
    first, *_ = formats.listed(9)
    assert (first.puid, first.name, first.media_type, first.files, first.bytes) == ("fmt/1", "One", "a/b", 2, 10)


def test_of_many_formats_those_at_risk_are_listed_and_the_order_is_kept() -> None:
    formats = Formats(read_format_risks(None))
    formats.add([counted(f"fmt/9{number}", "x", 100 - number) for number in range(5)])
    formats.add([counted("x-fmt/394", "WordPerfect", 1)])
    assert [one.puid for one in formats.listed(3)] == ["fmt/90", "fmt/91", "x-fmt/394"]


def test_totals_add_up_by_key() -> None:
    totals: Totals[str] = Totals()
    totals.add({"a": PackageTotals(packages=1, files=2, bytes=3)})
    totals.add({"a": PackageTotals(packages=1, files=2, bytes=3)})
    assert totals["a"] == PackageTotals(packages=2, files=4, bytes=6)
    assert totals["b"].packages == 0
    assert [key for key, _ in totals.items()] == ["a"]
