"""Texts of so many pages, the requests to render them, and the time that warm workers take for many."""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model import Description, RenderRequest
from archiver.steps.rendering.workers import RenderPool

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
WORDS = (ROOT / "README.md").read_text(encoding="utf-8").split()
PDFA = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
"""LibreOffice's filter that writes PDF/A-2."""


def text_of(pages: int, seed: int = 1) -> str:
    """Return a text of about so many pages: words of the README, in an order of their own for each seed."""
    chance = random.Random(seed)  # noqa: S311 - words of a sample, no secret
    return "\n".join(" ".join(chance.choice(WORDS) for _ in range(75)) + "\n" for _ in range(pages * 8))


def request_of(content: bytes, name: str, media_type: str = "text/plain", puid: str | None = None) -> RenderRequest:
    """Return the request to render one document without a record."""
    return RenderRequest(
        name=name,
        content=content,
        media_type=media_type,
        puid=puid,
        description=Description(),
        identifier="urn:uuid:0",
    )


def seconds_of(workers: int, first: RenderRequest, requests: Sequence[RenderRequest]) -> float:
    """Return the wall time of all requests by so many workers that have rendered ``first`` before.

    Raises:
        SystemExit: one was not rendered.
    """
    with tempfile.TemporaryDirectory() as place, RenderPool(workers, Path(place) / "scratch") as pool:
        for ticket in [pool.submit(first) for _ in range(workers)]:
            ticket.result()
        begun = time.perf_counter()
        tickets = [pool.submit(request) for request in requests]
        for ticket in tickets:
            result = ticket.result()
            if result.pdf is None:
                raise SystemExit(f"a document was not rendered: {result.findings}")
        return time.perf_counter() - begun


def office_batch(office: str, kind: str, folder: Path, files: Sequence[Path]) -> float:
    """Return the wall time of one run of LibreOffice over all files, with a profile of its own that is not there yet.

    Args:
        office: the program.
        kind: what ``--convert-to`` is told.
        folder: where the results go.
        files: what is converted.

    Raises:
        SystemExit: a file was not converted.
    """
    folder.mkdir()
    words = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
    begun = time.perf_counter()
    subprocess.run([*words, "--outdir", folder, *files], check=True, capture_output=True)
    seconds = time.perf_counter() - begun
    if any(not list(folder.glob(f"{file.stem}.*")) for file in files):
        raise SystemExit("LibreOffice did not convert every file")
    return seconds
