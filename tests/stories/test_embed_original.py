from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("The text.\n", encoding="utf-8")
    return tmp_path


def test_the_original_is_in_the_copy(letters: Path, archiver: Archiver) -> None:
    ran = archiver("build", "--embed-original", "--json", cwd=letters)
    assert ran.status == 0, ran.stderr
    rendition = ran.objects[0]["documents"][0]["rendition"]
    assert (rendition["flavour"], rendition["validated"]) == ("3u", True)
    (file,) = letters.glob("packages/a/data/representations/pdfa/data/*.pdf")
    with pikepdf.open(BytesIO(file.read_bytes())) as pdf:
        assert sorted(pdf.attachments) == ["a.txt", "a.txt.dc.xml"]
        assert pdf.attachments["a.txt"].get_file().read_bytes() == b"The text.\n"
    archiver.verify("packages", cwd=letters)
    assert archiver("build", "--embed-original", "--json", cwd=letters).statuses == {"a.txt": "current"}
    assert archiver("build", "--json", cwd=letters).statuses == {"a.txt": "built"}


@pytest.mark.parametrize("words", [["--pdfa", "2u"], ["--no-pdfa"]])
def test_what_cannot_hold_it_is_a_wrong_request(letters: Path, archiver: Archiver, words: list[str]) -> None:
    ran = archiver("build", "--embed-original", *words, cwd=letters)
    assert ran.status == 2
    assert "cannot be embedded" in ran.stderr
    assert not (letters / "packages").exists()
