"""Files over SFTP, many requests under way at once, in bounded memory; a server that falls silent is not waited for.

Errors come out as asyncssh has them, and TimeoutError.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncssh

from archiver.deposits.incoming import ReadBack

Result = TypeVar("Result")

_UNDER_WAY = 32
"""Requests; with the largest block, nearly 8 MiB: as much as ``offset`` compares of a file that was broken off."""

_LARGEST_BLOCK = 261_120
"""Bytes: what OpenSSH takes at most in one request (limits@openssh.com)."""

_SAFE_BLOCK = 32_768
"""Bytes that every server has to take (draft-ietf-secsh-filexfer-02, section 3)."""

_SMALL = _LARGEST_BLOCK * 4
_TOGETHER = 16
"""Small files that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An open session."""

    client: asyncssh.SFTPClient
    timeout: float
    """Seconds without any answer after which it counts as lost."""

    @property
    def block(self) -> int:
        """Bytes of one request."""
        limits = self.client.limits
        offered = min(limits.max_write_len or _SAFE_BLOCK, limits.max_read_len or _SAFE_BLOCK)
        return max(1, min(offered, _LARGEST_BLOCK))

    async def wait(self, request: Coroutine[Any, Any, Result]) -> Result:
        """Wait for one reply.

        Raises:
            TimeoutError: there was none.
        """
        async with asyncio.timeout(self.timeout):
            return await request


async def write_from(
    line: Line, path: bytes, blocks: Callable[[int], bytes], start: int, size: int, moved: Callable[[int], None]
) -> None:
    """Write a file from ``start`` to ``size``, and have the server sync it where it can.

    Args:
        line: the session.
        path: made where it is missing, cut off at ``start``.
        blocks: gives at most so many further bytes of the source, none at its end.
        start: bytes that are there and stay.
        size: of the whole file.
        moved: told of bytes that the server took.

    Raises:
        EOFError: the source ended too early.
    """
    flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | (0 if start else asyncssh.FXF_TRUNC)
    file = await line.wait(_opened(line.client, path, flags))
    try:
        if start:
            await line.wait(file.truncate(start))
        await _write_blocks(line, file, blocks, start, size, moved)
        with contextlib.suppress(asyncssh.SFTPOpUnsupported):
            await line.wait(file.fsync())
    finally:
        await _closed(line, file)


async def _write_blocks(
    line: Line,
    file: asyncssh.SFTPClientFile,
    blocks: Callable[[int], bytes],
    start: int,
    size: int,
    moved: Callable[[int], None],
) -> None:
    under_way: deque[tuple[int, asyncio.Task[int]]] = deque()
    sent = taken = start
    try:
        while taken < size:
            while sent < size and len(under_way) < _UNDER_WAY:
                data = blocks(min(line.block, size - sent))
                if not data:
                    raise EOFError(f"the source ended after {sent} of {size} bytes")
                under_way.append((len(data), asyncio.create_task(file.write(data, sent))))
                sent += len(data)
            length, first = under_way[0]
            async with asyncio.timeout(line.timeout):
                await asyncio.wait([first])
            first.result()
            under_way.popleft()
            taken += length
            moved(length)
    except asyncssh.SFTPError as error:
        await _abandon([task for _, task in under_way])
        if not isinstance(error, asyncssh.SFTPConnectionLost):
            # What was written beyond a block that was not would be a file with a hole in it.
            with contextlib.suppress(asyncssh.Error, OSError):
                await line.wait(file.truncate(taken))
        raise
    finally:
        await _abandon([task for _, task in under_way])


async def read_part(line: Line, path: bytes, start: int, count: int) -> bytes:
    """Read a part of a file, fewer bytes at its end."""
    file = await line.wait(_opened(line.client, path, asyncssh.FXF_READ))
    try:
        data = bytearray()
        await _read_blocks(line, file, start, start + count, _UNDER_WAY, data.extend)
        return bytes(data)
    finally:
        await _closed(line, file)


async def read_files(
    line: Line, paths: Sequence[bytes], moved: Callable[[int], None], came: Callable[[int, ReadBack | None], None]
) -> None:
    """Read whole files; small ones several at once.

    Args:
        line: the session.
        paths: of the files.
        moved: told of bytes as they come.
        came: told of each file by its number, when it is read; None: there is no such file.
    """
    large: list[int] = []
    waiting = iter(enumerate(paths))

    async def read_small() -> None:
        for number, path in waiting:
            back = await _read_file(line, path, moved, most=_SMALL)
            if isinstance(back, _TooLarge):
                large.append(number)
            else:
                came(number, back)

    tasks = [asyncio.create_task(read_small()) for _ in range(min(_TOGETHER, len(paths)))]
    try:
        for task in tasks:
            await task
    finally:
        await _abandon(tasks)
    for number in sorted(large):
        back = await _read_file(line, paths[number], moved, most=None)
        came(number, back if isinstance(back, ReadBack) else None)


class _TooLarge:
    """A file that is read alone."""


async def _read_file(
    line: Line, path: bytes, moved: Callable[[int], None], *, most: int | None
) -> ReadBack | _TooLarge | None:
    try:
        file = await line.wait(_opened(line.client, path, asyncssh.FXF_READ))
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return None
    try:
        size = (await line.wait(file.stat())).size or 0
        if most is not None and size > most:
            return _TooLarge()
        digest = hashlib.sha256()
        count = 0

        def take(data: bytes) -> None:
            nonlocal count
            digest.update(data)
            count += len(data)
            moved(len(data))

        # One byte more than it says it has: what it has beyond that is not hidden by its own word.
        await _read_blocks(line, file, 0, size + 1, _UNDER_WAY if most is None else 2, take)
        return ReadBack(size=count, sha256=digest.hexdigest())
    finally:
        await _closed(line, file)


async def _read_blocks(
    line: Line,
    file: asyncssh.SFTPClientFile,
    start: int,
    end: int,
    most: int,
    take: Callable[[bytes], None],
) -> None:
    """Read from ``start`` to ``end`` or to the end of the file, in order."""
    under_way: deque[tuple[int, int, asyncio.Task[bytes]]] = deque()
    asked = start
    try:
        while True:
            while asked < end and len(under_way) < most:
                count = min(line.block, end - asked)
                under_way.append((asked, count, asyncio.create_task(_part(file, count, asked))))
                asked += count
            if not under_way:
                return
            at, count, first = under_way.popleft()
            try:
                async with asyncio.timeout(line.timeout):
                    data = await first
            except asyncssh.SFTPEOFError:
                return
            if len(data) > count:
                raise asyncssh.SFTPBadMessage("more bytes came than were asked for")
            take(data)
            if not data:
                return
            if len(data) < count:  # a server may give fewer; the rest is asked for before what follows it
                rest = asyncio.create_task(_part(file, count - len(data), at + len(data)))
                under_way.appendleft((at + len(data), count - len(data), rest))
    finally:
        await _abandon([task for _, _, task in under_way])


async def _opened(client: asyncssh.SFTPClient, path: bytes, flags: int) -> asyncssh.SFTPClientFile:
    # A block of no size: one request for each call, none of asyncssh's own tasks, which tell of lost lines on stderr.
    return await client.open(path, flags, encoding=None, block_size=0)


async def _part(file: asyncssh.SFTPClientFile, count: int, at: int) -> bytes:
    data: bytes = await file.read(count, at)
    return data


async def _closed(line: Line, file: asyncssh.SFTPClientFile) -> None:
    """Give a handle back; what was written was said to be there before, or was not."""
    with contextlib.suppress(asyncssh.Error, OSError):
        await line.wait(file.close())


async def _abandon(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Let requests go that nobody waits for any more."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
