"""Documents that cost more than they look, in their full sizes, through the locked-in worker a build uses.

Prints what became of each, its wall time, and the most memory the worker has held. Each in a worker of its own, so that
one's memory is not another's. What must render: the long paragraphs, the long table, the nested elements.
"""

from __future__ import annotations

import base64
import tempfile
import time
import zlib

from archiver.execution.pool import TaskDone, WorkerPool
from archiver.model import Check, Description, Finding, RenderRequest, RenderResult, Severity
from archiver.render.sandbox import SandboxSettings, load, lock_in, render

SECONDS = 300


def _png(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    pixels = zlib.compress((b"\0" * (3 * side + 1)) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _documents() -> dict[str, str]:
    picture = base64.b64encode(_png(12_000)).decode()
    return {
        "30,000 paragraphs": "".join(f"<p>paragraph {number} of many, with words" for number in range(30_000)),
        "table of 3,000 x 10": "<table>" + ("<tr>" + "<td>cell" * 10) * 3000 + "</table>",
        "200 nested divs": "<div>" * 200 + "words" + "</div>" * 200,
        "colspan=100000": "<table><tr><td colspan=100000>words</table>",
        "PNG of 12,000 x 12,000": f'<p>words<img src="data:image/png;base64,{picture}">',
        "nested var()": "<style>:root{--0:x;"
        + "".join(f"--{n}:var(--{n - 1})var(--{n - 1});" for n in range(1, 100))
        + "}p{font-family:var(--99)}</style><p>words",
        "nested use": '<p>words<svg><g id="0"><rect/></g>'
        + "".join(f'<g id="{n}"><use href="#{n - 1}"/><use href="#{n - 1}"/></g>' for n in range(1, 60))
        + '<use href="#59"/></svg>',
    }


def main() -> None:
    """Measure and print."""
    results = (RenderResult, Check, Finding, Severity)
    for name, markup in _documents().items():
        request = RenderRequest(
            name="a.html",
            content=markup.encode(),
            media_type="text/html",
            puid=None,
            description=Description(),
            identifier="urn:uuid:0",
        )
        with tempfile.TemporaryDirectory() as scratch:
            settings = SandboxSettings(scratch=scratch)
            with WorkerPool(
                workers=1, preparation=load, initialiser=lock_in, argument=settings, results=results
            ) as pool:
                pool.submit(abs, 0, SECONDS).result()
                begun = time.perf_counter()
                outcome = pool.submit(render, request, SECONDS).result()
                seconds = time.perf_counter() - begun
                memory = pool.submit(eval, _MEMORY, SECONDS).result()
        became = outcome.value.status if isinstance(outcome, TaskDone) else type(outcome).__name__
        held = f"{memory.value >> 10} MiB" if isinstance(memory, TaskDone) else "?"
        print(f"{name:<24} {became:<10} {seconds:7.1f} s  {held:>9}", flush=True)


_MEMORY = "__import__('resource').getrusage(__import__('resource').RUSAGE_SELF).ru_maxrss"

if __name__ == "__main__":
    main()
