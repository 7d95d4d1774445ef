"""Which kinds of target there are: those of this room by name, and those that entry points bring."""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, cast

from archiver.errors import ConfigurationError

if TYPE_CHECKING:
    from archiver.deposits.surroundings import TargetKind

ENTRY_POINTS = "archiver.targets"

KINDS: dict[str, str] = {
    "dataverse": "archiver.deposits.dataverse.target",
    "dspace-saf": "archiver.deposits.exports.dspace_saf",
    "fedora": "archiver.deposits.fedora.target",
    "internet-archive": "archiver.deposits.internet_archive",
    "inveniordm": "archiver.deposits.inveniordm.target",
    "opf-csv": "archiver.deposits.exports.opf_csv",
    "s3": "archiver.deposits.s3",
    "sftp": "archiver.deposits.sftp",
    "store": "archiver.deposits.ocfl_store",
    "sword": "archiver.deposits.sword.target",
    "watched-folder": "archiver.deposits.watched_folder",
}
"""Kind -> module of this room; one line a target. A module is imported when its kind is asked for."""


def kind_names() -> tuple[str, ...]:
    """Return every kind that can be asked for, sorted."""
    return tuple(sorted({*KINDS, *(point.name for point in metadata.entry_points(group=ENTRY_POINTS))}))


def target_kind(name: str, where: str) -> TargetKind:
    """Return a kind by its name; one of this room is never replaced by a plug-in.

    Args:
        name: as in ``kind = "..."``.
        where: the setting that asks for it, for the message.

    Raises:
        ConfigurationError: there is none, or its plug-in cannot be imported.
    """
    if name in KINDS:
        return cast("TargetKind", import_module(KINDS[name]))
    for point in metadata.entry_points(group=ENTRY_POINTS, name=name):
        try:
            return cast("TargetKind", point.load())
        except Exception as error:
            raise ConfigurationError(f"{where}: the plug-in {point.value} cannot be used: {error}") from error
    raise ConfigurationError(f"{where} = {name!r}: there is no such kind of target; known: {', '.join(kind_names())}")
