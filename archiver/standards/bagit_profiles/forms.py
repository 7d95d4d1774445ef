"""Values of a profile's JSON in whatever form they are written: a word for a list, a number for a version.

Each form but the specification's own is a finding on the profile, and is read as it was meant. What cannot be read is
an error: the rule that hangs on it could not be checked.
"""

from __future__ import annotations

from collections.abc import Sequence

from archiver.model import Finding, Severity
from archiver.standards.names import is_utf8, printable

_SHOWN = 60
"""Characters of a stranger's value in a message."""

_LISTED = 10
"""Allowed values that a message lists."""

_MOST_FINDINGS = 1000
"""Kept of one profile; a good one has none."""


class NumberText(str):
    """A JSON number as it is written: ``1.0`` is a version, and 1.0 as a float has lost which one."""

    __slots__ = ()


class Forms:
    """Reads values and keeps what was odd about them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._cut = 0

    def add(self, finding: Finding) -> None:
        """Take a finding in; what is over the limit is counted."""
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(finding)
        else:
            self._cut += 1

    def all_findings(self) -> tuple[Finding, ...]:
        """Return everything found, with a count of what was over the limit."""
        return (*self.findings, _cut(self.file, self._cut)) if self._cut else tuple(self.findings)

    def text(self, value: object, rule: str) -> str | None:
        """Read one text; None when there is none."""
        if value is None:
            self.odd(rule, "null stands where a text belongs", "read as if it were not there")
            return None
        if isinstance(value, NumberText):
            self.odd(rule, f"the number {shown(value)} stands where a text belongs", "read as that text")
            return str(value)
        if isinstance(value, str) and is_utf8(value):
            return value.strip()
        self.unusable(rule, f"{shown(value)} is no text")
        return None

    def texts(self, value: object, rule: str) -> tuple[str, ...] | None:
        """Read a list of texts, each once; None when there is none."""
        if value is None:
            self.odd(rule, "null stands where a list belongs", "read as if it were not there")
            return None
        if isinstance(value, str):
            self.odd(rule, f"the single value {shown(value)} stands where a list belongs", "read as a list of one")
            value = [value]
        if not isinstance(value, list):
            self.unusable(rule, f"{shown(value)} is no list")
            return None
        found = [text for entry in value if (text := self.text(entry, rule))]
        if "" in value:
            self.odd(rule, "the list holds an empty text", "left out")
        return tuple(dict.fromkeys(found))

    def truth(self, value: object, rule: str, *, default: bool) -> bool:
        """Read true or false."""
        if isinstance(value, bool):
            return value
        words = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
        read = words.get(value.strip().lower()) if isinstance(value, str) else None
        if value is None or value == "":
            self.odd(rule, "nothing stands where true or false belongs", f"read as {str(default).lower()}")
            return default
        if read is None:
            self.unusable(rule, f"{shown(value)} is neither true nor false")
            return default
        self.odd(rule, f"{shown(value)} stands where true or false belongs", f"read as {str(read).lower()}")
        return read

    def table(self, value: object, rule: str) -> dict[str, object]:
        """Read an object; empty when there is none."""
        if isinstance(value, dict):
            return value
        if value is None:
            self.odd(rule, "null stands where an object belongs", "read as if it were empty")
        else:
            self.unusable(rule, f"{shown(value)} is no JSON object")
        return {}

    def odd(self, rule: str, what: str, reading: str) -> None:
        """Note a form that is not the specification's, and how it was read."""
        self.add(
            Finding(
                severity=Severity.WARNING,
                code="profile-form",
                file=self.file,
                message=f"{self.file}, {rule}: {what}; {reading}.",
                fix="Nothing has to be done here; other programs may refuse the profile. Tell its makers.",
            )
        )

    def unusable(self, rule: str, what: str) -> None:
        """Note a value that could not be read, so that its rule asks for nothing."""
        self.add(
            Finding(
                severity=Severity.ERROR,
                code="profile-value-unusable",
                file=self.file,
                message=f"{self.file}, {rule}: {what}; the rule could not be checked.",
                fix="Correct the profile, or ask its makers for one that keeps to BagIt Profiles 1.4.0.",
            )
        )


def choice(values: Sequence[str]) -> str:
    """Return values that one is to be chosen of, as a message lists them: the first few."""
    listed = " or ".join(map(shown, values[:_LISTED]))
    return listed + (f" or one of {len(values) - _LISTED} others" if len(values) > _LISTED else "")


def shown(value: object) -> str:
    """Return a value of the JSON as a message shows it: short and printable."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, NumberText):
        return printable(str(value)[:_SHOWN])
    if isinstance(value, str):
        return f'"{printable(value[:_SHOWN])}"'
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "null"


def _cut(file: str, count: int) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="profile-findings-cut",
        file=file,
        message=f"{file}: {count} more findings on the profile are not listed.",
        fix="Mend what is listed and try again; a profile with so many faults may be another kind of file.",
    )
