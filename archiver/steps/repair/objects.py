"""A damaged package of a store is repaired: put together in staging, checked whole, then put in the old one's place.

Until that last step nothing of the store changes, and it is a single one. What was damaged is kept in quarantine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model import FixityOutcome, FixityResult
from archiver.standards.names import printable
from archiver.standards.ocfl.names import declaration, root_declaration
from archiver.standards.ocfl.version_names import version_number
from archiver.steps.program import PROGRAM
from archiver.steps.repair import results as words
from archiver.steps.repair.from_parity import ParityCopies
from archiver.steps.repair.inventories import (
    Candidate,
    SmallFiles,
    candidate,
    choose,
    read_sealed,
    read_small_files,
)
from archiver.steps.repair.rebuilding import Rebuilt
from archiver.steps.repair.results import Repair
from archiver.storage.copies.copying import CopiesUnreadableError
from archiver.storage.copies.stored import StoredCopies
from archiver.storage.durable import write_new
from archiver.storage.kept_damage import keep_damage, mark_done, unfinished
from archiver.storage.parity.checking import set_folders
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.fixity import check_object
from archiver.storage.stores.locks import object_lock
from archiver.storage.stores.publishing import publish_object
from archiver.storage.stores.reading import joined
from archiver.storage.stores.staging import staged_object, store_staging
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.standards.audit_log.canonical import Json
    from archiver.storage.copies.contract import Copies
    from archiver.storage.parity.program import Par2
    from archiver.storage.stores.place import StorePlace
    from archiver.storage.stores.tree import Tree

_LOGGED_FILES = 100
_BODY = ("identifier", "path", "from", "files", "files_total", "program")
"""What an entry of the log says; a note of the quarantine says it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRequest:
    """What is asked for, of every package."""

    place: StorePlace
    tree: Tree
    """Of the store."""

    sources: Callable[[str], Sequence[Copies]]
    """Identifier -> places with copies, in the order in which they are asked."""

    par2: Par2 | None
    """None: parity is not used."""

    known_head: Callable[[str], int]
    """Identifier -> number of the last version that the log knows of; 0: none."""

    dry_run: bool
    now: datetime
    clock: Callable[[], datetime]
    """Not rounded: checks and what is done about them are told apart by their instants."""

    progress: Callable[[int], None] = lambda _: None


def repair_object(request: RepairRequest, identifier: str, path: str) -> Repair:
    """Repair one package.

    Args:
        request: with what.
        identifier: of the package.
        path: of its object from the storage root, whether there is anything or not.

    Returns:
        What became of it.

    Raises:
        OSError: the disk of the store or of its records refused; nothing has changed.
        StorageError: what was done could not be written to the log.
    """
    with object_lock(request.place, identifier):
        result = check_object(request.tree, path, clock=request.clock, identifier=identifier, progress=request.progress)
        repair = Repair(package=identifier, path=path)
        if result.outcome is FixityOutcome.OK:
            repair.status = "sound"
            _end_unfinished(request, identifier, sound=True)
            return repair
        _end_unfinished(request, identifier, sound=False)
        if request.tree.kind(path) not in {None, "folder"}:
            repair.findings.append(words.in_the_way(path))
            return repair
        with store_staging(request.place) as staging:
            work = staging / "repair"
            work.mkdir()
            _Work(request=request, repair=repair, work=work, damage=result).run()
    return repair


