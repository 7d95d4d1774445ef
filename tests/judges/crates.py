"""The judge of RO-Crates: roc-validator, served its JSON-LD contexts from the shared folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.judges.verdict import JUDGES, SHARED, JudgeBrokenError, run

if TYPE_CHECKING:
    from pathlib import Path

_JUDGED = (0, 1)
"""Exit statuses of a run that judged: passed, failed. 2 is "could not run"."""


def judge_crate(crate: Path, home: Path, *, level: str = "required") -> dict[str, Any]:
    """Validate one crate: for a package, its ``data`` folder.

    Returns:
        The validator's own report: ``passed``, ``issues``, each with ``severity`` and ``message``.

    Raises:
        JudgeBrokenError: it could not run, or its status and its report differ.
    """
    report = home / "report.json"
    report.unlink(missing_ok=True)
    wrapper = SHARED / "oracles" / "ro_crate_offline.py"
    options: list[str | Path] = ["-l", level, "-v", "--no-paging", "-f", "json", "-o", report]
    command: list[str | Path] = [
        JUDGES / "ro-crate" / "bin" / "python",
        "-I",
        wrapper,
        "-y",
        "validate",
        crate,
        *options,
    ]
    ended = run(command, home=home)
    if ended.returncode not in _JUDGED or not report.is_file():
        raise JudgeBrokenError(f"roc-validator could not judge {crate}: {ended.stdout}{ended.stderr}")
    verdict: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    if verdict["passed"] is not (ended.returncode == 0):
        raise JudgeBrokenError(f"roc-validator says {verdict['passed']} with status {ended.returncode}: {ended.stdout}")
    return verdict
