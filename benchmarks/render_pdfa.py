"""What a PDF/A rendition costs, against the programs it could be made with, and how that grows.

All in one run on one machine, each as a ratio to a peer of the same run:

- many documents of two pages, by two workers, gate included, against the ``weasyprint`` command once a document (for a
  tenth of them, times ten) and against one LibreOffice batch of all; targets: at least 10 times and 3 times faster;
- a text of about 100 pages against WeasyPrint's own time for the same HTML and style; target: at most 1.1;
- the gate's share of rendering, for both; target: at most 0.25;
- 440 pages against 100; target: at most 5;
- two workers against one; target: 1.8;
- the most memory one worker has held over the sample collection; target: 400 MiB.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.execution.pool import TaskDone, WorkerPool
from archiver.model import Check, Description, Finding, RenderRequest, RenderResult, Severity
from archiver.render.sandbox import SandboxSettings, load, lock_in, render
from archiver.steps.rendering import RenderPool

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = 200
COMMANDS = 20
RUNS = 3
WORDS = (ROOT / "README.md").read_text(encoding="utf-8").split()


def _text(pages: int, seed: int = 1) -> str:
    chance = random.Random(seed)  # noqa: S311 - words of a sample, no secret
    return "\n".join(" ".join(chance.choice(WORDS) for _ in range(75)) + "\n" for _ in range(pages * 8))


def _request(text: str, name: str = "a.txt") -> RenderRequest:
    return RenderRequest(
        name=name,
        content=text.encode(),
        media_type="text/plain",
        puid="x-fmt/111",
        description=Description(),
        identifier="urn:uuid:0",
    )


def _many(workers: int) -> float:
    """Return the wall time of all documents by so many warm workers."""
    with tempfile.TemporaryDirectory() as place, RenderPool(workers, Path(place) / "scratch") as pool:
        for ticket in [pool.submit(_request(_text(1), f"warm-{n}.txt")) for n in range(workers)]:
            ticket.result()
        begun = time.perf_counter()
        tickets = [pool.submit(_request(_text(2, n), f"{n}.txt")) for n in range(DOCUMENTS)]
        if any(ticket.result().status != "rendered" for ticket in tickets):
            raise SystemExit("a document was not rendered")
        return time.perf_counter() - begun


def _peers() -> dict[str, float]:
    """Return the wall time of all documents by each peer that is here."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number in range(DOCUMENTS):
            (folder / f"{number}.txt").write_text(_text(2, number), encoding="utf-8")
            (folder / f"{number}.html").write_text(f"<pre>{_text(2, number)}</pre>", encoding="utf-8")
        program = [sys.executable, "-m", "weasyprint", "--pdf-variant", "pdf/a-2u"]
        begun = time.perf_counter()
        for number in range(COMMANDS):
            _run([*program, f"{folder}/{number}.html", f"{folder}/w{number}.pdf"])
        found["weasyprint command, once a document"] = (time.perf_counter() - begun) * DOCUMENTS / COMMANDS
        office = shutil.which("soffice")
        if office:
            pdf = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
            command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", pdf]
            begun = time.perf_counter()
            _run([*command, "--outdir", place, *(f"{folder}/{number}.txt" for number in range(DOCUMENTS))])
            found["LibreOffice, one batch"] = time.perf_counter() - begun
            if len(list(folder.glob("[0-9]*.pdf"))) != DOCUMENTS:
                raise SystemExit("LibreOffice did not make every PDF")
    return found


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _parts(pages: int, *, floor: bool) -> tuple[int, float, float, float]:
    """Return pages, and processor seconds of rendering, the gate, and the engine alone on the same page."""
    from archiver.render import pdfa  # noqa: PLC0415 - loads the engine
    from archiver.render.gate import judge  # noqa: PLC0415 - as above
    from archiver.render.plain_text import RENDERER  # noqa: PLC0415 - as above

    request = _request(_text(pages))
    begun = time.process_time()
    document = RENDERER.prepare(request)
    written = pdfa.write_pdf(document, request)
    made = time.process_time()
    judge(written, document, "a.txt")
    judged = time.process_time()
    alone = _seconds(lambda: _engine_alone(document.body)) if floor else 0.0
    return written.pages, made - begun, judged - made, alone


def _engine_alone(body: str) -> None:
    import weasyprint  # noqa: PLC0415 - the peer

    from archiver.render.typesetting.style import STYLE, footer  # noqa: PLC0415 - with it

    html = weasyprint.HTML(string=f"<title>a</title><body>{body}")
    style = weasyprint.CSS(string=STYLE + footer("urn:uuid:0"))
    html.write_pdf(stylesheets=[style], pdf_variant="pdf/a-2u", pdf_tags=True)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _memory() -> int:
    """Return the most MiB that one worker has held after every text of the sample collection."""
    results = (RenderResult, Check, Finding, Severity)
    with tempfile.TemporaryDirectory() as scratch:
        settings = SandboxSettings(scratch=scratch)
        with WorkerPool(workers=1, preparation=load, initialiser=lock_in, argument=settings, results=results) as pool:
            for file in sorted((ROOT / "seeds").rglob("*.*")):
                if file.suffix in {".txt", ".md", ".html"}:
                    text = file.read_text(encoding="utf-8", errors="replace")
                    pool.submit(render, _request(text, file.name), 300).result()
            held = pool.submit(eval, "__import__('resource').getrusage(0).ru_maxrss", 60).result()
    return int(held.value) >> 10 if isinstance(held, TaskDone) else -1


def main() -> None:
    """Measure and print."""
    two = statistics.median(_many(2) for _ in range(RUNS))
    one = statistics.median(_many(1) for _ in range(RUNS))
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
        print(f"{pages:>3} pages: rendering {made:.2f} s, gate {gate:.2f} s ({gate / made:.2f})", end="")
        print(f", engine alone {alone:.2f} s (rendering is {made / alone:.2f} of it)" if alone else "", flush=True)
    print(f"one worker over the sample collection: {_memory()} MiB")


if __name__ == "__main__":
    main()
