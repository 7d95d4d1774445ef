"""What an incoming folder knows of a deposit: its note, what is on its way, and what lies under its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.deposits.contract import Standing, UnclearError
from archiver.deposits.incoming.findings import name_taken
from archiver.deposits.incoming.naming import Names
from archiver.deposits.incoming.notes import BadNoteError, Note, NoteState, read_note
from archiver.deposits.incoming.place import NOTE_LIMIT
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.incoming.options import IncomingOptions
    from archiver.deposits.incoming.place import Place

_HANDED = frozenset({NoteState.HANDING_OVER, NoteState.HANDED_OVER})


class Looking:
    """Finds an earlier deposit; writes nothing."""

    def __init__(self, table: str, options: IncomingOptions, place: Place) -> None:
        """Take the target's table, its settings, and where to look."""
        self._table = table
        self._options = options
        self._place = place

    def standing(self, attempt: Attempt) -> Standing:
        """Return how a deposit stands.

        Raises:
            RefusedError: the folder is not there, or something else has the package's name.
            UnclearError: it was handed over once, and what became of it cannot be seen.
        """
        self._place.check()
        names = Names(self._options, attempt.parcel)
        note = self._note(attempt, names)
        there = self._place.find(names.final) is not None
        if note is None:
            if attempt.memory.get("handing_over"):
                raise UnclearError(
                    f"the note {printable(names.note)} of this deposit is gone: look whether "
                    f"{printable(names.final)} is this package, or was taken away by who works on it"
                )
            if there:
                raise name_taken(self._table, names.final)
            return Standing.NEW
        if note.state in _HANDED:
            return self._handed(note, names, there=there)
        if there and note.state is NoteState.SENDING:
            raise name_taken(self._table, names.final)
        if note.state is NoteState.REFUTED:
            return Standing.COMPLETE if there else Standing.NEW
        return Standing.OPEN

    def read_back_before(self, attempt: Attempt) -> str | None:
        """Return when a deposit was read back before it was handed over; None: it was not, or nobody may take it."""
        note = self._note(attempt, Names(self._options, attempt.parcel))
        if note is None or note.state not in _HANDED or not self._options.watched:
            return None
        return note.read_back

    def _handed(self, note: Note, names: Names, *, there: bool) -> Standing:
        if there:
            return Standing.COMPLETE
        if self._place.find(names.part) is not None:
            return Standing.OPEN
        if self._options.watched and note.read_back is not None:
            return Standing.COMPLETE
        raise UnclearError(
            f"{printable(names.final)} was handed over once and is not there any more: if something took it to work on "
            f"it, nothing is to be done; if it is lost, remove {printable(names.note)} and deposit the package again"
        )

    def _note(self, attempt: Attempt, names: Names) -> Note | None:
        content = self._place.read(names.note, 0, NOTE_LIMIT)
        if content is None:
            return None
        try:
            note = read_note(content)
        except BadNoteError:
            note = None
        if note is not None and note.key == attempt.parcel.key and note.name != names.name:
            raise UnclearError(
                f"this package was sent to {printable(self._place.location)} before as {printable(note.name)}, and "
                f"would now be {printable(names.name)}: set `packaging` in [{self._table}] as it was then"
            )
        if note is None or note.key != attempt.parcel.key:
            raise UnclearError(
                f"the note {printable(names.note)} is not as archiver wrote it: look whether "
                f"{printable(names.final)} is this package, and remove the note where it is not"
            )
        return note
