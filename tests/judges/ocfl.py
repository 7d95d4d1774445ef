"""The judges of OCFL: ocfl-py in an environment of its own, and rocfl, a program in Rust."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tests.judges.verdict import JUDGES, JudgeBrokenError, run

_CODE = re.compile(r"\[?\b([EW]\d{3})[a-z]?\b\]?")
_RUNNER = Path(__file__).with_name("ocfl_runner.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class OcflVerdict:
    """What a judge says of a storage root or an object."""

    passed: bool
    """No errors; there may be warnings."""

    codes: frozenset[str]
    """Of errors and warnings, as in OCFL's list of them: ``E023``, ``W004``."""

    objects: int | None
    """How many it looked at; None where it does not say."""

    detail: str
    """The judge's own words."""


def judge_with_ocfl_py(path: Path, home: Path) -> OcflVerdict:
    """Validate a storage root with all its objects, or one object: every digest is computed anew.

    Its own fault: it warns (W901) of every extension but 0002 and 0003, registered ones too.

    Raises:
        JudgeBrokenError: it neither validated nor refused.
    """
    ended = run([JUDGES / "ocfl" / "bin" / "python", "-I", _RUNNER, path], home=home)
    if ended.returncode != 0:
        raise JudgeBrokenError(f"ocfl-py ended with status {ended.returncode} on {path}: {ended.stderr}")
    answer = json.loads(ended.stdout)
    messages: list[str] = answer["messages"]
    codes = frozenset(match[1] for line in messages if (match := _CODE.search(line)))
    return OcflVerdict(
        passed=answer["passed"], codes=codes, objects=answer["objects"], detail="\n".join([*messages, ended.stderr])
    )


def judge_with_rocfl(root: Path, home: Path) -> OcflVerdict:
    """Validate a storage root with all its objects: every digest is computed anew.

    Raises:
        JudgeBrokenError: it neither validated nor refused.
    """
    ended = run([rocfl_program(), "--quiet", "--no-styles", "--root", root, "validate"], home=home)
    words = ended.stdout + ended.stderr
    if ended.returncode not in {0, 2}:
        raise JudgeBrokenError(f"rocfl ended with status {ended.returncode} on {root}: {words}")
    codes = frozenset(match[1] for line in words.splitlines() if (match := _CODE.search(line)))
    objects = re.search(r"Total objects:\s+(\d+)", words)
    passed = ended.returncode == 0 and not any(code.startswith("E") for code in codes)
    return OcflVerdict(passed=passed, codes=codes, objects=int(objects[1]) if objects else None, detail=words)


def rocfl_program() -> Path:
    """Return where bin/test puts rocfl."""
    return JUDGES / "rocfl" / "bin" / "rocfl"
