"""The judge of pages: axe in a real browser without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.judges.available import browser
from tests.judges.verdict import JUDGES, JudgeBrokenError, run


def judge_page(page: Path, home: Path) -> list[dict[str, Any]]:
    """Return axe's violations on one HTML file, each with ``id``, ``impact``, ``help`` and ``nodes``; best: none.

    Raises:
        JudgeBrokenError: the browser or axe could not run.
    """
    program = browser()
    if program is None:
        raise JudgeBrokenError("there is no browser")
    runner = Path(__file__).with_name("axe_runner.py")
    ended = run([JUDGES / "axe" / "bin" / "python", "-I", runner, program, page.resolve(strict=True)], home=home)
    if ended.returncode != 0:
        raise JudgeBrokenError(f"axe could not judge {page}: {ended.stdout}{ended.stderr}")
    answer: dict[str, Any] = json.loads(ended.stdout)
    if not answer["engine"] or not answer["checked"]:
        raise JudgeBrokenError(f"axe checked nothing on {page}: {answer}")
    violations: list[dict[str, Any]] = answer["violations"]
    return violations
