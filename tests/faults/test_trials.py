"""Trials see every promise that a target breaks: these targets break one each."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from archiver.deposits.contract import Attempt, RetryableError, Standing
from archiver.model.deposits import Evidence
from tests.contracts.targets.memory import Draft, MemoryBench, MemoryServer, MemoryTarget
from tests.faults.trials import Fault, Trials

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.model.deposits import ParcelFile

NOTHING = Fault(kind="nothing", plan="nothing")


class Believing(MemoryTarget):
    """Takes for sent what it has given away."""

    def verify(self, attempt: Attempt) -> Evidence:
        evidence = super().verify(attempt)
        return dataclasses.replace(
            evidence,
            files=tuple(
                dataclasses.replace(one, size=file.size, digest=file.digests["sha256"], agrees=True)
                for one, file in zip(evidence.files, attempt.parcel.files, strict=True)
            ),
        )


class Twice(MemoryTarget):
    """Never looks whether there is a deposit already."""

    def open(self, attempt: Attempt) -> Standing:
        self._server.drafts.append(Draft(key=attempt.parcel.key))
        attempt.remember(draft=len(self._server.drafts) - 1)
        return Standing.OPEN


class GivingUp(MemoryTarget):
    """Cannot go on with a file that is there in part."""

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        begun = super().offset(attempt, file)
        if 0 < begun < file.size:
            raise RetryableError("no such luck")
        return begun


class Bench(MemoryBench):
    def __init__(self, kind: type[MemoryTarget]) -> None:
        super().__init__(MemoryServer())
        self._kind = kind

    def make(self, port: int | None = None) -> MemoryTarget:  # noqa: ARG002 - there is no connection
        return self._kind(self.server)


@pytest.mark.parametrize(
    ("kind", "plan", "damages", "broken"),
    [
        pytest.param(MemoryTarget, ["lost", "cut"], False, [], id="breaks none"),
        pytest.param(
            Believing, [None] * 4 + ["flip"], True, ["verified, and the server does not hold it"], id="believes"
        ),
        pytest.param(Twice, ["down"], False, ["the server holds 2 deposits"], id="twice"),
        pytest.param(
            GivingUp,
            [None] * 3 + ["cut"],
            False,
            ["failed in peace, although nothing made the server keep other bytes"],
            id="gives up",
        ),
    ],
)
def test_a_broken_promise_is_told(
    tmp_path: Path, kind: type[MemoryTarget], plan: list[str | None], broken: list[str], *, damages: bool
) -> None:
    bench = Bench(kind)
    bench.server.plan = iter(plan)
    trials = Trials(bench, tmp_path, None)
    fault = dataclasses.replace(NOTHING, damages=damages)
    trials.trial(7, fault, trials.deposit, lambda: setattr(bench.server, "plan", iter(())))
    told = " ".join(trials.tally.broken)
    assert all(one in told for one in broken), told
    assert bool(told) is bool(broken), told
    assert all("trial 7" in one for one in trials.tally.broken)
