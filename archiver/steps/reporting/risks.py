"""Formats at risk: which, and why. The list that comes with the program is our own judgement.

A list is CSV with the columns ``puid``, ``name``, ``media_type`` and ``reason``. Each row names a format in one of the
first three; a name that ends in ``*`` means every name that begins so. Knows nothing of stores.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.names import printable

OWN_LIST = (
    "Which formats are at risk, and why, is the judgement of this program's makers; [report] risk in archiver.toml "
    "names a list of your own."
)
_COLUMNS = ("puid", "name", "media_type", "reason")
_LARGEST = 1 << 20
_SHIPPED = "formats_at_risk.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatRisks:
    """A list of formats at risk."""

    puids: dict[str, str]
    """PRONOM identifier -> reason; so the others, in lower case."""

    names: dict[str, str]
    beginnings: tuple[tuple[str, str], ...]
    media_types: dict[str, str]
    source: str
    """Whose judgement it is, in a sentence."""

    def reason(self, puid: str | None, name: str, media_type: str) -> str | None:
        """Return why a format is at risk; None: it is not on the list."""
        own = self.puids.get((puid or "").lower()) or self.names.get(name.lower())
        if own:
            return own
        for beginning, reason in self.beginnings:
            if name.lower().startswith(beginning):
                return reason
        return self.media_types.get(media_type.lower())


def read_format_risks(path: Path | None) -> FormatRisks:
    """Read a list of formats at risk.

    Args:
        path: of the archive's own; None takes the one that comes with the program.

    Raises:
        UsageError: it cannot be read or is no such list; the message names the row.
    """
    if path is None:
        data = resources.files("archiver.steps.reporting").joinpath(_SHIPPED).read_bytes()
        return _parsed(data, _SHIPPED, OWN_LIST)
    shown = printable(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"cannot read the list of formats at risk {shown}: {error.strerror or error}") from error
    if len(data) > _LARGEST:
        raise UsageError(f"the list of formats at risk {shown} is larger than {_LARGEST >> 20} MiB")
    return _parsed(data, shown, f"Which formats are at risk, and why, is said by the archive's own list {path.name}.")


def _parsed(data: bytes, shown: str, source: str) -> FormatRisks:
    puids: dict[str, str] = {}
    names: dict[str, str] = {}
    beginnings: list[tuple[str, str]] = []
    types: dict[str, str] = {}
    for puid, name, media_type, reason in _rows(data, shown):
        if puid:
            puids[puid] = reason
        elif name.endswith("*"):
            beginnings.append((name[:-1], reason))
        elif name:
            names[name] = reason
        else:
            types[media_type] = reason
    return FormatRisks(puids=puids, names=names, beginnings=tuple(beginnings), media_types=types, source=source)


def _rows(data: bytes, shown: str) -> Iterator[tuple[str, str, str, str]]:
    try:
        reader = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        heads = {(head or "").strip().lower(): head for head in reader.fieldnames or ()}
        if "reason" not in heads or not heads.keys() & {"puid", "name", "media_type"}:
            raise UsageError(f"{shown} is no list of formats at risk: its first row must be {','.join(_COLUMNS)}")
        for row in reader:
            cells = [(row.get(heads[key]) or "").strip() if key in heads else "" for key in _COLUMNS]
            if not any(cells):
                continue
            puid, name, media_type, reason = (*map(str.lower, cells[:3]), cells[3])
            if not reason or sum(map(bool, (puid, name, media_type))) != 1 or name == "*":
                raise UsageError(
                    f"{shown}, line {reader.line_num}: a row says one of puid, name and media_type, and a reason"
                )
            yield puid, name, media_type, reason
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"the list of formats at risk {shown} is no CSV in UTF-8: {error}") from error
