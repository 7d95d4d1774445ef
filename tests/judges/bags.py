"""The judge of bags: bagit-python in an environment of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.judges.verdict import JUDGES, JudgeBrokenError, JudgeResult, run

if TYPE_CHECKING:
    from pathlib import Path


def judge_bag(bag: Path, home: Path) -> JudgeResult:
    """Validate one bag at the full level: every digest is computed anew.

    Raises:
        JudgeBrokenError: it neither validated nor refused.
    """
    environment = JUDGES / "bagit"
    ended = run([environment / "bin" / "python", "-I", environment / "bin" / "bagit.py", "--validate", bag], home=home)
    words = ended.stderr + ended.stdout
    if ended.returncode == 0 and f"{bag} is valid" in words:
        return JudgeResult(passed=True, detail=words)
    if ended.returncode == 1 and f"{bag} is invalid" in words:
        return JudgeResult(passed=False, detail=words)
    raise JudgeBrokenError(f"bagit.py ended with status {ended.returncode} on {bag}: {words}")
