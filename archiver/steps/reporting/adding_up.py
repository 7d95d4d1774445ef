"""Adds up what the catalogues of several stores say of the same things."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from archiver.model.reports import FormatHoldings
from archiver.steps.reporting.risks import FormatRisks
from archiver.storage.catalogue import FormatCount
from archiver.storage.catalogue.reporting import PackageTotals

Key = TypeVar("Key", bound=Hashable)

_NOTHING = PackageTotals(packages=0, files=0, bytes=0)


class Totals(Generic[Key]):
    """Totals of packages by key; of a key that was not met, zeros."""

    def __init__(self) -> None:
        self._known: dict[Key, PackageTotals] = {}

    def add(self, found: Mapping[Key, PackageTotals]) -> None:
        """Take the totals of one catalogue."""
        for key, more in found.items():
            before = self[key]
            self._known[key] = PackageTotals(
                packages=before.packages + more.packages,
                files=before.files + more.files,
                bytes=before.bytes + more.bytes,
            )

    def __getitem__(self, key: Key) -> PackageTotals:
        return self._known.get(key, _NOTHING)

    def items(self) -> Iterable[tuple[Key, PackageTotals]]:
        """Return every key that was met with its totals."""
        return self._known.items()


class Formats:
    """Formats by PRONOM identifier; those without one by what they are called."""

    def __init__(self, risks: FormatRisks) -> None:
        self._risks = risks
        self._known: dict[tuple[str, str, str], FormatHoldings] = {}

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self._known)

    def add(self, found: Iterable[FormatCount]) -> None:
        """Take the formats of some stores."""
        for one in found:
            form = one.form
            key = (form.puid, "", "") if form.puid else ("", form.media_type, form.name)
            before = self._known.get(key)
            self._known[key] = FormatHoldings(
                puid=form.puid or None,
                name=(before.name if before else "") or form.name,
                media_type=(before.media_type if before else "") or form.media_type,
                packages=one.packages + (before.packages if before else 0),
                files=one.files + (before.files if before else 0),
                bytes=one.bytes + (before.bytes if before else 0),
                risk=(before.risk if before else None) or self._risks.reason(form.puid, form.name, form.media_type),
            )

    def listed(self, most: int) -> tuple[FormatHoldings, ...]:
        """Return the formats, most bytes first; of more than ``most`` those at risk before others."""
        ordered = sorted(self._known.values(), key=lambda one: (-one.bytes, -one.files, one.puid or "", one.name))
        places = sorted(range(len(ordered)), key=lambda place: (ordered[place].risk is None, place))
        return tuple(ordered[place] for place in sorted(places[:most]))
