"""A deposit into an incoming folder: sent under a name that nobody looks at, read back, handed over by one rename."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

from archiver.deposits.contract import Capabilities, NotYetError, RetryableError, Standing, UnclearError
from archiver.deposits.incoming.findings import name_taken, source_unreadable
from archiver.deposits.incoming.looking import Looking
from archiver.deposits.incoming.naming import Names, name_findings
from archiver.deposits.incoming.notes import Note, NoteState, write_note
from archiver.deposits.incoming.place import NEW_NOTE, TAIL
from archiver.model.deposits import Evidence, EvidenceLevel, Exchange, FileEvidence, Packaging, ParcelFile
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archiver.deposits.contract import Attempt
    from archiver.deposits.incoming.options import IncomingOptions
    from archiver.deposits.incoming.place import Place, ReadBack
    from archiver.model import Finding
    from archiver.model.deposits import Parcel

TAKEN = "taken-away"
"""Identifier in the evidence of a deposit that a watcher took."""

_TAKING = timedelta(seconds=5)


class IncomingTarget:
    """The contract of a target, over any place that files can be put."""

    def __init__(self, kind: str, table: str, options: IncomingOptions, place: Place) -> None:
        """Take what it is: its kind, its table in ``archiver.toml`` for messages, its settings, and the place."""
        self._kind = kind
        self._table = table
        self._options = options
        self._place = place
        self._looking = Looking(table, options, place)
        self._new: str | None = None
        """Key of the deposit that this target itself began: nothing of it can be there yet."""

        self._removed: str | None = None
        """Key of the deposit of which wrong files were removed: every file is looked at again."""

    @property
    def kind(self) -> str:
        """As in ``kind = "..."``."""
        return self._kind

    @property
    def location(self) -> str:
        """Of the folder."""
        return self._place.location

    def capabilities(self) -> Capabilities:
        """Return what every such folder can do."""
        return Capabilities(
            packagings=self._options.packagings, resumable=True, conditional_create=True, finds_by_identifier=True
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what stands against the names."""
        return name_findings(self._options, parcel)

    def open(self, attempt: Attempt) -> Standing:
        """Look for the deposit's note, and write it when there is none."""
        self._new = None
        standing = self._looking.standing(attempt)
        removed, self._removed = self._removed, None
        names = Names(self._options, attempt.parcel)
        if standing is not Standing.NEW:
            self._remove_new_note(names)
            return Standing.NEW if standing is Standing.OPEN and removed == attempt.parcel.key else standing
        with attempt.intend("write the note", path=printable(names.note)):
            self._place.make_folder(names.unfinished)
            self._note(attempt, names, NoteState.SENDING)
            self._kept(attempt, f"write {names.note}", "written")
        self._new = attempt.parcel.key
        return standing

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        """Ask how much of a file is there, and compare what was written last."""
        if self._new == attempt.parcel.key:
            return 0
        path = Names(self._options, attempt.parcel).part_of(file)
        found = self._place.find(path)
        if found is None or not 0 < found.size <= file.size:
            return 0
        start = max(0, found.size - TAIL)
        there = self._place.read(path, start, found.size - start) or b""
        with file.source.open("rb") as source:
            source.seek(start)
            alike = _common(there, source.read(len(there)))
        # A difference within the tail: it was sent last, and did not all arrive. At its very beginning: all is doubted.
        offset = start + alike if alike or not start else 0
        self._kept(attempt, f"look {path}", f"{found.size} bytes, of which the first {offset} are gone on with")
        return offset

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        """Send a file from an offset on.

        Of a folder, no single file is written down as intended: what is written to the deposit's own unfinished folder
        can be written again, whatever came of it, and two durable notes a file would cost more than the file.
        """
        path = Names(self._options, attempt.parcel).part_of(file)
        with file.source.open("rb") as source:
            source.seek(offset)
            if attempt.parcel.packaging is Packaging.FOLDER:
                self._place.make_folder(path.rpartition("/")[0])
                self._send(attempt, path, file, source, offset)
                return
            with attempt.intend("write", path=printable(path), start=offset):
                self._send(attempt, path, file, source, offset)
                self._kept(attempt, f"write {path} {offset}-{file.size}", "written and synced")

    def _send(self, attempt: Attempt, path: str, file: ParcelFile, source: BinaryIO, offset: int) -> None:
        def blocks(count: int) -> bytes:
            try:
                return source.read(count)
            except OSError as error:
                raise source_unreadable(str(file.source), error.strerror or str(error)) from error

        try:
            self._place.send(path, blocks, offset, file.size, attempt.moved)
        except EOFError:
            raise source_unreadable(str(file.source), f"it has no longer {file.size} bytes") from None

    def complete(self, attempt: Attempt) -> None:
        """Read it back first, where something may take it away; then hand it over by one rename."""
        names = Names(self._options, attempt.parcel)
        read_back = self._checked_before(attempt, names) if self._options.watched else None
        if self._place.find(names.final) is not None:
            raise name_taken(self._table, names.final)
        attempt.remember(handing_over=True)
        with attempt.intend("hand over", name=printable(names.final)):
            self._note(attempt, names, NoteState.HANDING_OVER, read_back)
            try:
                self._place.hand_over(names.part, names.final)
            except FileExistsError:
                raise name_taken(self._table, names.final) from None
            self._kept(attempt, f"rename {names.part} {names.final}", "done")
            self._note(attempt, names, NoteState.HANDED_OVER, read_back)

    def verify(self, attempt: Attempt) -> Evidence:
        """Read every byte of what was handed over; what a watcher took counts as it was read before that."""
        names = Names(self._options, attempt.parcel)
        evidence: tuple[FileEvidence, ...] = ()
        if self._place.find(names.final) is not None:
            evidence = self._compared(attempt.parcel.files, names.final_of, attempt.moved)
            self._kept(attempt, f"read {names.final}", _said(evidence))
        taken = self._taken(attempt, names, evidence)
        if taken is not None:
            return taken
        if not all(one.agrees for one in evidence):
            self._note(attempt, names, NoteState.REFUTED)
        return Evidence(files=evidence, location=self._where(names))

    def close(self) -> None:
        """Let connections go."""
        self._place.close()

    def _checked_before(self, attempt: Attempt, names: Names) -> str:
        """Compare what is about to be handed over; what is wrong is removed, so that it is sent again."""
        attempt.moved(0)
        evidence = self._compared(attempt.parcel.files, names.part_of, lambda _: attempt.moved(0))
        self._kept(attempt, f"read {names.part}", _said(evidence))
        wrong = [file for file, one in zip(attempt.parcel.files, evidence, strict=True) if not one.agrees]
        if wrong:
            with attempt.intend("remove", path=printable(names.part_of(wrong[0])), files=len(wrong)):
                for file in wrong:
                    self._place.remove(names.part_of(file))
            self._removed = attempt.parcel.key
            raise RetryableError(f"{printable(names.part_of(wrong[0]))}, read back, is not what was sent")
        return attempt.now().isoformat()

    def _compared(
        self, files: Sequence[ParcelFile], place_of: Callable[[ParcelFile], str], moved: Callable[[int], None]
    ) -> tuple[FileEvidence, ...]:
        came: dict[int, ReadBack | None] = {}
        self._place.read_back([place_of(file) for file in files], moved, came.__setitem__)
        return tuple(_evidence(file, came[number]) for number, file in enumerate(files))

    def _taken(self, attempt: Attempt, names: Names, evidence: Sequence[FileEvidence]) -> Evidence | None:
        """Return what proves a deposit of which files are missing; None where none is, or nobody may take them."""
        missing = [one for one in evidence if one.size is None]
        if evidence and (not missing or any(not one.agrees for one in evidence if one not in missing)):
            return None
        read_back = self._looking.read_back_before(attempt)
        gone = self._place.find(names.final) is None
        if read_back is not None and gone:
            return self._as_it_was(attempt, names, read_back)
        if read_back is not None:
            raise NotYetError(f"something is taking {printable(names.final)} away", wait=_TAKING)
        if gone:
            raise UnclearError(
                f"{printable(names.final)} was handed over and is not there any more. If a program takes away what "
                f"arrives, set `watched = true` in [{self._table}] for the next deposits; if it is lost, remove "
                f"{printable(names.note)} too before the package is deposited again"
            )
        return None

    def _as_it_was(self, attempt: Attempt, names: Names, read_back: str) -> Evidence:
        words = f"read back whole at {read_back}, then handed over; something took it away since"
        self._kept(attempt, f"look {names.final}", f"not there any more: {words}")
        files = tuple(
            FileEvidence(
                path=file.path,
                level=EvidenceLevel.READ_BACK,
                size=file.size,
                digest=file.digests["sha256"],
                agrees=True,
            )
            for file in attempt.parcel.files
        )
        return Evidence(files=files, location=self._where(names), identifiers={TAKEN: words})

    def _note(self, attempt: Attempt, names: Names, state: NoteState, read_back: str | None = None) -> None:
        note = Note(key=attempt.parcel.key, name=names.name, state=state, read_back=read_back)
        self._place.note(names.note, write_note(note))

    def _remove_new_note(self, names: Names) -> None:
        """Remove what a run that was killed while it wrote a note left beside it."""
        if self._place.find(f"{names.note}{NEW_NOTE}") is not None:
            self._place.remove(f"{names.note}{NEW_NOTE}")

    def _where(self, names: Names) -> str:
        return f"{self._place.location.rstrip('/')}/{names.name}"

    def _kept(self, attempt: Attempt, request: str, reply: str) -> None:
        words = f"{self._kind} {printable(request)}"
        attempt.keep(Exchange(time=attempt.now(), request=words, reply=printable(reply)))


def _evidence(file: ParcelFile, back: ReadBack | None) -> FileEvidence:
    if back is None:
        return FileEvidence(path=file.path, level=EvidenceLevel.READ_BACK, size=None, agrees=False)
    agrees = (back.size, back.sha256) == (file.size, file.digests["sha256"])
    return FileEvidence(
        path=file.path, level=EvidenceLevel.READ_BACK, size=back.size, digest=back.sha256, agrees=agrees
    )


def _said(evidence: Sequence[FileEvidence]) -> str:
    size = sum(one.size or 0 for one in evidence)
    wrong = sum(not one.agrees for one in evidence)
    alike = "all as they were sent" if not wrong else f"{wrong} not as they were sent"
    return f"{size} bytes of {len(evidence)} files, {alike} (SHA-256)"


def _common(one: bytes, other: bytes) -> int:
    """Return how many bytes two blocks have in common from their beginning on."""
    if one == other:
        return len(one)
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
