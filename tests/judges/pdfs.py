"""The judges of PDF files: veraPDF for PDF/A, poppler's pdftotext for the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.judges.verdict import JUDGES, JudgeBrokenError, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BATCH = 1000
"""Files one Java process is given: its command line stays far below the system's limit."""


def judge_pdfs(files: Sequence[Path], home: Path, *, flavour: str = "2u") -> dict[Path, bool]:
    """Validate many files against one PDF/A flavour, in one Java process a thousand.

    Returns:
        One entry a file: True when it is compliant; False when it is not or is no readable PDF.

    Raises:
        JudgeBrokenError: veraPDF gave no verdict on one of them, or ran out of memory.
    """
    verdicts: dict[Path, bool] = {}
    for start in range(0, len(files), _BATCH):
        verdicts |= _judge_batch(files[start : start + _BATCH], home, flavour)
    return verdicts


def _judge_batch(files: Sequence[Path], home: Path, flavour: str) -> dict[Path, bool]:
    # Java decodes its arguments by locale, so it is given plain names.
    links = {home / f"{number:06}.pdf": file for number, file in enumerate(files)}
    for link, file in links.items():
        link.symlink_to(file.resolve(strict=True))
    program = ["java", f"-Duser.home={home}", "-cp", f"{JUDGES}/verapdf/lib/*", "org.verapdf.apps.GreenfieldCliWrapper"]
    ended = run([*program, "--flavour", flavour, "--format", "json", *links], home=home)
    try:
        report = json.loads(ended.stdout)["report"]
    except (ValueError, KeyError, TypeError) as error:
        raise JudgeBrokenError(f"veraPDF gave no report: {ended.stdout[:500]}{ended.stderr}") from error
    finally:
        for link in links:
            link.unlink()
    verdicts = {links[Path(name)]: compliant for name, compliant in _verdicts(report)}
    if set(verdicts) != set(files):
        raise JudgeBrokenError(f"veraPDF gave no verdict on {sorted(set(files) - set(verdicts))}: {ended.stderr}")
    return verdicts


def _verdicts(report: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    summary = report["batchSummary"]
    if summary["outOfMemory"] or summary["veraExceptions"]:
        raise JudgeBrokenError(f"veraPDF broke down: {summary}")
    for job in report["jobs"]:
        name = job["itemDetails"]["name"]
        results = job.get("validationResult")
        if results:
            yield name, all(result["compliant"] is True for result in results)
        elif job["taskException"]["type"] == "PARSE":
            yield name, False
        else:
            raise JudgeBrokenError(f"veraPDF could not judge {name}: {job['taskException']}")


def text_of(file: Path, home: Path) -> str:
    """Return the text of a whole PDF as poppler extracts it; pages end in a form feed.

    Raises:
        JudgeBrokenError: the file cannot be read as a PDF.
    """
    ended = run(["pdftotext", "-enc", "UTF-8", file, "-"], home=home)
    if ended.returncode != 0:
        raise JudgeBrokenError(f"pdftotext could not read {file}: {ended.stderr}")
    return ended.stdout
