"""Results of fixity checks as lines of a run: canonical JSON (RFC 8785), one package a line."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.standards.audit_log.canonical import Json, NotCanonicalError, canonical, read_canonical
from archiver.standards.audit_log.entries import read_time, write_time
from archiver.standards.names import printable

_FINDINGS = 50
"""Most that a line keeps of one package's findings; how many there were is told."""

_LONGEST = 1_000
"""Characters of one text; with it no line is longer than :data:`archiver.standards.audit_log.canonical.LONGEST_LINE`,
even where each character takes six bytes."""

_LONGEST_NAME = 4_096
"""Characters of an identifier or a path."""

_as_written = Finding
"""Makes a finding whose code was made by another run, and stands in a line."""

_KEYS = frozenset(
    {
        *("bytes", "ended", "files", "findings", "findings_in_all", "identifier", "inventory_digest"),
        *("outcome", "path", "started", "version"),
    }
)


def result_line(result: FixityResult) -> bytes:
    """Write a result as a line, its end included.

    Names that are no Unicode are written as :func:`archiver.standards.names.printable` shows them.
    """
    return (
        canonical(
            {
                "bytes": result.bytes,
                "ended": write_time(result.ended),
                "files": result.files,
                "findings": [_finding(one) for one in result.findings[:_FINDINGS]],
                "findings_in_all": len(result.findings),
                "identifier": _text(result.identifier, _LONGEST_NAME),
                "inventory_digest": None if result.inventory_digest is None else _text(result.inventory_digest),
                "outcome": result.outcome.value,
                "path": _text(result.path, _LONGEST_NAME),
                "started": write_time(result.started),
                "version": None if result.version is None else _text(result.version),
            }
        )
        + b"\n"
    )


def read_result_line(line: bytes) -> FixityResult:
    """Read a line, with or without its end.

    Raises:
        NotCanonicalError: it is no result, or not as it was written.
    """
    value = read_canonical(line.removesuffix(b"\n"))
    if not isinstance(value, Mapping) or set(value) != _KEYS:
        raise NotCanonicalError("no result of a fixity check")
    findings = value["findings"]
    if not isinstance(findings, list) or _number(value, "findings_in_all") < len(findings):
        raise NotCanonicalError("no result of a fixity check")
    try:
        return FixityResult(
            identifier=_line(value, "identifier"),
            path=_line(value, "path"),
            version=_line_or_none(value, "version"),
            inventory_digest=_line_or_none(value, "inventory_digest"),
            outcome=FixityOutcome(_line(value, "outcome")),
            files=_number(value, "files"),
            bytes=_number(value, "bytes"),
            started=read_time(_line(value, "started")),
            ended=read_time(_line(value, "ended")),
            findings=tuple(map(_read_finding, findings)),
        )
    except ValueError as error:
        raise NotCanonicalError("no result of a fixity check") from error


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "code": finding.code,
        "file": None if finding.file is None else _text(finding.file),
        "fix": _text(finding.fix),
        "message": _text(finding.message),
        "severity": finding.severity.value,
    }


def _read_finding(value: Json) -> Finding:
    if not isinstance(value, Mapping) or set(value) != {"code", "file", "fix", "message", "severity"}:
        raise NotCanonicalError("no finding")
    return _as_written(
        severity=Severity(_line(value, "severity")),
        code=_line(value, "code"),
        file=_line_or_none(value, "file"),
        message=_line(value, "message"),
        fix=_line(value, "fix"),
    )


def _text(text: str, longest: int = _LONGEST) -> str:
    cut = text if len(text) <= longest else text[:longest] + "..."
    try:
        cut.encode()
    except UnicodeEncodeError:
        return printable(cut)
    return cut


def _line(value: Mapping[str, Json], key: str) -> str:
    found = value[key]
    if not isinstance(found, str):
        raise NotCanonicalError(f"{key} is no text")
    return found


def _line_or_none(value: Mapping[str, Json], key: str) -> str | None:
    return None if value[key] is None else _line(value, key)


def _number(value: Mapping[str, Json], key: str) -> int:
    found = value[key]
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise NotCanonicalError(f"{key} is no number")
    return found
