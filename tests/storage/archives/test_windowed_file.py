from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.storage.archives.windowed_file import WindowedFile

CONTENT = b"".join(number.to_bytes(4, "big") for number in range(300_000))
PLACES = st.one_of(st.integers(0, len(CONTENT) + 10), st.integers(0, 2000))
COUNTS = st.sampled_from([0, 1, 512, 4096, 1 << 15, 1 << 18, 1 << 20, 2 << 20])


@given(reads=st.lists(st.tuples(PLACES, COUNTS), max_size=20), steps=st.booleans())
@settings(deadline=None, max_examples=150)
def test_every_read_gives_what_lies_there(reads: list[tuple[int, int]], *, steps: bool) -> None:
    descriptor = os.memfd_create("content")
    try:
        os.write(descriptor, CONTENT)
        file = WindowedFile(descriptor)
        assert file.size == len(CONTENT)
        at = 0
        for place, count in reads:
            at = at + place % 5000 if steps else place
            assert file.read(at, count) == CONTENT[at : at + count]
            at += count
    finally:
        os.close(descriptor)


def test_small_pieces_close_together_are_one_system_call(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        file = WindowedFile(descriptor)
        file.read(0, 512)
        path.write_bytes(b"")  # what comes now lies in the window
        assert file.read(4608, 512) == CONTENT[4608:5120]
        assert file.read(len(CONTENT) - 100, 50) == b""
    finally:
        os.close(descriptor)
