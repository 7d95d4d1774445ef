"""What runs in a forked process: batches in, digests out, until its parent closes the pipe or is gone.

Never returns into the program it was forked from, and never writes to anything but its pipe.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Sequence
from typing import NoReturn

from archiver.storage.digesting.files import Read, digest_file
from archiver.storage.digesting.messages import TASK_HEAD, Answer, Task, pack_answer, task_length, unpack_task
from archiver.storage.hashing import new_hasher

_TELL_AFTER = 8 << 20
"""Bytes of a large file after which the parent is told; it is then too that a worker sees whether it has a parent."""


def work(
    read: Read, tasks: int, answers: int, foreign: Sequence[int], settle: Callable[[], None] | None = None
) -> NoReturn:
    """Serve batches for the rest of this process's life.

    Args:
        read: gives the bytes of a file.
        tasks: descriptor to read batches from.
        answers: descriptor to write answers to.
        foreign: descriptors that belong to the parent; held open here, they would hide its end.
        settle: called once, before the first batch.
    """
    try:
        # Interrupts are for the parent, which ends its workers. Its own handlers have no business here.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
        gc.disable()  # a collection would touch, and so copy, every page shared with the parent
        for descriptor in foreign:
            os.close(descriptor)
        if settle is not None:
            settle()
        while head := _exactly(tasks, TASK_HEAD):
            _Batch(read, unpack_task(head, _exactly(tasks, task_length(head))), answers).run()
    finally:
        # Whatever it was: the parent sees the pipe closed, and reads what is missing itself.
        os._exit(0)


class _Batch:
    def __init__(self, read: Read, task: Task, answers: int) -> None:
        self._read = read
        self._task = task
        self._answers = answers
        self._untold = 0

    def run(self) -> None:
        digests: list[bytes] = []
        errors: dict[int, OSError] = {}
        nothing = [bytes(new_hasher(name)().digest_size) for name in self._task.algorithms]
        for index, path in enumerate(self._task.paths):
            try:
                digests += digest_file(self._read, path, self._task.algorithms, self._advance)
            except OSError as error:
                errors[index] = error
                digests += nothing
        self._send(b"".join(digests), errors)

    def _advance(self, count: int) -> None:
        self._untold += count
        if self._untold >= _TELL_AFTER:
            self._send(b"", {})

    def _send(self, digests: bytes, errors: dict[int, OSError]) -> None:
        read, self._untold = self._untold, 0
        data = memoryview(pack_answer(Answer(number=self._task.number, read=read, digests=digests, errors=errors)))
        try:
            while data:
                data = data[os.write(self._answers, data) :]
        except BrokenPipeError:  # the parent is gone; as an OSError it would be taken for the file's
            os._exit(0)


def _exactly(descriptor: int, length: int) -> bytes:
    """Read so many bytes; nothing when the pipe ends first."""
    data = b""
    while len(data) < length:
        part = os.read(descriptor, length - len(data))
        if not part:
            return b""
        data += part
    return data
