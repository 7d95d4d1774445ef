"""Findings about one sheet, bounded: a million wrong rows are ten thousand findings and a count.

It collects; what a finding says is worded where it is noticed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archiver.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_OF_A_KIND = 10_000


@dataclass(slots=True)
class Telling:
    """What there is to say about one sheet, in the order noticed."""

    file: str
    """Printable."""

    _told: list[Finding] = field(default_factory=list)
    _kinds: Counter[tuple[str, Severity]] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        """Note a finding; of one code and severity only the first ten thousand are kept."""
        kind = (finding.code, finding.severity)
        self._kinds[kind] += 1
        if self._kinds[kind] <= MOST_OF_A_KIND:
            self._told.append(finding)

    def is_full(self, code: str, severity: Severity) -> bool:
        """Tell whether a finding of this kind would only be counted, and need not be worded."""
        return self._kinds[code, severity] >= MOST_OF_A_KIND

    def count(self, code: str, severity: Severity) -> None:
        """Note a finding of a kind that is full."""
        self._kinds[code, severity] += 1

    def extend(self, findings: Iterable[Finding]) -> None:
        """Note several."""
        for finding in findings:
            self.add(finding)

    def findings(self) -> tuple[Finding, ...]:
        """Return what was noted, and how much of each kind was left out."""
        return (
            *self._told,
            *(self._rest(kind, count) for kind, count in self._kinds.items() if count > MOST_OF_A_KIND),
        )

    def _rest(self, kind: tuple[str, Severity], count: int) -> Finding:
        code, severity = kind
        return Finding(
            severity=severity,
            code="sheet-more-findings",
            file=self.file,
            message=f"{self.file}: {count - MOST_OF_A_KIND:,} more findings of the kind {code}; only the first "
            f"{MOST_OF_A_KIND:,} are listed.",
            fix="Mend what the listed ones name; the rest is most likely of the same kind.",
        )


@dataclass(slots=True)
class Places:
    """Where something was seen in one column: how often, and the first few rows."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """Note one more cell."""
        self.count += 1
        if len(self.rows) < 5:
            self.rows.append(row)

    @property
    def first(self) -> int:
        """Return the first row."""
        return self.rows[0]

    @property
    def also(self) -> str:
        """Return where else: nothing, `` (also in row 5)`` or `` (also in rows 4, 5, 6, 7 and 995 more)``."""
        others = [str(row) for row in self.rows[1:]]
        if not others:
            return ""
        if self.count > len(self.rows):
            return f" (also in rows {', '.join(others)} and {self.count - len(self.rows):,} more)"
        return f" (also in row{'s' if len(others) > 1 else ''} {', '.join(others)})"
