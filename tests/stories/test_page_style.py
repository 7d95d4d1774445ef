from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("The text.\n", encoding="utf-8")
    (tmp_path / "archiver.toml").write_text('[build]\npage_style = "pages.css"\n', encoding="utf-8")
    return tmp_path


def test_a_changed_style_makes_new_versions(letters: Path, archiver: Archiver) -> None:
    style = letters / "pages.css"
    style.write_text("@page { size: A5 }", encoding="utf-8")
    assert archiver("build", "--json", cwd=letters).statuses == {"a.txt": "built"}
    assert archiver("build", "--json", cwd=letters).statuses == {"a.txt": "current"}
    style.write_text("@page { size: A6 }", encoding="utf-8")
    assert archiver("build", "--json", cwd=letters).statuses == {"a.txt": "built"}
    assert sorted(one.name for one in (letters / "packages").iterdir()) == ["a", "a-v2"]
    archiver.verify("packages", cwd=letters)


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (b"@import url(http://127.0.0.1:9/x.css);", "line 1: @import is not allowed there"),
        (b"\xff\xfe", "pages.css"),
        (None, "pages.css"),
        (b"p{color:red}" * 6000, "more than 65,536 characters"),
    ],
)
def test_a_style_that_cannot_be_used_stops_the_build(
    letters: Path, archiver: Archiver, style: bytes | None, said: str
) -> None:
    if style is not None:
        (letters / "pages.css").write_bytes(style)
    ran = archiver("build", cwd=letters)
    assert ran.status == 2
    assert said in ran.stderr
    assert not (letters / "packages").exists()
