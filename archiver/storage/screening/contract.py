"""What every way of screening offers: looks at one document each, and who it is that looks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

EXCEEDED = "Heuristics.Limits.Exceeded"
"""How ClamAV's signatures begin that stand for a file it did not read to its end."""


class ScreeningUnavailableError(Exception):
    """The engine cannot be asked at all; the message says what was tried and what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Who looks."""

    name: str
    version: str
    signatures: str
    """Version and date of the signatures, as the engine words it; empty where it does not say."""

    @classmethod
    def parse(cls, answer: str) -> Self:
        """Read ClamAV's answer to VERSION, which is also the line of ``clamscan --version``.

        Args:
            answer: ``ClamAV 1.4.6/27460/Sat Nov 21 10:05:12 2026``; what follows the first slash may be absent.

        Raises:
            ScreeningUnavailableError: it is no such answer.
        """
        answer = answer.strip()
        program, _, signatures = answer.partition("/")
        name, _, version = program.partition(" ")
        if name != "ClamAV" or not version or not answer.isprintable():
            raise ScreeningUnavailableError(f"what answers is not ClamAV: {answer[:80]!r}")
        return cls(name=name, version=version, signatures=signatures.replace("/", ", ", 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one look."""

    signature: str | None = None
    """Name of what was found; None when nothing was."""

    failure: str | None = None
    """Why the document was not screened to its end, as a clause; None when it was."""


class Look(Protocol):
    """One document being screened. No method raises for what the engine does: the verdict tells."""

    def take(self, chunk: bytes) -> None:
        """See the next bytes of the document."""

    def end(self) -> None:
        """There are no more bytes, and the copy is whole; does not wait for the verdict."""

    def verdict(self) -> Verdict:
        """Wait for the engine; only after :meth:`end`."""

    def give_up(self) -> None:
        """Let go of everything: the copy did not come about."""


class Screener(Protocol):
    """An engine that answers. Used by one thread; closed by whoever opened it."""

    def engine(self) -> Engine:
        """Ask who it is now: signatures may be replaced while a batch runs.

        Raises:
            ScreeningUnavailableError: it does not answer any more.
        """

    def look(self, staged: Path) -> Look:
        """Begin with one document, whose copy will stand at ``staged``."""

    def close(self) -> None:
        """Let go of it."""


def verdict_of(answer: str) -> Verdict:
    """Return what ClamAV's words about one file mean, its name and colon taken off.

    Args:
        answer: ``OK``, ``Eicar-Test-Signature FOUND``, ``INSTREAM size limit exceeded. ERROR``.
    """
    if answer in {"OK", "Empty file"}:
        return Verdict()
    if answer.endswith(" FOUND"):
        signature = answer.removesuffix(" FOUND")
        if signature.startswith(EXCEEDED):
            return Verdict(failure=f"it is beyond what the engine is set to read ({signature})")
        return Verdict(signature=signature)
    if answer.startswith("INSTREAM size limit exceeded"):
        return Verdict(failure="it is larger than clamd takes (StreamMaxLength in clamd.conf)")
    return Verdict(failure=f"the engine said {answer[:200]!r}" if answer else "the engine hung up without an answer")
