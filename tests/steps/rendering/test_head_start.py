from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from archiver.describe import language, read_metadata
from archiver.model import SourceDocument, SourceItem
from archiver.steps.rendering.head_start import head_start
from archiver.steps.rendering.workers import RenderPool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def item(name: str) -> SourceItem:
    return SourceItem(name=name, path=name, compound=False, documents=(SourceDocument(path=name, size=1),))


def detector_is_loaded() -> bool:
    for thread in threading.enumerate():
        if thread.name == "archiver-language":
            thread.join()
    return language._loaded.cache_info().currsize > 0


@pytest.fixture
def _nothing_loaded() -> None:
    language._loaded.cache_clear()


@pytest.mark.usefixtures("_nothing_loaded")
@pytest.mark.parametrize(
    ("name", "sidecar", "renders", "detects"),
    [
        pytest.param("a.txt", None, True, True, id="text nobody described"),
        pytest.param("a.txt", "language: en", True, False, id="text in a stated language"),
        pytest.param("a.bin", None, False, False, id="nothing that is rendered"),
    ],
)
def test_only_what_names_and_records_ask_for_is_begun(
    tmp_path: Path, name: str, sidecar: str | None, *, renders: bool, detects: bool
) -> None:
    metadata = tmp_path / "metadata"
    metadata.mkdir()
    if sidecar:
        (metadata / f"{name}.yaml").write_text(sidecar)
    with RenderPool(1, tmp_path / "scratch") as pool:
        head_start([item(name)], read_metadata(metadata, [name]), pool)
        assert (pool._pool._shared.nursery is not None) is renders
    assert detector_is_loaded() is detects


@pytest.mark.usefixtures("_nothing_loaded")
def test_items_are_read_no_further_than_needed() -> None:
    asked: list[str] = []

    def items() -> Iterator[SourceItem]:
        for number in range(10_000):
            asked.append(str(number))
            yield item(f"{number}.txt")

    head_start(items(), read_metadata(None, []), None)
    assert len(asked) == 1
    assert detector_is_loaded()
