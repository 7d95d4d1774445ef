"""What the gate found, and the finding for each check that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.model import Check, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate found."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    """One for each check that failed."""

    @property
    def passed(self) -> bool:
        """True when no check failed, those that did not run left aside."""
        return all(check.passed is not False for check in self.checks)

    @property
    def validated(self) -> bool | None:
        """True when a validator of PDF/A ran and passed, False when one failed, None when none ran."""
        return validated(self.checks)


def validated(checks: Iterable[Check]) -> bool | None:
    """Tell what the validators of PDF/A among ``checks`` came to: True, False, or None when none of them ran."""
    seen = {check.passed for check in checks if check.name in {"pdfa", "pdfa-verapdf"}}
    if False in seen:
        return False
    return True if True in seen else None


def findings_of(checks: Iterable[Check], name: str) -> tuple[Finding, ...]:
    """Return a finding for each check that failed.

    Args:
        checks: of one rendition.
        name: the document's path, for messages.
    """
    return tuple(_finding(check, name) for check in checks if check.passed is False)


def listed(values: Sequence[str], separator: str = ", ") -> str:
    """Return the first few of ``values`` and how many more there are."""
    more = f" and {len(values) - _NAMED} more" if len(values) > _NAMED else ""
    return separator.join(values[:_NAMED]) + more


def _finding(check: Check, name: str) -> Finding:
    if check.name == "glyphs":
        return Finding(
            severity=Severity.WARNING,
            code="rendition-missing-glyph",
            file=name,
            message=f"{name}: no PDF/A copy, because the installed fonts have {check.detail}.",
            fix="Install the fonts `archiver doctor` names and build again; the original is packaged as it is.",
        )
    if check.name == "text":
        return Finding(
            severity=Severity.WARNING,
            code="rendition-text-differs",
            file=name,
            message=f"{name}: no PDF/A copy, because the text in it is not the document's; {check.detail}.",
            fix="Nothing is lost: the original is packaged as it is. Please report these characters as a defect.",
        )
    if check.name in {"raster", "picture"}:
        return Finding(
            severity=Severity.WARNING,
            code="rendition-picture-differs",
            file=name,
            message=f"{name}: no PDF/A copy, because its pages do not look like the document's; {check.detail}.",
            fix="Nothing is lost: the original is packaged as it is. Please report the document as a defect.",
        )
    if check.name == "limits":
        return Finding(
            severity=Severity.WARNING,
            code="rendition-beyond-limits",
            file=name,
            message=f"{name}: no PDF/A copy, because it would be beyond what readers can be expected to open: "
            f"{check.detail}.",
            fix="Split the document into smaller ones; the original is packaged as it is.",
        )
    return Finding(
        severity=Severity.WARNING,
        code="rendition-not-pdfa",
        file=name,
        message=f"{name}: no PDF/A copy, because it failed the check {check.name!r}: {check.detail}.",
        fix="Nothing is lost: the original is packaged as it is. Please report what the check says as a defect.",
    )
