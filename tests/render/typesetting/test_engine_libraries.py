from __future__ import annotations

from archiver.render.typesetting.engine_libraries import missing_libraries


def test_what_the_engine_needs_is_here() -> None:
    assert missing_libraries() == ()


def test_a_library_that_is_not_there_is_named() -> None:
    assert missing_libraries(("libpango-1.0.so.0", "libno-such-thing.so.9")) == ("libno-such-thing.so.9",)
