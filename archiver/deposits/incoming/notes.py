"""The note beside what is sent: which deposit it is and how far, so that any later run finds it by its key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from archiver.model.deposits import Parcel

NAME_LENGTH = 32


class NoteState(StrEnum):
    """How far a deposit is, as its note says."""

    SENDING = "sending"
    HANDING_OVER = "handing-over"
    """It was about to get its name; nobody knows yet whether it has it."""

    HANDED_OVER = "handed-over"
    REFUTED = "refuted"
    """Read back, it was something else than was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is written beside a deposit."""

    key: str
    name: str
    """Under which it is handed over."""

    state: NoteState
    read_back: str | None = None
    """When every byte was read back and agreed, before it was handed over (ISO 8601); None: it was not."""


class BadNoteError(ValueError):
    """A note cannot be read."""


def note_name(parcel: Parcel) -> str:
    """Return what the files of a deposit are called while it is on its way, without their endings."""
    return hashlib.sha256(parcel.key.encode("utf-8", "surrogatepass")).hexdigest()[:NAME_LENGTH]


def write_note(note: Note) -> bytes:
    """Return the note's bytes."""
    content = {
        "about": "Written by archiver, which finds a deposit again by this file. Keep it.",
        "key": note.key,
        "name": note.name,
        "state": note.state.value,
        "read_back": note.read_back,
    }
    return json.dumps(content, indent=1).encode("ascii") + b"\n"


def read_note(content: bytes) -> Note:
    """Read a note.

    Raises:
        BadNoteError: it is none.
    """
    try:
        values = json.loads(content)
        texts = [values[name] for name in ("key", "name", "state")]
        read_back = values["read_back"]
        if not all(isinstance(text, str) for text in texts) or not isinstance(read_back, str | None):
            raise BadNoteError
        return Note(key=texts[0], name=texts[1], state=NoteState(texts[2]), read_back=read_back)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadNoteError from error
