"""Containers of documents: what is unpacked of them, and what is not."""

from __future__ import annotations

import tracemalloc
import zipfile
from io import BytesIO

import pytest

from archiver.render.contract import UnreadableTextError
from archiver.render.zipped import Container

MIB = 1 << 20


def archive(content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("a", content)
    return out.getvalue()


def test_no_more_of_a_bomb_is_held_than_may_be() -> None:
    content = archive(bytes(64 * MIB))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableTextError) as refused:
            Container(content, "a.zip", most=2 * MIB).read("a")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.finding.code == "document-too-large"
    assert peak < 16 * MIB


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_packed_in_a_way_that_documents_are_not_is_refused(method: int) -> None:
    with pytest.raises(UnreadableTextError) as refused:
        Container(archive(b"words", method), "a.zip").read("a")
    assert refused.value.finding.code == "document-damaged"
    assert "compression method" in refused.value.finding.message
