"""How long building the sample collection takes against the time WeasyPrint alone needs for its renditions.

Both in one run on one machine: the floor is what WeasyPrint alone takes (layout and PDF, one document after another,
everything loaded and fonts known, in a process of its own without the shortcuts of the renditions); the build is the
whole command, from starting Python to its exit, into an empty destination. Prints the median of each and their ratio;
target: at most 2.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from archiver.model import Description, RenderRequest
from archiver.render import Converter, load_renderer, renderer_name
from archiver.storage.formats import identify
from benchmarks.measuring.engine import engine_alone

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5


def _bodies() -> list[str]:
    """Return what the renderers prepare of the collection's documents."""
    root = ROOT / "seeds"
    paths = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    bodies = []
    for path, identity in identify(root, paths).items():
        name = renderer_name(identity.puid, identity.media_type, path)
        renderer = load_renderer(name) if name is not None else None
        if renderer is None or isinstance(renderer, Converter):
            continue
        request = RenderRequest(
            name=path,
            content=(root / path).read_bytes(),
            media_type=identity.media_type,
            puid=identity.puid,
            description=Description(),
            identifier="urn:uuid:0",
        )
        bodies.append(renderer.prepare(request).body)
    return bodies


def main() -> None:
    """Measure and print."""
    bodies, floors, builds = _bodies(), [], []
    for _ in range(RUNS):
        floors.append(engine_alone(bodies).wall)
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
