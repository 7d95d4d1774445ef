"""What a PDF/A rendition costs, against the programs it could be made with, and how that grows.

All in one run on one machine, each as a ratio to a peer of the same run:

- many documents of two pages, by two workers, gate included, against the ``weasyprint`` command once a document (for a
  tenth of them, times ten) and against one LibreOffice batch of all; targets: at least 10 times and 3 times faster;
- a text of about 100 pages against WeasyPrint's own time for the same HTML and style; target: at most 1.1;
- the gate's share of rendering, for both, and of WeasyPrint's own time; target: at most 0.25 of rendering;
- 440 pages against 100; target: at most 5;
- two workers against one; target: 1.8;
- the most memory one worker has held over the sample collection; target: 400 MiB.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archiver.execution.pool import TaskDone, WorkerPool
from archiver.model import Check, Finding, RenderResult, Severity
from archiver.render.sandbox import SandboxSettings, load, lock_in, render
from benchmarks.measuring.engine import engine_alone
from benchmarks.measuring.texts import PDFA, ROOT, office_batch, request_of, seconds_of, text_of

DOCUMENTS = 200
COMMANDS = 20
RUNS = 3


def _many(workers: int) -> float:
    """Return the wall time of all documents by so many warm workers."""
    requests = [request_of(text_of(2, number).encode(), f"{number}.txt") for number in range(DOCUMENTS)]
    return seconds_of(workers, request_of(text_of(1).encode(), "warm.txt"), requests)


def _peers() -> dict[str, float]:
    """Return the wall time of all documents by each peer that is here."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        texts = [folder / f"{number}.txt" for number in range(DOCUMENTS)]
        for number, file in enumerate(texts):
            file.write_text(text_of(2, number), encoding="utf-8")
            file.with_suffix(".html").write_text(f"<pre>{text_of(2, number)}</pre>", encoding="utf-8")
        program = [sys.executable, "-m", "weasyprint", "--pdf-variant", "pdf/a-2u"]
        begun = time.perf_counter()
        for file in texts[:COMMANDS]:
            _run([*program, f"{file.with_suffix('.html')}", f"{file.with_suffix('.pdf')}"])
        found["weasyprint command, once a document"] = (time.perf_counter() - begun) * DOCUMENTS / COMMANDS
        if office := shutil.which("soffice"):
            found["LibreOffice, one batch"] = office_batch(office, PDFA, folder / "office", texts)
    return found


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _parts(pages: int, *, floor: bool) -> tuple[int, float, float, float]:
    """Return pages, and processor seconds of rendering, the gate, and the engine alone on the same page."""
    from archiver.render import pdfa  # noqa: PLC0415 - loads the engine
    from archiver.render.gate import judge  # noqa: PLC0415 - as above
    from archiver.render.plain_text import RENDERER  # noqa: PLC0415 - as above

    request = request_of(text_of(pages).encode(), "a.txt")
    begun = time.process_time()
    document = RENDERER.prepare(request)
    written = pdfa.write_pdf(document, request)
    made = time.process_time()
    judge(written, document, "a.txt")
    judged = time.process_time()
    alone = engine_alone([document.body]).processor if floor else 0.0
    return written.pages, made - begun, judged - made, alone


def _memory() -> int:
    """Return the most MiB that one worker has held after every text of the sample collection."""
    results = (RenderResult, Check, Finding, Severity)
    with tempfile.TemporaryDirectory() as scratch:
        settings = SandboxSettings(scratch=scratch)
        with WorkerPool(workers=1, preparation=load, initialiser=lock_in, argument=settings, results=results) as pool:
            for file in sorted((ROOT / "seeds").rglob("*.*")):
                if file.suffix in {".txt", ".md", ".html"}:
                    text = file.read_text(encoding="utf-8", errors="replace")
                    pool.submit(render, request_of(text.encode(), file.name), 300).result()
            held = pool.submit(eval, "__import__('resource').getrusage(0).ru_maxrss", 60).result()
    return int(held.value) >> 10 if isinstance(held, TaskDone) else -1


def main() -> None:
    """Measure and print."""
    two = statistics.median(_many(2) for _ in range(RUNS))
    one = _many(1)
    print(
        f"{DOCUMENTS} documents, two workers   {two:7.1f} s; one worker {one:.1f} s, {one / two:.2f} times as long",
        flush=True,
    )
    for name, seconds in _peers().items():
        print(f"{name:<38} {seconds:7.1f} s, {seconds / two:.1f} times as long", flush=True)
    _parts(2, floor=True)
    for wanted, floor in ((2, True), (88, True), (390, False)):
        measured = [_parts(wanted, floor=floor) for _ in range(RUNS if floor else 1)]
        pages = measured[0][0]
        made, gate, alone = (statistics.median(one[place] for one in measured) for place in (1, 2, 3))
        print(f"{pages:>3} pages: rendering {made:.3f} s, gate {gate:.3f} s ({gate / made:.2f})", end="")
        beside = ""
        if alone:
            beside = (
                f", WeasyPrint alone {alone:.3f} s: rendering {made / alone:.2f} of it, the gate {gate / alone:.2f}"
            )
        print(beside, flush=True)
    print(f"one worker over the sample collection: {_memory()} MiB")


if __name__ == "__main__":
    main()
