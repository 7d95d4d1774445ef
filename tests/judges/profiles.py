"""The judge of bags against BagIt profiles: bagit_profile in an environment of its own, without the network.

It knows nothing of Data-Empty, Fetch.txt-Required and Payload-Files-*, and crashes where a profile leaves out a list
that it looks into; for those its word is not asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.judges.verdict import JUDGES, JudgeBrokenError, JudgeResult, run

if TYPE_CHECKING:
    from pathlib import Path


def judge_conformance(bag: Path, profile: Path, identifier: str, home: Path) -> JudgeResult:
    """Check one bag, a folder, against a profile's JSON.

    Raises:
        JudgeBrokenError: it neither accepted nor refused.
    """
    programs = JUDGES / "bagit-profile" / "bin"
    options: list[str | Path] = ["--no-logfile", "--report", "--file", profile]
    ended = run([programs / "python", "-I", programs / "bagit_profile.py", *options, identifier, bag], home=home)
    words = ended.stdout + ended.stderr
    accepted, refused = "\u2713 Validates against" in words, "\u2717 " in words
    if (ended.returncode, accepted, refused) == (0, True, False):
        return JudgeResult(passed=True, detail=words)
    # Of a wrong serialization it says so by an exception that nobody catches.
    refused = refused if "Traceback" not in words else "\nProfileValidationError: " in words
    if ended.returncode in {1, 2} and refused:
        return JudgeResult(passed=False, detail=words)
    raise JudgeBrokenError(f"bagit_profile.py ended with status {ended.returncode} on {bag}: {words}")
