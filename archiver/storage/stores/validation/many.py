"""Many objects validated behind one another: while the content of some is read, the next are looked at already.

Verdicts come in the order of the paths. An object that gets a new version while it is read is read again from the
beginning, before anything is said of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from archiver.storage.digesting.crew import Crew, Digested
from archiver.storage.digesting.files import digest_file
from archiver.storage.stores.fixity import reading
from archiver.storage.stores.fixity_look import state_of
from archiver.storage.stores.tree import Tree
from archiver.storage.stores.validation.objects import Level, Validation
from archiver.storage.stores.validation.stated import hash_names, width
from archiver.storage.stores.validation.verdict import ObjectVerdict, has_errors

_TURNS = 5
"""How often an object may be replaced while it is read before what was seen is said all the same."""

_OBJECTS_AHEAD = 64
_FILES_AHEAD = 4096
"""What may be under way before no further object is begun; one alone may have any number of files."""

Sized = Sequence[tuple[str, int]]
"""Files, from the tree's root, with their bytes."""


def validate_object(tree: Tree, path: str, level: Level = "full") -> ObjectVerdict:
    """Validate one object in this process; see :func:`validate_objects`."""
    (verdict,) = validate_objects(tree, [path], level)
    return verdict


def validate_objects(
    tree: Tree,
    paths: Iterable[str],
    level: Level = "full",
    crew: Crew | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[ObjectVerdict]:
    """Validate objects.

    Args:
        tree: of the store.
        paths: of the objects' roots, taken as they are needed; empty where the tree is the object.
        level: whether content is read.
        crew: reads it, whose block the caller is in; None: this process does.
        progress: told of the bytes read.

    Yields:
        A verdict for each path, with everything that is wrong, nothing of which is raised.
    """
    return _Line(tree, level, crew, progress).verdicts(paths)


@dataclass(slots=True, kw_only=True)
class _UnderWay:
    """One object whose content is being read."""

    path: str
    before: tuple[int, ...] | None
    """What told the object's folder from another when it was looked at."""

    validation: Validation
    left: int = 0
    """Files of which nothing is known yet."""


class _Line:
    """Objects under way, in the order in which they were begun."""

    def __init__(self, tree: Tree, level: Level, crew: Crew | None, progress: Callable[[int], None] | None) -> None:
        self._tree = tree
        self._level = level
        self._crew = crew
        self._progress = progress
        self._read = reading(tree)
        self._waiting: deque[_UnderWay] = deque()
        self._jobs: dict[int, tuple[_UnderWay, tuple[str, ...]]] = {}
        self._results: Iterator[Digested] = iter(())
        self._begun = self._files = self._bytes = 0

    def verdicts(self, paths: Iterable[str]) -> Iterator[ObjectVerdict]:
        source = iter(paths)
        path = next(source, None)
        while path is not None or self._waiting:
            while path is not None and self._has_room():
                self._begin(path)
                path = next(source, None)
            while self._waiting and not self._waiting[0].left:
                yield self._judged(self._waiting.popleft())
            if self._waiting and self._waiting[0].left:
                self._take_some()

    def _has_room(self) -> bool:
        files = sum(one.left for one in self._waiting)
        return not self._waiting or (files < _FILES_AHEAD and len(self._waiting) < _OBJECTS_AHEAD)

    def _begin(self, path: str) -> None:
        under_way = _UnderWay(path=path, before=state_of(self._tree, path), validation=Validation(self._tree, path))
        under_way.validation.look()
        self._waiting.append(under_way)
        if self._level == "full":
            for algorithms, files in under_way.validation.content():
                self._begin_reading(under_way, algorithms, files)

    def _begin_reading(self, under_way: _UnderWay, algorithms: tuple[str, ...], files: Sized) -> None:
        names = hash_names(algorithms)
        self._files += len(files)
        self._bytes += sum(size for _, size in files)
        if self._crew is not None:
            self._crew.expect(self._read, self._files, self._bytes)
            self._begun += 1
            if self._crew.begin(partial(iter, files), names, self._begun):
                self._jobs[self._begun] = (under_way, algorithms)
                under_way.left += len(files)
                return
        for path, _ in files:
            try:
                digests = b"".join(digest_file(self._read, path, names, self._progress))
            except OSError as error:
                under_way.validation.take(path, algorithms, error)
            else:
                under_way.validation.take(path, algorithms, digests)

    def _take_some(self) -> None:
        """Wait for what the crew has read next."""
        digested = next(self._results, None)
        if digested is None:  # begun since the last results were asked for
            self._results = self._crew.results(self._progress) if self._crew is not None else iter(())
            digested = next(self._results)
        under_way, algorithms = self._jobs[digested.job]
        step = width(algorithms)
        for index, path in enumerate(digested.paths):
            digests = digested.digests[index * step : (index + 1) * step]
            under_way.validation.take(path, algorithms, digested.errors.get(index) or digests)
        under_way.left -= len(digested.paths)

    def _judged(self, under_way: _UnderWay) -> ObjectVerdict:
        read = self._level == "full"
        verdict = under_way.validation.verdict(read=read)
        for _ in range(_TURNS):
            if not has_errors(verdict.findings) or not self._was_replaced(under_way):
                break
            alone = _Line(self._tree, self._level, None, self._progress)
            alone._begin(under_way.path)
            under_way = alone._waiting.popleft()
            verdict = under_way.validation.verdict(read=read)
        return verdict

    def _was_replaced(self, under_way: _UnderWay) -> bool:
        if under_way.before is not None:
            return under_way.before != state_of(self._tree, under_way.path)
        return under_way.validation.was_replaced()  # an object store says nothing of folders
