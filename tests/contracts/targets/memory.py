"""A repository that lives in the test itself, and fails in every way that it is told to.

It makes mistakes easy: each ``create`` makes another draft, a published one can be published again and is then a second
deposit, and what it is sent is kept as it arrived.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.contract import (
    Capabilities,
    LostReplyError,
    NotYetError,
    RefusedError,
    RetryableError,
    Standing,
    UnclearError,
)
from archiver.model import Finding, Severity
from archiver.model.deposits import Evidence, EvidenceLevel, Exchange, FileEvidence, Packaging, Parcel

if TYPE_CHECKING:
    import pytest

    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt
    from archiver.deposits.surroundings import Surroundings
    from archiver.model.deposits import ParcelFile

KIND = "memory"
TITLE = "a repository of the tests"
KEYS = ()
SECRETS = ()
JUDGES = ()

BLOCK = 16_384

FAULTS = ("down", "lost", "slow", "cut", "flip", "forget", "refuse", "not-yet", "bug", "vanish")
"""One a request: refuses the connection; does the work and loses the reply; asks to come back later; takes half of the
bytes; takes wrong bytes; loses a draft; says no; asks for time; answers nonsense; loses what was published."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """What was begun, and perhaps published."""

    key: str
    files: dict[str, bytearray] = field(default_factory=dict)
    published: int = 0
    """How often."""


class MemoryServer:
    """What outlives every target, as a real server does."""

    def __init__(
        self, *, finds: bool = True, careful: bool = True, level: EvidenceLevel = EvidenceLevel.SERVER_SHA256
    ) -> None:
        self.finds = finds
        self.careful = careful
        """Whether its target minds what is in doubt; one that does not is kept from a second deposit all the same."""

        self.level = level
        self.drafts: list[Draft | None] = []
        self.plan: Iterator[str | None] = iter(())
        """A fault for each request to come, or None."""

        self.log: list[str] = []
        self.met: set[str] = set()
        """Faults that came up."""

        self.ever_published = 0
        self._lock = threading.Lock()

    def request(self, words: str, *, idempotent: bool, sends: bool = False) -> _Request:
        """Begin a request; its fault is drawn here."""
        with self._lock:
            fault = next(self.plan, None)
            self.log.append(f"{words} {fault or ''}")
            self.met |= {fault} if fault else set()
        return _Request(self, fault, idempotent=idempotent, sends=sends)

    def found(self, key: str) -> list[int]:
        """Return the drafts of a key."""
        return [number for number, draft in enumerate(self.drafts) if draft is not None and draft.key == key]


@dataclass(slots=True)
class _Request:
    """One request with the fault that befalls it."""

    server: MemoryServer
    fault: str | None
    idempotent: bool
    sends: bool

    def before(self) -> None:
        """Fail where nothing was done yet."""
        if self.fault == "down":
            raise RetryableError("connection refused")
        if self.fault == "slow":
            raise RetryableError("503 Service Unavailable", after=0.0)
        if self.fault == "refuse":
            raise RefusedError(_refusal())
        if self.fault == "not-yet" and self.idempotent and not self.sends:
            raise NotYetError("works on it")
        if self.fault == "bug":
            raise ValueError("a reply that is no JSON")
        if self.fault == "forget" and self.idempotent:
            # A repository that clears its drafts away, not one that loses what it published.
            drafts = self.server.drafts
            self.server.drafts = [draft if draft is not None and draft.published else None for draft in drafts]
        if self.fault == "vanish":
            self.server.drafts = [None for _ in self.server.drafts]

    def taken(self, content: bytes) -> bytes:
        """Return what arrives of the bytes of a request."""
        if self.fault == "flip" and content:
            return bytes([content[0] ^ 1]) + content[1:]
        return content[: len(content) // 2] if self.fault == "cut" else content

    def after(self) -> None:
        """Fail where the work was done."""
        if self.fault == "cut" and self.sends:
            raise RetryableError("connection reset")
        if self.fault == "lost":
            if self.idempotent:
                raise RetryableError("504 Gateway Timeout")
            raise LostReplyError("504 Gateway Timeout")


class MemoryTarget:
    """A target of that repository: a draft, blocks of bytes, then it is published."""

    kind = KIND

    def __init__(self, server: MemoryServer) -> None:
        self._server = server

    @property
    def location(self) -> str:
        return "memory:"

    def capabilities(self) -> Capabilities:
        return Capabilities(
            packagings=(Packaging.TAR, Packaging.ZIP, Packaging.FOLDER),
            digests=("sha256",),
            resumable=True,
            finds_by_identifier=self._server.finds,
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        return () if parcel.identifier else (_refusal(),)

    def open(self, attempt: Attempt) -> Standing:
        number = attempt.memory.get("draft")
        if isinstance(number, int) and self._draft(number) is not None:
            return self._standing(attempt, number)
        if self._server.finds:
            with self._asking("GET drafts", attempt):
                found = self._server.found(attempt.parcel.key)
            if found:
                # What is published counts before what is a draft.
                best = max(found, key=lambda one: bool((draft := self._server.drafts[one]) and draft.published))
                return self._standing(attempt, best)
        elif attempt.in_doubt and self._server.careful:
            raise UnclearError(f"look whether there is a draft: {attempt.in_doubt}")
        with attempt.intend("create"):
            request = self._server.request("POST drafts", idempotent=False)
            request.before()
            self._server.drafts.append(Draft(key=attempt.parcel.key))
            number = len(self._server.drafts) - 1
            request.after()
            attempt.keep(Exchange(time=attempt.now(), request="POST memory:/drafts", reply="201 Created"))
            attempt.remember(draft=number)
        return Standing.NEW

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        with self._asking(f"HEAD {file.path}", attempt):
            return min(len(self._of(attempt).files.get(file.path, b"")), file.size)

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        content = file.source.read_bytes()
        for start in range(offset, max(file.size, 1), BLOCK):
            block = content[start : start + BLOCK]
            with attempt.intend("put", path=file.path, start=start):
                request = self._server.request(f"PUT {file.path} {start}", idempotent=True, sends=True)
                request.before()
                held = self._of(attempt).files.setdefault(file.path, bytearray())
                held[start : start + len(block)] = request.taken(block)
                request.after()
            attempt.moved(len(block))

    def complete(self, attempt: Attempt) -> None:
        with attempt.intend("publish"):
            request = self._server.request("POST publish", idempotent=False)
            request.before()
            self._of(attempt).published += 1
            self._server.ever_published += 1
            request.after()

    def verify(self, attempt: Attempt) -> Evidence:
        with self._asking("GET files", attempt):
            files = {path: bytes(content) for path, content in self._of(attempt).files.items()}
        wanted = [self._evidence(file, files.get(file.path)) for file in attempt.parcel.files]
        return Evidence(files=tuple(wanted), location=f"memory:{attempt.memory['draft']}", identifiers={"draft": "d"})

    def close(self) -> None:
        """Nothing is open."""

    def _evidence(self, file: ParcelFile, content: bytes | None) -> FileEvidence:
        digest = hashlib.sha256(content).hexdigest() if content is not None else None
        agrees = digest == file.digests["sha256"]
        size = len(content) if content is not None else None
        return FileEvidence(path=file.path, level=self._server.level, size=size, digest=digest, agrees=agrees)

    @contextlib.contextmanager
    def _asking(self, words: str, attempt: Attempt) -> Iterator[None]:
        request = self._server.request(words, idempotent=True)
        request.before()
        attempt.keep(Exchange(time=attempt.now(), request=words, reply="200 OK"))
        request.after()
        yield

    def _standing(self, attempt: Attempt, number: int) -> Standing:
        with self._asking(f"GET draft {number}", attempt):
            draft = self._draft(number)
        attempt.remember(draft=number)
        if draft is None:
            raise RetryableError("404 Not Found")
        return Standing.COMPLETE if draft.published else Standing.OPEN

    def _draft(self, number: int) -> Draft | None:
        return self._server.drafts[number] if number < len(self._server.drafts) else None

    def _of(self, attempt: Attempt) -> Draft:
        number = attempt.memory["draft"]
        assert isinstance(number, int)
        draft = self._draft(number)
        if draft is None:
            raise RetryableError("404 Not Found")
        return draft


def _refusal() -> Finding:
    return Finding(severity=Severity.ERROR, code="memory-refused", file=None, message="401", fix="set token_from")


class MemoryBench:
    """The suite's view of it."""

    packaging = Packaging.TAR
    port = None
    min_evidence = EvidenceLevel.SERVER_SHA256

    def __init__(self, server: MemoryServer) -> None:
        self.server = server

    def make(self, port: int | None = None) -> MemoryTarget:  # noqa: ARG002 - there is no connection
        return MemoryTarget(self.server)

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        for number in self.server.found(parcel.key):
            draft = self.server.drafts[number]
            if draft is not None and draft.published:
                return {path: bytes(content) for path, content in draft.files.items()}
        return None

    def count(self, parcel: Parcel) -> int:
        return len(self.server.found(parcel.key))

    def tamper(self, parcel: Parcel) -> bool:
        for number in self.server.found(parcel.key):
            draft = self.server.drafts[number]
            assert draft is not None
            next(iter(draft.files.values()))[7] ^= 1
        return True


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[MemoryBench]:  # noqa: ARG001 - needs neither
    """Give one that never fails."""
    yield MemoryBench(MemoryServer())


def make(settings: TargetSettings, surroundings: Surroundings) -> MemoryTarget:  # noqa: ARG001 - as every kind
    """Make it as a plug-in, with a repository of its own."""
    return MemoryTarget(MemoryServer())
