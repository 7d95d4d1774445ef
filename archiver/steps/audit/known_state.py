"""A package that is whole in itself, held against what is known of it: is it the one that was there?

Whoever rewrites an inventory and its sidecar together, or puts an older copy of a package back, leaves nothing that the
package itself could tell. Reads nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.standards.names import printable
from archiver.standards.ocfl.version_names import version_number

if TYPE_CHECKING:
    from archiver.storage.catalogue.values import PlannedCheck

_MEANT = "If the change was meant, run archiver store index, and acknowledge the failure."


def held_against_known(planned: PlannedCheck, result: FixityResult) -> FixityResult:
    """Return the result; as damaged where the package is good, and not what the catalogue says it was.

    A newer version than is known is no damage: another program may have added it.

    Args:
        planned: with what is known; what is not is not asked for.
        result: of the check.
    """
    if result.outcome is not FixityOutcome.OK or planned.head is None or result.version is None:
        return result
    known, found = version_number(planned.head) or 0, version_number(result.version) or 0
    if found < known:
        finding = _version_lost(planned.head, result.version)
    elif found == known and planned.inventory_digest not in {None, result.inventory_digest}:
        finding = _inventory_rewritten(planned, result)
    else:
        return result
    return replace(result, outcome=FixityOutcome.DAMAGED, findings=(*result.findings, finding))


def _version_lost(known: str, found: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="stored-version-lost",
        file="inventory.json",
        message=f"Its newest version is {printable(found)}, where {printable(known)} was: an older state of it was "
        "put in its place.",
        fix=f"Restore it with archiver repair from another copy of the store. {_MEANT}",
    )


def _inventory_rewritten(planned: PlannedCheck, result: FixityResult) -> Finding:
    was, now = planned.inventory_digest or "", result.inventory_digest or ""
    return Finding(
        severity=Severity.ERROR,
        code="stored-inventory-rewritten",
        file="inventory.json",
        message=f"Its inventory and sidecar agree with each other and are not those that were there: the digest was "
        f"{was[:16]}..., and is {now[:16]}... now.",
        fix=f"Find out who wrote them anew; restore them with archiver repair from another copy of the store. {_MEANT}",
    )
