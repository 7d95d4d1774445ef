from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.errors import UsageError
from archiver.steps.reporting.risks import read_format_risks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("puid", "name", "media_type", "at_risk"),
    [
        ("fmt/38", "Microsoft Word for Windows Document", "application/msword", True),
        ("fmt/40", "Microsoft Word Document", "application/msword", False),
        ("x-fmt/394", "WordPerfect for MS-DOS/Windows Document", "", True),
        (None, "", "Application/X-Shockwave-Flash", True),
        ("fmt/95", "Acrobat PDF/A - Portable Document Format", "application/pdf", False),
        (None, "", "", False),
    ],
)
def test_our_own_list(puid: str | None, name: str, media_type: str, *, at_risk: bool) -> None:
    risks = read_format_risks(None)
    assert bool(risks.reason(puid, name, media_type)) is at_risk
    assert "judgement" in risks.source


def test_a_list_of_the_archives_own_replaces_it(tmp_path: Path) -> None:
    own = tmp_path / "risk.csv"
    own.write_text("\ufeffReason,PUID,name\nwe said so,fmt/95,\nold,,Plain Text*\n,,\n", encoding="utf-8")
    risks = read_format_risks(own)
    assert risks.reason("fmt/95", "", "") == "we said so"
    assert risks.reason("x-fmt/111", "Plain text file", "") == "old"
    assert risks.reason("fmt/38", "", "") is None
    assert "risk.csv" in risks.source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "first row must be"),
        ("puid,why\nfmt/1,x\n", "first row must be"),
        ("puid,reason\nfmt/1,\n", "line 2"),
        ("puid,name,reason\nfmt/1,Word,both\n", "line 2"),
        ("name,reason\n*,everything\n", "line 2"),
        ('puid,reason\n"fmt/1,x\n', "no CSV"),
        ("puid,reason\nfmt/1,\udcff\n", "no CSV"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "risk.csv"
    own.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UsageError, match=said):
        read_format_risks(own)


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the list"):
        read_format_risks(tmp_path / "none.csv")
    large = tmp_path / "large.csv"
    large.write_bytes(b"puid,reason\n" + b"fmt/1,x\n" * 200_000)
    with pytest.raises(UsageError, match="larger than"):
        read_format_risks(large)
