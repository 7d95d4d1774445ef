"""Documents that say something of themselves, made by the libraries that people's programs use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.describe.embedded import PropertyRequest, read_properties

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Stated = list[tuple[str, str, str]]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes, str], Stated]:
    """Return a reader of documents given as bytes: term, text, place."""

    def properties(content: bytes, media_type: str) -> Stated:
        file = tmp_path / "document"
        file.write_bytes(content)
        found = read_properties(PropertyRequest(path=str(file), media_type=media_type))
        assert {one.source.kind.value for one in found} <= {"embedded"}
        return [(one.term, one.text, one.source.place) for one in found]

    return properties
