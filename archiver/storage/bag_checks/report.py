"""Collects the findings of one bag, bounded in memory, and knows what they say about validity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from archiver.model import Finding, Severity

LIMIT = 100_000
"""Findings kept per code: a bag with ten million bad lines must not fill the memory. The rest are counted."""

# What does not touch completeness (RFC 8493 section 3): the file is there, only its bytes are wrong or went unread. A
# file that is missing or extra has a finding of its own beside Payload-Oxum.
_NOT_ABOUT_COMPLETENESS = frozenset(
    {"bag-file-damaged", "bag-file-unreadable", "bag-algorithm-unknown", "bag-oxum-mismatch"}
)


class Report:
    """Findings in the order they were made."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._counts: Counter[str] = Counter()
        self._errors: set[str] = set()

    def add(self, finding: Finding) -> None:
        """Take one finding in."""
        self._counts[finding.code] += 1
        if finding.severity is Severity.ERROR:
            self._errors.add(finding.code)
        if self._counts[finding.code] <= LIMIT:
            self._findings.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take several in."""
        for finding in findings:
            self.add(finding)

    @property
    def any_error(self) -> bool:
        """Whether anything of severity error was found."""
        return bool(self._errors)

    @property
    def complete(self) -> bool:
        """Whether nothing was found that makes the bag incomplete (RFC 8493 section 3)."""
        return self._errors <= _NOT_ABOUT_COMPLETENESS

    def findings(self) -> tuple[Finding, ...]:
        """Everything found, with a count of what was over the limit."""
        cut = [
            Finding(
                severity=Severity.ERROR if code in self._errors else Severity.WARNING,
                code="bag-findings-cut",
                file=None,
                message=f"{count - LIMIT} more findings {code} are not listed.",
                fix="Mend what is listed and verify again.",
            )
            for code, count in sorted(self._counts.items())
            if count > LIMIT
        ]
        return (*self._findings, *cut)
