"""What documents say of themselves, read in a worker process that is locked in and may die alone.

The worker starts with the first document of a format that has a reader. What could not be read is said, never guessed.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.describe.embedded import PropertyRequest, load_members, member_of, read_properties
from archiver.execution.pool import Outcome, Share, TaskDied, TaskDone, TaskRaised, TaskTimedOut, WorkerPool
from archiver.model import Finding, Severity, SourceKind, Statement, ValueSource
from archiver.render.sandbox import SandboxSettings, lock_in
from archiver.standards.names import printable

READ_SECONDS = 20.0
"""Wall time one document may take."""

_MEMORY = 1 << 30
_SHARE = Share(tasks=5000, memory=300 << 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What one document says of itself."""

    statements: tuple[Statement, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyTicket:
    """Properties that are being read."""

    _name: str
    _future: Future[Outcome[tuple[Statement, ...]]] | None = None
    _refused: Finding | None = None

    def result(self) -> Properties:
        """Wait for them; a worker that died or took too long is a finding, never an exception."""
        if self._future is None:
            return Properties(findings=(self._refused,) if self._refused else ())
        outcome = self._future.result()
        if isinstance(outcome, TaskDone):
            return Properties(statements=outcome.value)
        return Properties(findings=(_not_read(self._name, _cause(outcome)),))


class DocumentProperties:
    """Reads the properties of documents in staging; a context manager that leaves no process behind."""

    def __init__(self, staging: Path, memory: int = _MEMORY) -> None:
        """Make a reader; nothing is started yet.

        Args:
            staging: folder of this run, below which the documents lie.
            memory: bytes of address space that reading may take.
        """
        scratch = staging / "properties"
        scratch.mkdir()
        self._pool = WorkerPool(
            workers=1,
            preparation=load_members,
            initialiser=lock_in,
            argument=SandboxSettings(
                scratch=str(scratch.resolve()), readable=(str(staging.resolve()),), memory=memory, file_bytes=0
            ),
            results=(Statement, ValueSource, SourceKind),
            share=_SHARE,
        )

    def ask(self, name: str, file: Path, media_type: str) -> PropertyTicket:
        """Begin to read what one document says of itself.

        Args:
            name: of the document, for messages; printable.
            file: the document, below the staging folder.
            media_type: as identified.

        Raises:
            OSError: the file is gone.
        """
        member = member_of(media_type, name)
        if member is None:
            return PropertyTicket(name)
        size = file.stat().st_size
        if member.largest is not None and size > member.largest:
            cause = f"it has {size:,} bytes; {member.name} documents beyond {member.largest:,} are not opened for that"
            return PropertyTicket(name, None, _not_read(name, cause))
        request = PropertyRequest(path=str(file.resolve()), media_type=media_type, name=name)
        return PropertyTicket(name, self._pool.submit(read_properties, request, READ_SECONDS))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.terminate()


def _cause(outcome: Outcome[tuple[Statement, ...]]) -> str:
    if isinstance(outcome, TaskTimedOut):
        return f"it took longer than {outcome.seconds:.0f} seconds"
    if isinstance(outcome, TaskDied):
        return f"the process that read it ended ({outcome.detail})"
    if isinstance(outcome, TaskRaised):
        more = outcome.kind == MemoryError.__name__
        return "it needs more memory than reading may use" if more else f"{outcome.kind}: {printable(outcome.message)}"
    return "the build ended before"


def _not_read(name: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="properties-not-read",
        file=name,
        message=f"{name}: what it says of itself (title, author, dates) was not read: {cause}.",
        fix="Nothing has to be done; describe it in a sidecar or a sheet if nobody has.",
    )
