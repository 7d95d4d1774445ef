"""Trials through a proxy: what is disturbed is on its way between the target and its server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.contracts.targets.bench import TargetBench
from tests.faults.http_proxy import HttpProxy
from tests.faults.plans import HttpAt, HttpFault, TcpAt, TcpFault, http_plan, tcp_plan
from tests.faults.tcp_proxy import TcpProxy
from tests.faults.trials import Fault, Tally, Trials

_DAMAGING = frozenset(
    {
        *(HttpFault.SHORT_REQUEST, HttpFault.FLIPPED_REQUEST, HttpFault.SHORT_REPLY, HttpFault.FLIPPED_REPLY),
        TcpFault.FLIPPED,
    }
)
_OTHER_THAN_HTTP = frozenset({"sftp"})
"""Kinds of target that speak another protocol: their connections alone are disturbed."""

_ONE_IN = 4
"""Of the trials with a target that speaks HTTP so many disturb bytes of the connection instead."""


@contextmanager
def proxied_trials(bench: TargetBench, folder: Path) -> Iterator[InFlight]:
    """Put proxies before the server of a target, and deposit one package through each undisturbed."""
    assert bench.port is not None
    with TcpProxy("127.0.0.1", bench.port) as tcp, HttpProxy("127.0.0.1", bench.port) as http:
        target = bench.make()
        kind = target.kind
        target.close()
        yield InFlight(bench, folder, tcp, None if kind in _OTHER_THAN_HTTP else http)


class InFlight:
    """Trials with one target whose server is on a port of the loopback."""

    def __init__(self, bench: TargetBench, folder: Path, tcp: TcpProxy, http: HttpProxy | None) -> None:
        """Learn what an undisturbed deposit takes."""
        self.tally = Tally()
        self._tcp, self._http = tcp, http
        self._by_tcp = self._trials(bench, folder / "tcp", tcp.port)
        self._undisturbed(self._by_tcp)
        self._sizes = tcp.sizes
        self._requests = 0
        if http is not None:
            self._by_http = self._trials(bench, folder / "http", http.port)
            self._undisturbed(self._by_http)
            self._requests = len(http.seen)

    def trial(self, seed: int) -> None:
        """Run the trial of a seed."""
        chance = Random(f"way {seed}")  # noqa: S311 - chance that can be repeated
        if self._http is None or chance.randrange(_ONE_IN) == 0:
            self._through_tcp(seed)
        else:
            self._through_http(seed, self._http)

    def _through_http(self, seed: int, proxy: HttpProxy) -> None:
        plan = http_plan(seed, self._requests)
        proxy.play(plan)
        self._by_http.trial(seed, _fault(plan, seed), self._by_http.deposit, lambda: proxy.play(()))

    def _through_tcp(self, seed: int) -> None:
        plan = tcp_plan(seed, self._sizes)
        self._tcp.play(plan)
        self._by_tcp.trial(seed, _fault(plan, seed), self._by_tcp.deposit, lambda: self._tcp.play(()))

    def _trials(self, bench: TargetBench, folder: Path, port: int) -> Trials:
        folder.mkdir(parents=True)
        trials = Trials(bench, folder, port)
        trials.tally = self.tally
        return trials

    def _undisturbed(self, trials: Trials) -> None:
        # Packages of both ways are told apart, so that each finds its own deposits alone.
        nothing = Fault(kind="undisturbed", plan="nothing")
        trials.trial(-1 if trials.folder.name == "tcp" else -2, nothing, trials.deposit, lambda: None)


def _fault(plan: tuple[HttpAt, ...] | tuple[TcpAt, ...], seed: int) -> Fault:
    return Fault(
        kind=f"{'TCP' if isinstance(plan[0], TcpAt) else 'HTTP'}: {plan[0].fault}",
        plan=f"seed {seed}: {'; '.join(map(str, plan))}",
        damages=any(at.fault in _DAMAGING for at in plan),
        repeats=any(at.fault is HttpFault.REPEATED for at in plan),
    )
