"""The settings that every incoming folder has: which folder, in which form, and who takes away what arrives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from archiver.config.tables import Table
from archiver.model.deposits import Packaging

OPTIONS = ("folder", "packaging", "preset", "watched", "unfinished")

UNFINISHED = ".archiver-deposits"
"""Folder of what is on its way, below the incoming folder: its name begins with a dot, as watchers expect."""


class Preset(StrEnum):
    """Whose folder it is, where it has rules of its own."""

    ARCHIVEMATICA = "archivematica"


Word = TypeVar("Word", bound=StrEnum)

_FORMS = {
    None: (Packaging.TAR, Packaging.ZIP, Packaging.FOLDER),
    # Transfer types "unzipped bag" and "zipped bag": a .tar is none of them.
    Preset.ARCHIVEMATICA: (Packaging.FOLDER, Packaging.ZIP),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingOptions:
    """How packages are put into a folder."""

    folder: str
    """As the place understands it."""

    unfinished: str
    """Folder of what is on its way; on the same file system."""

    packagings: tuple[Packaging, ...]
    """That may arrive, the preferred one first."""

    preset: Preset | None = None
    watched: bool = False
    """Whether something may take away what arrives: a deposit that is gone then is not a missing one."""


def incoming_options(own: Table, *, watched: bool) -> IncomingOptions:
    """Read the settings.

    Args:
        own: the target's table.
        watched: what holds where it does not say.

    Raises:
        ConfigurationError: one is missing or unusable.
    """
    if "folder" not in own:
        raise own.fault("folder", "is missing: it says into which folder packages go")
    folder = own.text("folder")
    preset = _one_of(own, "preset", Preset) if "preset" in own else None
    packagings = _FORMS[preset]
    if "packaging" in own:
        chosen = _one_of(own, "packaging", Packaging)
        if chosen not in packagings:
            forms = " or ".join(f'"{one.value}"' for one in packagings)
            raise own.fault("packaging", f"must be {forms} with this preset")
        packagings = (chosen,)
    return IncomingOptions(
        folder=folder,
        unfinished=own.text("unfinished") if "unfinished" in own else f"{folder.rstrip('/')}/{UNFINISHED}",
        packagings=packagings,
        preset=preset,
        watched=own.yes_or_no("watched") if "watched" in own else watched,
    )


def _one_of(own: Table, key: str, words: type[Word]) -> Word:
    word = own.text(key)
    try:
        return words(word)
    except ValueError:
        raise own.fault(key, f"must be one of: {', '.join(words)}") from None
