"""An SFTP server that is not OpenSSH: passwords, none of OpenSSH's extensions, and as little room as a test wants."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER = "archive"


@dataclass(slots=True, kw_only=True)
class PlainServer:
    """One running server."""

    root: Path
    password: str
    room: int
    """Bytes that it takes before its disk is full."""

    port: int = 0
    fingerprint: str = ""
    bad: int = -1
    """Byte of a file that it cannot write; what comes after it, it can."""

    passwords: list[str] = field(default_factory=list)
    """That were tried."""


@contextmanager
def plain_server(root: Path, password: str, room: int = 1 << 40) -> Iterator[PlainServer]:
    """Run it in a thread for the length of the block."""
    server = PlainServer(root=root, password=password, room=room)
    loop = asyncio.new_event_loop()
    key = asyncssh.generate_private_key("ssh-ed25519")
    server.fingerprint = key.get_fingerprint()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[key],
            server_factory=lambda: _Logins(server),
            sftp_factory=lambda channel: _Files(channel, server),
            config=None,
        )

    acceptor = loop.run_until_complete(listen())
    server.port = acceptor.get_port()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        acceptor.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


class _Logins(asyncssh.SSHServer):
    def __init__(self, server: PlainServer) -> None:
        self._server = server

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._server.passwords.append(password)
        return (username, password) == (USER, self._server.password)


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], server: PlainServer) -> None:
        self._server = server
        super().__init__(channel, chroot=os.fsencode(server.root))

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        self._server.room -= len(data)
        if self._server.room < 0 or offset <= self._server.bad < offset + len(data):
            raise asyncssh.SFTPFailure("Failure")
        return super().write(file_obj, offset, data)  # type: ignore[return-value]

    def posix_rename(self, *_: object) -> None:
        raise asyncssh.SFTPOpUnsupported("posix-rename")

    def fsync(self, *_: object) -> None:
        raise asyncssh.SFTPOpUnsupported("fsync")

    def statvfs(self, *_: object) -> asyncssh.SFTPVFSAttrs:
        raise asyncssh.SFTPOpUnsupported("statvfs")
