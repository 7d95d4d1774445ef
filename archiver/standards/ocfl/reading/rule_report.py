"""Collects what is noticed while an inventory or an object is read: bounded, each with the rule that it speaks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.standards.ocfl.findings import inventories as kinds

Kind = Callable[[str | None, str], Finding]
"""Makes a finding of a file and a message."""

LIMIT = 200
"""Findings kept of one rule in one report; the rest are counted."""

_SHOWN = 120
"""Characters of a stranger's text that a message shows."""

_IN_1_0 = {"E037, E110": "E037", "E104": "E046", "E105": "E046", "E106": "E041", "E108": "E017", "E111": "E057"}
"""Rules that OCFL 1.1 gave a code of their own -> the code they had in 1.0."""


def shown(text: object) -> str:
    """Return what a stranger wrote fit for a message: printable, in quotes, and not too long."""
    words = text if isinstance(text, str) else f"{type(text).__name__} value"
    return f'"{printable(words if len(words) <= _SHOWN else words[:_SHOWN] + "...")}"'


class RuleReport:
    """Findings of one inventory, or of one object, in the order they were made."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        """What a finding is about where it does not say so itself, from the object's root."""

        self.ocfl_version = "1.1"
        """Whose rules are named."""

        self.usable = True
        """Whether what was read may be relied on to find the object's files."""

        self._findings: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def note(self, kind: Kind, rule: str, message: str, file: str | None = None) -> None:
        """Take in something that leaves what was read usable.

        Args:
            kind: a function of the modules of findings beside this one.
            rule: code of OCFL's list of validation codes, as in 1.1; empty where no rule is broken.
            message: without its full stop.
            file: what it is about, from the object's root, as it is on the disk.
        """
        rule = _IN_1_0.get(rule, rule) if self.ocfl_version == "1.0" else rule
        self._counts[rule] += 1
        if self._counts[rule] <= LIMIT:
            about = self.file if file is None else file
            self._findings.append(
                kind(about and printable(about), f"{message} (OCFL {rule})." if rule else f"{message}.")
            )

    def spoil(self, kind: Kind, rule: str, message: str, file: str | None = None) -> None:
        """Take in something that makes what was read unusable; as :meth:`note`."""
        self.usable = False
        self.note(kind, rule, message, file)

    def take(self, findings: Iterable[Finding]) -> None:
        """Take in what was found elsewhere, such as in an inventory."""
        self._findings.extend(findings)

    def findings(self) -> tuple[Finding, ...]:
        """Return what was noticed, with a count of what was over the limit."""
        over = [
            kinds.cut(self.file, f"{count - LIMIT:,} more findings of {rule or 'what is unreadable'} are not listed.")
            for rule, count in self._counts.items()
            if count > LIMIT
        ]
        return (*self._findings, *over)

    @property
    def any_error(self) -> bool:
        """Whether anything of severity error was noticed."""
        return any(finding.severity is Severity.ERROR for finding in self._findings)
