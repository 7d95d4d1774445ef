"""What a run keeps to with one target: how often it tries, how long it waits, what counts as proof."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.model.deposits import EvidenceLevel

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings

_LONGEST_STEP = 60.0
"""Seconds: the limit doubles no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for the deposits with one target."""

    min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK
    attempts: int = 8
    """So many bad ends in a row, without anything getting further, and the deposit is given up."""

    retry_wait: float = 1.0
    """Seconds, at most, before the second attempt; the limit doubles each time."""

    longest_wait: float = 900.0
    """Seconds: a target that asks to be left alone for longer is given up for now."""

    patience: float = 120.0
    """Seconds in all that a target which says "not yet" is waited for; ``resume`` looks again later."""

    def wait(self, failures: int, after: float | None, chance: float) -> float | None:
        """Return the seconds to wait before trying again; None: it is not worth waiting.

        Exponential back-off with full jitter: clients that failed together do not come back together.

        Args:
            failures: bad ends in a row, from 1.
            after: what the target asked for (``Retry-After``), if it did.
            chance: from 0 to 1, drawn by lot.
        """
        drawn = chance * min(self.retry_wait * 2.0 ** min(failures - 1, 30), max(_LONGEST_STEP, self.retry_wait))
        if after is None or not math.isfinite(after) or after < 0:
            return drawn
        return after + drawn if after <= self.longest_wait else None


def rules_of(settings: TargetSettings, min_evidence: EvidenceLevel | None = None) -> Rules:
    """Return the rules of a target as it is configured; ``min_evidence`` of the command line goes before its own."""
    return Rules(
        min_evidence=min_evidence or settings.min_evidence,
        attempts=settings.attempts,
        retry_wait=settings.retry_wait,
    )
