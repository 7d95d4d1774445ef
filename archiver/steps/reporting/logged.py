"""What the logs of stores tell besides checks: repairs and time stamps.

A log's text may come from elsewhere: what an entry lacks is left out, and nothing of it is taken to be of a kind.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.model.reports import LoggedAct
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace

if TYPE_CHECKING:
    from archiver.standards.audit_log.canonical import Json
    from archiver.standards.audit_log.entries import LogEntry

REPAIRED = "repaired"
STAMPED = "time-stamp"
_NAMED = 3
"""Files of one repair that are told by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What was done, newest first, and how much there is of it in all."""

    repairs: tuple[LoggedAct, ...]
    repairs_total: int
    stamps: tuple[LoggedAct, ...]
    stamps_total: int


def read_acts(places: Sequence[StorePlace], most: int) -> Acts:
    """Read the logs of stores.

    Args:
        places: of the stores.
        most: of each kind that are kept.

    Raises:
        StorageError: a log cannot be read.
    """
    totals = {REPAIRED: 0, STAMPED: 0}
    newest: dict[str, list[tuple[str, int, int, LoggedAct]]] = {REPAIRED: [], STAMPED: []}
    for number, place in enumerate(places):
        for entry in StoreLog(place.records).entries(kinds=totals):
            totals[entry.kind] += 1
            act = _act(place.location, entry)
            kept = newest[entry.kind]
            heapq.heappush(kept, (act.when.isoformat(), number, entry.seq, act))
            if len(kept) > most:
                heapq.heappop(kept)
    return Acts(
        repairs=_ordered(newest[REPAIRED]),
        repairs_total=totals[REPAIRED],
        stamps=_ordered(newest[STAMPED]),
        stamps_total=totals[STAMPED],
    )


def repair_words(body: Mapping[str, Json]) -> str:
    """Return what an entry says of a repair: what was replaced, and from where."""
    files = [one for one in _list(body.get("files")) if isinstance(one, str)]
    total = body.get("files_total")
    count = total if isinstance(total, int) and not isinstance(total, bool) else len(files)
    words = ", ".join(files[:_NAMED]) or "the package"
    more = count - min(len(files), _NAMED)
    if files and more > 0:
        words += f" and {more:,} more {'file' if more == 1 else 'files'}"
    source = text_of(body, "from")
    return f"{words} replaced, from {source}" if source else f"{words} replaced"


def text_of(body: Mapping[str, Json], key: str) -> str:
    """Return a text of an entry's body; empty where there is none."""
    value = body.get(key)
    return value if isinstance(value, str) else ""


def _act(store: str, entry: LogEntry) -> LoggedAct:
    if entry.kind == REPAIRED:
        subject, detail, outcome = text_of(entry.body, "identifier"), repair_words(entry.body), "repaired"
    else:
        subject, detail, outcome = text_of(entry.body, "head"), text_of(entry.body, "authority"), ""
    return LoggedAct(store=store, when=entry.time, subject=subject, detail=detail, outcome=outcome)


def _ordered(kept: Iterable[tuple[str, int, int, LoggedAct]]) -> tuple[LoggedAct, ...]:
    return tuple(act for _, _, _, act in sorted(kept, key=lambda one: one[:3], reverse=True))


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else ()
