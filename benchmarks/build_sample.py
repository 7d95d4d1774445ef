"""How long building the sample collection takes against the time WeasyPrint alone needs for its renditions.

Both in one run on one machine: the floor is the sum of WeasyPrint's own times (layout and PDF, one document after
another, everything loaded and fonts known); the build is the whole command, from starting Python to its exit, into an
empty destination. Prints the median of each and their ratio; target: at most 2.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5

FLOOR = """
import sys
from pathlib import Path
from archiver.model import Description, RenderRequest
from archiver.render import load_renderer, renderer_name
from archiver.render.pdfa import write_pdf
from archiver.storage.formats import identify

root = Path(sys.argv[1])
paths = sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())
def once():
    total = 0.0
    for path, identity in identify(root, paths).items():
        name = renderer_name(identity.puid, identity.media_type, path)
        if name is None:
            continue
        request = RenderRequest(name=path, content=(root / path).read_bytes(), media_type=identity.media_type,
                                puid=identity.puid, description=Description(), identifier="urn:uuid:0")
        total += write_pdf(load_renderer(name).prepare(request), request).seconds
    return total
once()
print(once())
"""


def main() -> None:
    """Measure and print."""
    floors, builds = [], []
    for _ in range(RUNS):
        floors.append(float(_output([sys.executable, "-P", "-c", FLOOR, str(ROOT / "seeds")])))
        with tempfile.TemporaryDirectory() as scratch:
            started = time.perf_counter()
            _output([str(ROOT / "bin/archiver"), "build", "--out", f"{scratch}/packages"])
            builds.append(time.perf_counter() - started)
    floor, build = statistics.median(floors), statistics.median(builds)
    print(f"WeasyPrint alone  {floor:.2f} s (min {min(floors):.2f}, max {max(floors):.2f})")
    print(f"archiver build    {build:.2f} s (min {min(builds):.2f}, max {max(builds):.2f})")
    print(f"ratio             {build / floor:.2f}")


def _output(command: list[str]) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
