"""AtoM's events: values of several columns that stand in parallel, one place an event.

Pure. It says who created a unit and when; what happened otherwise is a contribution, and its dates are its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CREATION = frozenset({"", "creation", "null"})
_NOTHING = frozenset({"", "null"})


def event_values(columns: Mapping[str, int], cells: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield DCMI term, text and heading of everything that the events of one row state.

    Args:
        columns: role (``types``, ``actors``, ``dates``, ``starts``, ``ends``) -> place in ``cells``.
        cells: of the row. Places in them are kept by position: ``NULL`` or nothing is an empty one.
    """
    parts = {role: _places(cells, index) for role, index in columns.items()}
    for place in range(max((len(places) for places in parts.values()), default=0)):
        event = {role: _at(places, place) for role, places in parts.items()}
        created = event.get("types", "").lower() in _CREATION
        if actor := event.get("actors"):
            yield "creator" if created else "contributor", actor, "eventActors"
        date, heading = _date(event)
        if date:
            yield "created" if created else "date", date, heading


def _date(event: Mapping[str, str]) -> tuple[str, str]:
    """Return the event's date, best in EDTF (ISO 8601-2: an interval is ``start/end``), and where it stands."""
    start, end = event.get("starts", ""), event.get("ends", "")
    if start and end and start != end:
        return f"{start}/{end}", "eventStartDates"
    if start:
        return start, "eventStartDates"
    if end:
        return f"/{end}", "eventEndDates"  # EDTF level 1: the start is not known
    return event.get("dates", ""), "eventDates"


def _places(cells: list[str], index: int) -> list[str]:
    return [part.strip() for part in cells[index].split("|")] if index < len(cells) else []


def _at(places: list[str], place: int) -> str:
    text = places[place] if place < len(places) else ""
    return "" if text.lower() in _NOTHING else text
