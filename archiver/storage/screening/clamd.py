"""ClamAV's daemon, asked over its socket: each document is streamed to it in the read that copies it (INSTREAM).

Opens no socket but the one that the archive's configuration names. The protocol is that of clamd(8), "COMMANDS".
"""

from __future__ import annotations

import contextlib
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path

from archiver.storage.screening.contract import Engine, ScreeningUnavailableError, Verdict, verdict_of

_CONNECT = 10.0
"""Seconds to wait for a connection, and for an answer to VERSION."""

_PATIENCE = 300.0
"""Seconds without any progress, sending or waiting. clamd itself gives up on a file after MaxScanTime, 120."""

_LONGEST_ANSWER = 1 << 14
_LENGTH = struct.Struct("!L")
_LAST = _LENGTH.pack(0)
_BEGIN = b"zINSTREAM\0"


class Clamd:
    """The daemon behind one address."""

    def __init__(self, address: str) -> None:
        """Take the address; nothing is opened yet.

        Args:
            address: path of a Unix socket, or ``host:port``.
        """
        self._address = address

    def engine(self) -> Engine:
        """Ask for its version and that of its signatures.

        Raises:
            ScreeningUnavailableError: nothing answers there, or not as clamd does.
        """
        try:
            with self._connected(_CONNECT) as link:
                link.sendall(b"zVERSION\0")
                answer = _answer(link)
        except OSError as error:
            raise ScreeningUnavailableError(f"clamd at {self._address} does not answer: {_words(error)}") from error
        return Engine.parse(answer)

    def look(self, staged: Path) -> ClamdLook:  # noqa: ARG002 - it gets the bytes, not the copy
        """Begin to stream one document to it."""
        try:
            link = self._connected(_PATIENCE)
        except OSError as error:
            return ClamdLook(address=self._address, link=None, failure=_words(error))
        look = ClamdLook(address=self._address, link=link)
        look.send(_BEGIN)
        return look

    def close(self) -> None:
        """Nothing is kept open between looks."""

    def _connected(self, patience: float) -> socket.socket:
        host, colon, port = self._address.rpartition(":")
        if "/" not in self._address and colon:
            link = socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT)
        else:
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                link.settimeout(_CONNECT)
                link.connect(self._address)
            except BaseException:
                link.close()
                raise
        link.settimeout(patience)
        return link


@dataclass(slots=True, kw_only=True)
class ClamdLook:
    """One document on its way to the daemon."""

    address: str
    link: socket.socket | None
    failure: str | None = field(default=None)
    """What went wrong on the way, in the system's words; what clamd says of it goes before."""

    def take(self, chunk: bytes) -> None:
        """Stream the next bytes."""
        if chunk:  # a chunk of no bytes would end the stream
            self.send(_LENGTH.pack(len(chunk)), chunk)

    def end(self) -> None:
        """Tell that there are no more."""
        self.send(_LAST)

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are; once that fails, no more are sent."""
        if self.link is None or self.failure is not None:
            return
        try:
            for piece in pieces:
                self.link.sendall(piece)
        except OSError as error:
            self.failure = _words(error)

    def verdict(self) -> Verdict:
        """Wait for clamd's answer."""
        answer = ""
        if self.link is not None:
            try:
                # It may have answered and hung up while bytes were still sent: that answer says why.
                answer = _answer(self.link)
            except OSError as error:
                self.failure = self.failure or _words(error)
            self.give_up()
        if answer:
            return verdict_of(answer.removeprefix("stream: "))
        return Verdict(failure=f"clamd at {self.address} gave no answer: {self.failure or 'it hung up'}")

    def give_up(self) -> None:
        """Close the connection: clamd forgets what it got."""
        if self.link is not None:
            with contextlib.suppress(OSError):
                self.link.close()
            self.link = None


def _answer(link: socket.socket) -> str:
    """Read one answer, which ends in a zero byte."""
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER:
        piece = link.recv(4096)
        if not piece:
            break
        said += piece
    return said.split(b"\0", 1)[0].decode("utf-8", "backslashreplace").strip()


def _words(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