@dataclass(slots=True, kw_only=True)
class _Work:
    """One package while it is repaired."""

    request: RepairRequest
    repair: Repair
    work: Path
    damage: FixityResult
    sources: Sequence[Copies] = field(init=False)
    parity: ParityCopies | None = field(init=False)

    def __post_init__(self) -> None:
        request = self.request
        self.sources = request.sources(self.repair.package)
        self.parity = None
        if request.par2 is not None:
            folder = request.place.parity / self.repair.path
            self.parity = ParityCopies(folder=folder, scratch=self.work, par2=request.par2)

    def run(self) -> None:
        small = read_small_files(self.request.tree, self.repair.path)
        others = list(self._others(small))
        authority = choose(small, others, identifier=self.repair.package, at_least=self._last_known)
        if authority is None:
            self.repair.findings.append(words.no_inventory(self.repair.path))
            return
        rebuilt = Rebuilt(
            tree=self.request.tree,
            path=self.repair.path,
            staged=staged_object(self.work),
            authority=authority,
            progress=self.request.progress,
        )
        rebuilt.begin(small, others)
        self._fill(rebuilt)
        self._tell(rebuilt)
        if self.repair.lacking:
            return
        rebuilt.finish()
        if self._is_whole(rebuilt):
            self._end(rebuilt)

    def _last_known(self) -> int:
        parity = set_folders(self.request.place.parity / self.repair.path)
        last = max((version_number(folder.name) or 0 for folder in parity), default=0)
        return max(self.request.known_head(self.repair.package), last)

    def _others(self, small: SmallFiles) -> Iterator[Candidate]:
        """Give the inventories of copies and of parity, where the object's own are not all as they were."""
        if all(sealed.is_whole for sealed in (small.root, *small.versions.values())) and small.versions:
            last = candidate(small.root.data, "", self.repair.package)
            if last is not None and set(last.inventory.versions) <= set(small.versions):
                return
        for source in self.sources:
            if isinstance(source, StoredCopies):
                try:
                    yield from _stored_candidates(source)
                except OSError as error:
                    self._unreadable(source, error.strerror or str(error))
        if self.parity is not None:
            broken = [version for version in self.parity.versions if not _is_whole(small, version)]
            yield from self.parity.inventories(broken, self._opened)

    def _fill(self, rebuilt: Rebuilt) -> None:
        for source in self.sources:
            if rebuilt.lacking:
                try:
                    rebuilt.take(source)
                except CopiesUnreadableError as error:
                    self._unreadable(source, str(error))
        if rebuilt.lacking and self.parity is not None:
            self.parity.fill(rebuilt)
            self.repair.findings += self.parity.findings

    def _tell(self, rebuilt: Rebuilt) -> None:
        repair = self.repair
        repair.replaced = sorted(rebuilt.replaced, key=lambda one: one.file)
        repair.lacking = sorted(rebuilt.lacking)
        replaced = {one.file for one in repair.replaced}
        repair.removed = sorted(file for file in rebuilt.leftovers() if file not in replaced | set(repair.lacking))
        repair.findings += [words.inventory_copy_dropped(version) for version in rebuilt.dropped]
        locations = [source.location for source in self.sources]
        repair.findings += [
            words.file_lacking(file, sources=locations, parity=self.parity is not None) for file in repair.lacking
        ]

    def _is_whole(self, rebuilt: Rebuilt) -> bool:
        root = root_declaration(rebuilt.inventory.ocfl_version)
        write_new(self.work / root, [declaration(root)])  # what is staged is checked as an object of a store
        checked = check_object(
            open_tree(str(self.work)),
            rebuilt.staged.name,
            clock=self.request.clock,
            identifier=self.repair.package,
            progress=self.request.progress,
        )
        if checked.outcome is FixityOutcome.OK:
            return True
        cause = checked.findings[0].message if checked.findings else "its check did not say why."
        self.repair.findings.append(words.not_whole(self.repair.path, cause))
        return False

    def _end(self, rebuilt: Rebuilt) -> None:
        """Put the object in its place, and write down what was done."""
        request, repair = self.request, self.repair
        if request.dry_run:
            repair.status = "planned"
            return
        there = request.tree.kind(repair.path) is not None
        body = self._body()
        kept = keep_damage(
            request.place.quarantine,
            request.tree,
            repair.path,
            list(rebuilt.leftovers()),
            {**body, "time": f"{request.now:%Y-%m-%dT%H:%M:%SZ}", "why": [one.message for one in self.damage.findings]},
            request.now,
        )
        publish_object(request.place, self.work, repair.path, replaces=there)
        repair.status = "repaired"
        repair.quarantine = str(kept)
        _log(request, body, kept)

    def _body(self) -> dict[str, Json]:
        repair = self.repair
        files = [*(one.file for one in repair.replaced), *repair.removed]
        return {
            "identifier": printable(repair.package),
            "path": printable(repair.path),
            "from": ", ".join(sorted({printable(one.source) for one in repair.replaced if one.source})) or "itself",
            "files": [printable(file) for file in files[:_LOGGED_FILES]],
            "files_total": len(files),
            "program": PROGRAM,
        }

    def _unreadable(self, source: Copies, cause: str) -> None:
        self.repair.findings.append(words.copies_unreadable(source.location, cause))

    def _opened(self, path: str) -> Path:
        if self.request.tree.local is None:
            raise AssertionError("only stores of this machine are repaired")
        return self.request.tree.local / self.repair.path / path


def _stored_candidates(source: StoredCopies) -> Iterator[Candidate]:
    stored = source.stored
    if stored is None:
        return
    for folder in (stored.path, *(joined(stored.path, version) for version in stored.inventory.versions)):
        sealed = read_sealed(source.tree, folder)
        one = candidate(sealed.data, source.location, stored.identifier) if sealed.is_whole else None
        if one is not None:
            yield one


def _is_whole(small: SmallFiles, version: str) -> bool:
    return version in small.versions and small.versions[version].is_whole


def _end_unfinished(request: RepairRequest, identifier: str, *, sound: bool) -> None:
    """End what a killed run has left: its repair was done and is not in the log, or was not done.

    Args:
        request: for which store.
        identifier: of the package.
        sound: whether the package is whole now.
    """
    for kept, note in unfinished(request.place.quarantine, identifier):
        entries = StoreLog(request.place.records).entries()
        logged = any(entry.kind == "repaired" and entry.body.get("quarantine") == kept.name for entry in entries)
        if sound and not logged:
            _log(request, {key: note[key] for key in _BODY if key in note}, kept)
        else:
            mark_done(kept)


def _log(request: RepairRequest, body: dict[str, Json], kept: Path) -> None:
    """Write down that a package was repaired; it was checked whole, so what was open of it is closed."""
    log = StoreLog(request.place.records)
    # The very instant: in the second in which an audit found the damage it would else seem to be older than that.
    log.append("repaired", {**body, "quarantine": kept.name}, now=request.clock())
    closed: dict[str, Json] = {"identifier": body.get("identifier"), "by": PROGRAM, "note": "repaired"}
    log.append("acknowledged", closed, now=request.clock())
    mark_done(kept)
