"""What goes over the pipes arrives as it was sent, in whatever pieces."""

from __future__ import annotations

import errno
import os

from hypothesis import given
from hypothesis import strategies as st

from archiver.storage.bag_checks.file_table import FileTable
from archiver.storage.digesting.batches import batches
from archiver.storage.digesting.messages import (
    TASK_HEAD,
    Answer,
    Task,
    pack_answer,
    pack_task,
    task_length,
    unpack_answers,
    unpack_task,
)

NAMES = (
    st.binary(min_size=1)
    .filter(lambda name: b"\0" not in name)
    .map(lambda name: name.decode("utf-8", "surrogateescape"))
)
ERRORS = st.builds(OSError, st.integers(1, 133), st.text(min_size=1, max_size=20))
ANSWERS = st.builds(
    Answer,
    number=st.integers(0, 2**32 - 1),
    read=st.integers(0, 2**64 - 1),
    digests=st.binary(max_size=200),
    errors=st.dictionaries(st.integers(0, 300), ERRORS, max_size=3),
)


@given(st.lists(NAMES, min_size=1), st.integers(0, 2**32 - 1))
def test_tasks(paths: list[str], number: int) -> None:
    task = Task(number=number, algorithms=("md5", "sha3_256"), paths=tuple(paths))
    data = pack_task(task)
    assert task_length(data[:TASK_HEAD]) == len(data) - TASK_HEAD
    assert unpack_task(data[:TASK_HEAD], data[TASK_HEAD:]) == task


@given(st.lists(ANSWERS), st.integers(1, 50))
def test_answers_in_pieces(answers: list[Answer], piece: int) -> None:
    data = b"".join(map(pack_answer, answers))
    found = []
    held = bytearray()
    for start in range(0, len(data), piece):
        held += data[start : start + piece]
        found += list(unpack_answers(held))
    assert not held
    assert list(map(told, found)) == list(map(told, answers))


def told(answer: Answer) -> tuple[object, ...]:
    errors = {index: (error.errno, error.strerror) for index, error in answer.errors.items()}
    return answer.number, answer.read, answer.digests, errors


def test_an_error_without_a_number_keeps_its_words() -> None:
    held = bytearray(pack_answer(Answer(number=1, read=0, digests=b"", errors={3: OSError("worn out")})))
    (answer,) = unpack_answers(held)
    assert answer.errors[3].strerror == "worn out"
    held += pack_answer(Answer(number=1, read=0, digests=b"", errors={0: OSError(errno.EIO, os.strerror(errno.EIO))}))
    (answer,) = unpack_answers(held)
    assert str(answer.errors[0]) == str(OSError(errno.EIO, os.strerror(errno.EIO)))


@given(st.lists(st.sampled_from([0, 1, 4096, 3 << 20, 9 << 20, 1 << 33]), max_size=700))
def test_every_payload_file_is_in_one_batch(sizes: list[int]) -> None:
    files = {f"data/{number:04}": size for number, size in enumerate(sizes)}
    found = list(batches(FileTable({"bagit.txt": 55, **files, "manifest-md5.txt": 9}.items()).payload_pairs, ("md5",)))
    assert sorted(path for batch in found for path in batch.paths) == sorted(files)
    assert all(batch.size == sum(files[path] for path in batch.paths) for batch in found)
    assert all(len(batch.paths) == 1 or batch.size < (4 << 20) + (8 << 20) for batch in found)
    large = [batch.size for batch in found if batch.size >= 8 << 20 and len(batch.paths) == 1]
    assert large == sorted(large, reverse=True)
    assert [batch.size for batch in found[: len(large)]] == large


def test_progress_is_never_told_of_more_than_is_listed() -> None:
    (batch,) = batches(FileTable([("data/a", 10)]).payload_pairs, ("md5",))
    steps: list[int] = []
    for read in (4, 4, 4, 4):
        batch.tell(steps.append, read)
    batch.tell_all(steps.append)
    assert steps == [4, 4, 2]
