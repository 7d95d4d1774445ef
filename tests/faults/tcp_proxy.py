"""A proxy that passes the bytes of connections on, and disturbs chosen ones."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from tests.faults.listening import Proxy, end, reset, turned_over
from tests.faults.plans import Direction, TcpAt, TcpFault

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

_BLOCK = 1 << 16


class TcpProxy(Proxy):
    """Stands in front of any server that speaks over TCP."""

    def __init__(self, host: str, port: int, plan: Sequence[TcpAt] = ()) -> None:
        """Take the server's address and the faults."""
        super().__init__(host, port)
        self.plan = tuple(plan)
        self.carried: dict[int, dict[Direction, int]] = {}
        """Connection -> bytes of each direction that came in."""

        self.met: list[TcpAt] = []
        """Faults that came to pass."""

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Bytes of each connection: to the server, to the client."""
        return [
            (carried[Direction.TO_SERVER], carried[Direction.TO_CLIENT]) for _, carried in sorted(self.carried.items())
        ]

    def play(self, plan: Sequence[TcpAt]) -> None:
        """Disturb what comes by another plan, and count connections from 0 again; no client is connected."""
        self.begin_again()
        self.plan, self.carried, self.met = tuple(plan), {}, []

    def serve(self, client: socket.socket, number: int) -> None:
        """Pass on what comes from both sides until both have ended."""
        carried = self.carried[number] = dict.fromkeys(Direction, 0)
        faults = [at for at in self.plan if at.connection == number or (at.lasting and at.connection < number)]
        for at in faults:
            if at.fault is TcpFault.REFUSED:
                self.met.append(at)
                return
        server = self.connect()
        try:
            back = threading.Thread(
                target=self._pump, args=(server, client, Direction.TO_CLIENT, carried, faults), daemon=True
            )
            back.start()
            self._pump(client, server, Direction.TO_SERVER, carried, faults)
            back.join()
        finally:
            end(server)

    def _pump(
        self,
        source: socket.socket,
        sink: socket.socket,
        direction: Direction,
        carried: dict[Direction, int],
        faults: Sequence[TcpAt],
    ) -> None:
        coming = sorted((at for at in faults if at.direction is direction), key=lambda at: at.offset)
        with contextlib.suppress(OSError):
            while data := source.recv(_BLOCK):
                begin = carried[direction]
                carried[direction] += len(data)
                while coming and coming[0].offset < begin + len(data):
                    at = coming.pop(0)
                    here = at.offset - begin
                    self.met.append(at)
                    if at.fault is TcpFault.FLIPPED:
                        data = turned_over(data, 8 * here + at.bit)
                        continue
                    sink.sendall(data[:here])
                    begin, data = at.offset, data[here:]
                    if not self._goes_on(at.fault, source, sink, direction):
                        return
                sink.sendall(data)
        end(sink)

    def _goes_on(self, fault: TcpFault, source: socket.socket, sink: socket.socket, direction: Direction) -> bool:
        if fault is TcpFault.LATE:
            self.hold_back()
            return True
        if fault is TcpFault.STALLED:
            self.silence(source if direction is Direction.TO_SERVER else sink)
        for one in (source, sink):
            (reset if fault is TcpFault.RESET else end)(one)
        return False
