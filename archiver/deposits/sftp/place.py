"""The incoming folder on a server that speaks SFTP: one connection, made when it is needed and anew when it is lost.

The words of the protocol are asyncssh's matter, and how many of them are under way at once is ``transfers``'; how each
request ended is said here.
"""

from __future__ import annotations

import asyncio
import contextlib
import stat
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import asyncssh

from archiver.deposits.contract import LostReplyError, RefusedError, RetryableError
from archiver.deposits.incoming import NEW_NOTE, Found, FoundKind, ReadBack
from archiver.deposits.incoming.findings import folder_missing, permission_denied, place_full, place_refused
from archiver.deposits.sftp import findings
from archiver.deposits.sftp.login import Login, connect
from archiver.deposits.sftp.transfers import Line, read_files, read_part, write_from
from archiver.standards.names import printable

Result = TypeVar("Result")

_NOT_THERE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory)
_DENIED = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect)
_FULL = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.SFTPBadMessage)
_ROOM = 1 << 20
"""Bytes: fewer free ones on the server's file system are the reason of a failure that it does not explain."""


class SftpPlace:
    """Files on the server."""

    def __init__(self, table: str, folder: str, login: Login, *, timeout: float) -> None:
        """Take the target's table, its folder and how it is reached; no request is made."""
        self._table = table
        self._folder = folder
        self._login = login
        self._timeout = timeout
        self._runner: asyncio.Runner | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._made: set[str] = set()

    @property
    def location(self) -> str:
        """Of the folder, as a URL; ``~`` is the user's own folder."""
        below = self._folder if self._folder.startswith("/") else f"/~/{self._folder}"
        return f"{self._login.address}{printable(below)}"

    def check(self) -> None:
        """Look whether the folder is there, through links."""
        with self._saying("look at", self._folder):
            try:
                found = self._ask(lambda line: line.client.stat(_octets(self._folder)))
            except _NOT_THERE:
                raise folder_missing(self._table, self.location) from None
        if not stat.S_ISDIR(found.permissions or stat.S_IFDIR):
            raise folder_missing(self._table, self.location, "it is no folder")

    def find(self, path: str) -> Found | None:
        """Return what lies under a name."""
        with self._saying("look at", path):
            try:
                found = self._ask(lambda line: line.client.lstat(_octets(path)))
            except _NOT_THERE:
                return None
        return Found(kind=_kind(found.permissions), size=found.size or 0)

    def read(self, path: str, start: int, count: int) -> bytes | None:
        """Read a part of a file."""
        with self._saying("read", path):
            try:
                return self._ask(lambda line: read_part(line, _octets(path), start, count))
            except _NOT_THERE:
                return None

    def note(self, path: str, content: bytes) -> None:
        """Write a small file beside its place, then put it there."""
        new = f"{path}{NEW_NOTE}"

        async def write(line: Line) -> None:
            await write_from(line, _octets(new), lambda _: content, 0, len(content), lambda _: None)
            with contextlib.suppress(asyncssh.SFTPOpUnsupported):
                return await line.client.posix_rename(_octets(new), _octets(path))
            # A server that cannot replace by renaming: for a moment there is none, and `open` may find none.
            with contextlib.suppress(*_NOT_THERE):
                await line.client.remove(_octets(path))
            return await line.client.rename(_octets(new), _octets(path))

        with self._saying("write", path):
            self._ask(write)

    def make_folder(self, path: str) -> None:
        """Make a folder, and those above it below the incoming folder."""
        if path in self._made:
            return
        with self._saying("make", path):
            self._ask(lambda line: line.client.makedirs(_octets(path), exist_ok=True))
        self._made.add(path)

    def send(
        self, path: str, blocks: Callable[[int], bytes], start: int, size: int, moved: Callable[[int], None]
    ) -> None:
        """Write a file from a place on."""
        with self._saying("write", path):
            self._ask(lambda line: write_from(line, _octets(path), blocks, start, size, _carried(moved)))

    def read_back(
        self, paths: Sequence[str], moved: Callable[[int], None], came: Callable[[int, ReadBack | None], None]
    ) -> None:
        """Read whole files, several at once where they are small."""
        with self._saying("read", self._folder):
            self._ask(lambda line: read_files(line, [_octets(path) for path in paths], _carried(moved), came))

    def hand_over(self, staged: str, final: str) -> None:
        """Rename, as version 3 of the protocol has it: it fails where there is something of that name."""
        if self.find(final) is not None:
            raise FileExistsError(final)
        try:
            with self._saying("rename", staged):
                self._ask(lambda line: line.client.rename(_octets(staged), _octets(final)))
        except RetryableError as error:
            raise LostReplyError(str(error)) from error
        except RefusedError:
            if self.find(final) is not None and self.find(staged) is not None:
                raise FileExistsError(final) from None
            raise

    def remove(self, path: str) -> None:
        """Remove a file."""
        with self._saying("remove", path), contextlib.suppress(*_NOT_THERE):
            self._ask(lambda line: line.client.remove(_octets(path)))

    def close(self) -> None:
        """Close the connection, without waiting for the server."""
        self._drop()
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _ask(self, request: Callable[[Line], Awaitable[Result]]) -> Result:
        async def asked() -> Result:
            return await request(await self._line())

        return self._run(asked())

    def _run(self, request: Coroutine[Any, Any, Result]) -> Result:
        if self._runner is None:
            self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        return self._runner.run(request)

    async def _line(self) -> Line:
        if self._client is None:
            self._connection = await connect(self._login, self._timeout)
            try:
                async with asyncio.timeout(self._timeout):
                    self._client = await self._connection.start_sftp_client(path_encoding=None)
            except (asyncssh.ChannelOpenError, asyncssh.SFTPError) as error:
                raise findings.not_offered(self._login, str(error)) from error
        return Line(client=self._client, timeout=self._timeout)

    @contextlib.contextmanager
    def _saying(self, what: str, path: str) -> Iterator[None]:
        """Say truly how the requests of the block ended."""
        try:
            yield
        except _DENIED as error:
            raise permission_denied(self._table, what, path, self._login.user) from error
        except _FULL as error:
            raise place_full(self._table, path, error.reason) from error
        except _LOST as error:
            self._drop()
            raise RetryableError(f"the connection to {self._login.address} was lost: {error.reason}") from error
        except asyncssh.SFTPError as error:
            raise self._refusal(what, path, error.reason) from error
        except (OSError, asyncssh.Error) as error:  # TimeoutError is one
            self._drop()
            said = printable(str(error)) or "it does not answer"
            raise RetryableError(f"no connection to {self._login.address}: {said}") from error
        except _StoppedError as error:
            self._drop()
            raise error.why from None
        except BaseException:
            # Whatever was under way may still come: another request on this line could take its reply.
            self._drop()
            raise

    def _refusal(self, what: str, path: str, said: str) -> RefusedError:
        """Return why the server failed at something; version 3 of the protocol has no words for it."""
        try:
            room = self._ask(lambda line: line.client.statvfs(_octets(self._folder)))
        except (OSError, asyncssh.Error):
            return place_refused(self._table, what, path, said)
        if what in {"write", "make"} and room.bavail * room.frsize < _ROOM:
            return place_full(self._table, path, f"{room.bavail * room.frsize:,} bytes are free")
        return place_refused(self._table, what, path, said)

    def _drop(self) -> None:
        self._client = None
        connection, self._connection = self._connection, None
        if connection is not None and self._runner is not None:
            connection.abort()
            self._run(asyncio.sleep(0))


class _StoppedError(Exception):
    """The run is to stop: carries what says so through the event loop, which is of no more use after it itself."""

    def __init__(self, why: BaseException) -> None:
        self.why = why
        super().__init__(str(why))


def _carried(moved: Callable[[int], None]) -> Callable[[int], None]:
    def told(count: int) -> None:
        try:
            moved(count)
        except KeyboardInterrupt as error:
            raise _StoppedError(error) from error

    return told


def _octets(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _kind(permissions: int | None) -> FoundKind:
    if permissions is None or stat.S_ISREG(permissions):
        return FoundKind.FILE
    return FoundKind.FOLDER if stat.S_ISDIR(permissions) else FoundKind.OTHER
