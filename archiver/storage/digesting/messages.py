"""What goes over the pipes between a crew and its workers: batches of paths one way, digests the other.

Bytes and values only; no file is opened and nothing is unpickled.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_TASK = struct.Struct("!II")
"""Bytes of what follows, number of the batch."""

_ANSWER = struct.Struct("!IIQI")
"""Number of the batch, bytes of what follows, bytes read since the last answer, bytes of what follows that are errors.
An answer with nothing after it tells of progress alone."""

_ERROR = struct.Struct("!IiI")
"""Which file of the batch, errno, bytes of the words that follow."""

TASK_HEAD = _TASK.size
ANSWER_HEAD = _ANSWER.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One batch for a worker."""

    number: int
    algorithms: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker says of its batch: that it goes on, or what came of it."""

    number: int
    read: int
    """Bytes read since the last answer."""

    digests: bytes
    """One file's digests behind the other's, each by every algorithm; zeros for a file with an error. Empty while the
    batch goes on."""

    errors: dict[int, OSError] = field(default_factory=dict)
    """Which file of the batch -> why it could not be read."""


def pack_task(task: Task) -> bytes:
    """Return a batch as it goes over the pipe."""
    body = "\0".join([",".join(task.algorithms), *task.paths]).encode("utf-8", "surrogateescape")
    return _TASK.pack(len(body), task.number) + body


def task_length(head: bytes) -> int:
    """Return how many bytes follow the first ``TASK_HEAD``."""
    return int(_TASK.unpack(head)[0])


def unpack_task(head: bytes, body: bytes) -> Task:
    """Return the batch that :func:`pack_task` packed."""
    algorithms, *paths = body.decode("utf-8", "surrogateescape").split("\0")
    return Task(number=_TASK.unpack(head)[1], algorithms=tuple(algorithms.split(",")), paths=tuple(paths))


def pack_answer(answer: Answer) -> bytes:
    """Return an answer as it goes over the pipe."""
    errors = b"".join(_packed_error(index, error) for index, error in answer.errors.items())
    length = len(errors) + len(answer.digests)
    return _ANSWER.pack(answer.number, length, answer.read, len(errors)) + errors + answer.digests


def unpack_answers(data: bytearray) -> Iterator[Answer]:
    """Take every whole answer from the front of ``data``, and leave the rest."""
    at = 0
    while at + ANSWER_HEAD <= len(data):
        number, length, read, errors = _ANSWER.unpack_from(data, at)
        start, end = at + ANSWER_HEAD, at + ANSWER_HEAD + length
        if end > len(data):
            break
        yield Answer(
            number=number,
            read=read,
            digests=bytes(data[start + errors : end]),
            errors=dict(_errors(data[start : start + errors])),
        )
        at = end
    del data[:at]


def _packed_error(index: int, error: OSError) -> bytes:
    words = (error.strerror or str(error)).encode("utf-8", "surrogateescape")
    return _ERROR.pack(index, error.errno or 0, len(words)) + words


def _errors(data: Sequence[int]) -> Iterator[tuple[int, OSError]]:
    view = bytes(data)
    at = 0
    while at < len(view):
        index, number, length = _ERROR.unpack_from(view, at)
        at += _ERROR.size
        yield index, OSError(number, view[at : at + length].decode("utf-8", "surrogateescape"))
        at += length
