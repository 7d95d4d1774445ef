"""When not to believe it: a store that cannot be reached, and one in which suddenly everything is missing.

A disk that is not mounted, or another one in its place, is one thing to be told, and no thousand missing packages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.storage.stores.fixity_findings import store_unreachable

if TYPE_CHECKING:
    from archiver.steps.audit.asking import AuditedStore

_ENOUGH = 20
"""Packages missing one behind the other, none having been seen, after which others are looked for."""

_LOOKED_FOR = 50
"""Others that are."""


class Watch:
    """What one store's packages look like, taken together: holds missing ones back until one was seen."""

    def __init__(self, store: AuditedStore) -> None:
        """Believe nothing yet."""
        self._store = store
        self._held: list[FixityResult] = []
        self._seen = False
        self.finding: Finding | None = None
        """Why nothing more is to be asked of the store."""

    def take(self, result: FixityResult) -> list[FixityResult]:
        """Take one result in; return those that can be believed now."""
        if self.finding is not None:
            return []  # what was under way when the store went is not known
        if any(finding.code == "store-unreachable" for finding in result.findings):
            self.finding = result.findings[0]
            self._held.clear()
            return []
        if self._seen or not is_all_gone(result):
            self._seen = True
            return [*self._released(), result]
        self._held.append(result)
        return self.decide() if len(self._held) >= _ENOUGH else []

    def decide(self) -> list[FixityResult]:
        """Look for other packages of the store; return what was held back where there are any."""
        if self.finding is not None or not self._held:
            return []
        if not self._store.tree.reachable():
            self.finding = store_unreachable(self._store.place.location).finding
        elif not self._others_are_there():
            self.finding = _emptied(self._store)
        if self.finding is not None:
            self._held.clear()
            return []
        self._seen = True
        return self._released()

    def _released(self) -> list[FixityResult]:
        held, self._held = self._held, []
        return held

    def _others_are_there(self) -> bool:
        missing = {one.identifier for one in self._held}
        later = self._held[-1].ended + timedelta(days=1)
        others = 0
        store = self._store
        for one in store.catalogue.plan([store.number], now=later, sample=_LOOKED_FOR + len(missing), seed="others"):
            if one.identifier in missing:
                continue
            others += 1
            try:
                if store.tree.kind(one.path) is not None:
                    return True
            except OSError:
                continue
        # Of a store with one package nothing else can be looked for.
        return not others and len(missing) == 1


def is_all_gone(result: FixityResult) -> bool:
    """Tell whether nothing is left of a package."""
    return result.outcome is FixityOutcome.MISSING and any(
        finding.code == "stored-package-missing" for finding in result.findings
    )


def _emptied(store: AuditedStore) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="store-without-its-packages",
        file=None,
        message=f"None of the packages that were looked for is in the store {store.name}: another disk may be mounted "
        "in its place, or everything was removed.",
        fix="Check that it is the store you mean. If everything is lost indeed, restore it from another copy.",
    )
