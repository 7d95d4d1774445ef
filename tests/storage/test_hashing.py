"""Several digests in one pass: right in every size, in threads or not, and never a thread left over."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator

import pytest

from archiver.standards.bagit import ALGORITHMS
from archiver.storage import hashing
from archiver.storage.hashing import CHUNK, Hashing, new_hasher

NAMES = sorted({name for name, _ in ALGORITHMS.values()})


def ours() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "archiver-hashing"]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert ours() == []


@pytest.mark.parametrize("algorithms", [[], ["sha512"], ["sha256", "sha512"], NAMES], ids=len)
@pytest.mark.parametrize("threads_from", [0, 3 * CHUNK, None])
def test_digests_are_those_of_the_whole_stream(algorithms: list[str], threads_from: int | None) -> None:
    content = os.urandom(5 * CHUNK + 7)
    with Hashing(algorithms, threads_from=threads_from) as stream:
        for start in range(0, len(content), CHUNK):
            stream.update(content[start : start + CHUNK])
        found = stream.digests()
    assert found == {name: hashlib.new(name, content).digest() for name in algorithms}
    assert stream.size == len(content)


def test_every_algorithm_of_a_manifest_has_its_constructor() -> None:
    for name in NAMES:
        assert new_hasher(name)(b"abc", usedforsecurity=False).digest() == hashlib.new(name, b"abc").digest()
    assert new_hasher("sha512_256")(b"abc", usedforsecurity=False).name == "sha512_256"
    with pytest.raises(ValueError, match="no-such"):
        Hashing(["no-such"])


def test_a_buffer_may_be_used_again_at_once() -> None:
    content = os.urandom(40 * CHUNK)
    buffer = memoryview(bytearray(CHUNK))
    with Hashing(["sha512", "md5"], threads_from=0) as stream:
        for start in range(0, len(content), CHUNK):
            buffer[:] = content[start : start + CHUNK]
            stream.update(buffer)
            buffer[:] = bytes(CHUNK)
        assert stream.digests()["sha512"] == hashlib.sha512(content).digest()


def test_a_small_stream_makes_no_thread_and_a_large_one_makes_one_an_algorithm() -> None:
    with Hashing(["sha256", "sha512"], threads_from=2 * CHUNK) as stream:
        stream.update(bytes(2 * CHUNK))
        assert ours() == []
        stream.update(b"1")
        assert len(ours()) == 2
        stream.digests()
        assert ours() == []


def test_what_the_caller_holds_is_bounded() -> None:
    go = threading.Event()
    taken: list[bytes] = []

    def slow(chunk: bytes) -> None:
        go.wait()
        taken.append(chunk)

    lane = hashing._Lane(slow)
    for number in range(hashing._AHEAD + 1):  # one in the thread's hands, the others waiting
        lane.put(bytes([number]))
    blocked = threading.Thread(target=lane.put, args=(b"x",))
    blocked.start()
    blocked.join(0.05)
    assert blocked.is_alive()
    go.set()
    blocked.join()
    lane.finish()
    lane.join()
    assert len(taken) == hashing._AHEAD + 2


def test_an_error_in_a_thread_comes_out_where_the_stream_is() -> None:
    with pytest.raises(MemoryError), Hashing(["sha256"], threads_from=0) as stream:  # noqa: PT012 - one of them raises
        stream.update(b"1")
        stream._lanes[0]._take = failing
        for _ in range(100):
            stream.update(b"2")
        stream.digests()


def failing(_chunk: bytes) -> None:
    raise MemoryError


def test_an_error_of_the_reader_is_the_one_that_is_told() -> None:
    with pytest.raises(OSError, match="bad disk"), Hashing(["sha256"], threads_from=0) as stream:  # noqa: PT012 - as above
        stream.update(b"1")
        stream._lanes[0]._take = failing
        stream.update(b"2")
        raise OSError("bad disk")
