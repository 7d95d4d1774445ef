from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOADING = """
import ctypes.util, json, os, sys
programs = []
sys.addaudithook(lambda event, arguments: programs.append(str(arguments[0])) if event == "subprocess.Popen" else None)
search = ctypes.util.find_library
before = set(os.listdir("/proc/self/fd"))
from archiver.render.sandbox import SandboxSettings, load
load(SandboxSettings(scratch=sys.argv[1]))
import gc
gc.collect()
modules = set(sys.modules)
from archiver.model import Description, RenderRequest
from archiver.render.sandbox import render
kinds = {"a.txt": "text/plain", "a.md": "text/markdown", "a.html": "text/html"}
results = [
    render(RenderRequest(name=name, content=b"# a *b* `c`", media_type=kind, puid=None, description=Description(),
                         identifier="urn:x"))
    for name, kind in kinds.items()
]
print(json.dumps({
    "programs": programs,
    "search is back": ctypes.util.find_library is search,
    "threads": len(os.listdir("/proc/self/task")),
    "open": sorted(set(os.listdir("/proc/self/fd")) - before),
    "later": sorted(name for name in set(sys.modules) - modules if not name.startswith("archiver.")),
    "rendered": [result.status for result in results],
}))
"""


def test_loading_starts_no_program_and_leaves_no_thread_no_file_and_nothing_to_import(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOADING, str(tmp_path)]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True)
    seen = json.loads(run.stdout)
    later = [name for name in seen.pop("later") if not name.startswith("encodings.")]
    assert seen == {
        "programs": [],
        "search is back": True,
        "threads": 1,
        "open": [],
        "rendered": ["rendered"] * 3,
    }
    assert later == []
