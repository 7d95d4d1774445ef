from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model import FormatIdentity
from archiver.steps.building import companions as room
from archiver.steps.building.companions import companions
from archiver.steps.building.item_documents import ItemDocument

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HTML = FormatIdentity(puid="fmt/471", name="HTML", version="5", media_type="text/html", basis="")
TEXT = FormatIdentity(puid="x-fmt/111", name="Text", version="", media_type="text/plain", basis="")
PAGE = b'<img src="a.png"><img src="../pl/b.JPG"><img src="c.svg"><a href="d.txt">'


def item(data: Path, files: dict[str, bytes], identity: FormatIdentity = HTML) -> list[ItemDocument]:
    documents = []
    for path, content in files.items():
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_bytes(content)
        documents.append(ItemDocument(source=path, packaged=path, size=len(content), identity=identity))
    return documents


def test_only_images_that_the_page_names_go_with_it(tmp_path: Path) -> None:
    files = {"w/p.html": PAGE, "w/a.png": b"A", "pl/b.jpg": b"B", "w/c.svg": b"C", "w/d.txt": b"D", "w/e.png": b"E"}
    documents = item(tmp_path, files)
    assert companions(documents[0], PAGE, documents, tmp_path) == {"a.png": b"A", "../pl/b.jpg": b"B"}


def test_nothing_goes_with_what_is_no_page(tmp_path: Path) -> None:
    documents = item(tmp_path, {"p.txt": PAGE, "a.png": b"A"}, TEXT)
    assert companions(documents[0], PAGE, documents, tmp_path) == {}


def test_they_are_bounded_in_bytes_and_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{number}.png" for number in range(9)]
    page = " ".join(names).encode()
    documents = item(tmp_path, {"p.html": page, **dict.fromkeys(names, b"1234"), "big.png": b"x" * 40})
    monkeypatch.setattr(room, "MOST_BYTES", 30)
    assert sum(map(len, companions(documents[0], page + b" big.png", documents, tmp_path).values())) == 28
    monkeypatch.setattr(room, "MOST_COMPANIONS", 3)
    assert len(companions(documents[0], page, documents, tmp_path)) == 3
