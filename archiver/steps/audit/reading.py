"""Packages read one behind the other, the next ones while the bytes of those before are still being digested.

Stores on disks are read by a crew of forked processes that give way to others, stores elsewhere by threads. Judges
nothing itself, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from archiver.model import FixityResult
from archiver.steps.audit.side_by_side import SideBySide
from archiver.steps.audit.turns import Turn
from archiver.storage.digesting.crew import Crew, Digested
from archiver.storage.digesting.pace import Pace, give_way
from archiver.storage.stores.fixity import ObjectCheck, check_object, reading

if TYPE_CHECKING:
    from archiver.steps.audit.asking import AuditedStore, AuditRequest
    from archiver.storage.bag_checks.container import Progress

_AHEAD = 256 << 20
"""Bytes of packages that may be under way at once."""

_PACKAGES = 64
"""Packages that may be."""

_FIRST = 1 << 62
"""Bytes that stand for all that is to come: the crew is worth it before anything else is in memory."""


@dataclass(slots=True, kw_only=True)
class _Under:
    """A package under way."""

    turn: Turn
    check: ObjectCheck
    waiting: int
    """Files whose digests are not known yet."""

    size: int


class Reader(Protocol):
    """Reads what it is given turn by turn; a context manager that leaves no process behind."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> bool | None: ...

    def read(self, turns: Iterator[Turn]) -> Iterator[tuple[Turn, FixityResult]]:
        """Check package after package.

        Args:
            turns: asked for the next one while others are being read.

        Yields:
            Each with its result, in the order in which they end.
        """
        ...


class PackageReader:
    """The reader of packages that are there."""

    def __init__(self, stores: Mapping[int, AuditedStore], request: AuditRequest, progress: Progress | None) -> None:
        """Fork what is needed, at once: later there may be threads.

        Args:
            stores: by a number that is this reader's own.
            request: how many processes there may be, and the clock.
            progress: told of bytes read.
        """
        self._numbers = {id(store): number for number, store in stores.items()}
        self._request = request
        self._progress = progress
        self._crew = Crew(request.workers, settle=give_way)
        self._paced = {
            number: reading(
                store.tree,
                pace=Pace(store.schedule.rate / request.workers) if store.schedule.rate else None,
                forget=True,
            )
            for number, store in stores.items()
            if store.tree.local is not None
        }
        self._here = {
            number: reading(store.tree, pace=Pace(store.schedule.rate) if store.schedule.rate else None, forget=True)
            for number, store in stores.items()
        }
        self._elsewhere = SideBySide(request, progress)
        self._under: dict[int, _Under] = {}
        self._jobs = 0
        self._size = 0

    def __enter__(self) -> Self:
        self._crew.__enter__()
        if self._paced:
            self._crew.expect(self._read, 0, _FIRST)
        return self

    def __exit__(self, *what: object) -> None:
        self._crew.__exit__(None, None, None)
        self._elsewhere.close()

    def read(self, turns: Iterator[Turn]) -> Iterator[tuple[Turn, FixityResult]]:
        """Check package after package; see :class:`Reader`."""
        digested = self._crew.results(self._progress)
        more = True
        while more or self._under or self._elsewhere.busy:
            while more and self._has_room():
                turn = next(turns, None)
                if turn is None:
                    more = False
                    break
                done = self._begin(turn)
                if done is not None:
                    yield turn, done
            yield from self._elsewhere.done(waiting=not self._under)
            one = next(digested, None)
            if one is None:
                digested = self._crew.results(self._progress)
            else:
                yield from self._took(one)

    def _has_room(self) -> bool:
        return self._size < _AHEAD and len(self._under) < _PACKAGES and not self._elsewhere.full

    def _begin(self, turn: Turn) -> FixityResult | None:
        """Look at a package and have its content read; return the result where it is there at once."""
        number = self._numbers[id(turn.store)]
        if number not in self._paced:
            self._elsewhere.begin(turn, self._here[number])
            return None
        check = ObjectCheck(
            turn.store.tree,
            turn.planned.path,
            started=self._request.clock(),
            identifier=turn.identifier,
            prefix=f"{number}/",
        )
        job = self._jobs = self._jobs + 1
        if check.count and self._crew.begin(check.files, check.hash_names, job):
            self._under[job] = _Under(turn=turn, check=check, waiting=check.count, size=check.size)
            self._size += check.size
            return None
        check.read_here(self._read_here, self._progress)
        return self._result(turn, check)

    def _took(self, digested: Digested) -> Iterator[tuple[Turn, FixityResult]]:
        under = self._under[digested.job]
        under.check.take(digested)
        under.waiting -= len(digested.paths)
        if not under.waiting:
            del self._under[digested.job]
            self._size -= under.size
            yield under.turn, self._result(under.turn, under.check)

    def _result(self, turn: Turn, check: ObjectCheck) -> FixityResult:
        result = check.result(self._request.clock)
        if result is not None:
            return result
        # It was replaced meanwhile. Read by this process alone: the crew is busy with others.
        number = self._numbers[id(turn.store)]
        return check_object(
            turn.store.tree,
            turn.planned.path,
            clock=self._request.clock,
            identifier=turn.identifier,
            read=self._here[number],
        )

    def _read(self, path: str) -> Iterator[bytes | memoryview]:
        """Read a file in a worker; paths begin with the number of their store."""
        number, _, inside = path.partition("/")
        return self._paced[int(number)](inside)

    def _read_here(self, path: str) -> Iterator[bytes | memoryview]:
        number, _, inside = path.partition("/")
        return self._here[int(number)](inside)
