"""What a bag says of itself that a deposit needs: who it is, and when it was made."""

from __future__ import annotations

from datetime import UTC, datetime

from archiver.errors import ItemError
from archiver.standards.bag_info import BagInfo
from archiver.steps.deposits.parcels import findings as kinds

_FIRST_DAY = datetime(1980, 1, 1, tzinfo=UTC)
"""The first that a zip can say."""


def identifier_of(info: BagInfo | None, shown: str) -> str:
    """Return the one identifier of a bag.

    Args:
        info: its ``bag-info.txt``.
        shown: what messages call the package.

    Raises:
        ItemError: it has none, or several.
    """
    values = info.values("External-Identifier") if info else ()
    named = {value.strip() for value in values} - {""}
    if len(named) != 1:
        raise ItemError((kinds.identifiers_many(shown, named) if named else kinds.identifier_missing(shown),))
    return named.pop()


def seconds_of(info: BagInfo | None) -> int:
    """Return the first second of a bag's Bagging-Date, or of 1980 where it says none: seconds since 1970, UTC."""
    dates = info.values("Bagging-Date") if info else ()
    try:
        day = datetime.strptime(dates[0].strip() if dates else "", "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        day = _FIRST_DAY
    return int(max(day, _FIRST_DAY).timestamp())


def labels_of(fields: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """Return labels -> values, in the order in which they stand."""
    labels: dict[str, tuple[str, ...]] = {}
    for label, value in fields:
        labels[label] = (*labels.get(label, ()), value)
    return labels
