"""Imports run one way (design section 3), WeasyPrint has one door, the pure rooms touch no disk, clock or chance."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RANKS = {
    "errors": 0,
    "model": 0,
    "config": 1,
    "standards": 1,
    "crosswalks": 2,
    "describe": 3,
    "render": 3,
    "storage": 3,
    "deposits": 3,
    "execution": 3,
    "steps": 4,
    "cli": 5,
    "web": 5,
}
FOUNDATION = {"errors", "model"}
"""They may speak of each other: the error tree carries findings."""

PURE = {"standards", "crosswalks"}
IMPURE_MODULES = {
    *("os", "socket", "random", "secrets", "time", "shutil", "tempfile", "subprocess", "glob", "fileinput", "mmap"),
    *("http", "urllib.request", "requests", "httpx", "ssl", "asyncio", "threading", "multiprocessing"),
}
PURE_PARTS = {
    "pathlib": {"PurePath", "PurePosixPath", "PureWindowsPath"},
    "io": {"BytesIO", "StringIO"},
    "uuid": {"UUID", "uuid3", "uuid5", "NAMESPACE_DNS", "NAMESPACE_URL", "NAMESPACE_OID"},
}
"""Modules of which some names are values and the rest is not."""

IMPURE_METHODS = {
    *("now", "utcnow", "today", "uuid1", "uuid4", "getnode"),
    *("read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob", "mkdir", "unlink", "touch"),
}
IMPURE_CALLS = {"open", "input", "exec", "eval"}


def faults(package: Path) -> list[str]:
    """Return every forbidden import or call below a package's folder, one line each."""
    found: list[str] = []
    for file in sorted(package.rglob("*.py")):
        words = file.relative_to(package).with_suffix("").parts
        tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
        place = file.relative_to(package).as_posix()
        found += [f"{place}:{line}: {fault}" for line, fault in _module_faults(tree, words)]
    return found


def _module_faults(tree: ast.Module, words: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    room = words[0]
    for line, module, name in _imports(tree, words):
        yield from ((line, fault) for fault in _arrow_faults(room, module, name))
        if module.split(".")[0] == "weasyprint" and words[:2] not in {("render", "pdfa"), ("render", "engine")}:
            yield line, "only render/pdfa.py and render/engine import weasyprint"
        if room in PURE:
            yield from ((line, fault) for fault in _purity_faults(module, name))
    if room in PURE:
        yield from _impure_calls(tree)


def _imports(tree: ast.Module, words: tuple[str, ...]) -> Iterator[tuple[int, str, str | None]]:
    """Yield line, module and name of every import, those inside functions and by ``import_module`` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                # ``from . import x`` means archiver.a in a/b.py, and in a/__init__.py too.
                above = ("archiver", *words)[: -node.level]
                module = ".".join((*above, *filter(None, [node.module])))
            yield from ((node.lineno, module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"} and node.args:
            target = node.args[0]
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                yield node.lineno, target.value, None


def _arrow_faults(room: str, module: str, name: str | None) -> Iterator[str]:
    parts = module.split(".")
    if parts[0] != "archiver" or room in {"__init__", "__main__"}:
        return
    target = parts[1] if len(parts) > 1 else name
    if target in {None, "__version__"}:
        if target is None:
            yield "imports the whole of archiver; name the room"
        return
    if target not in RANKS or room not in RANKS:
        yield f"{room} imports {target}: a room that the design does not know"
    elif not _may_import(room, str(target)):
        yield f"{room} may not import {target}"


def _may_import(room: str, target: str) -> bool:
    return room == target or {room, target} <= FOUNDATION or RANKS[target] < RANKS[room]


def _purity_faults(module: str, name: str | None) -> Iterator[str]:
    names = {module, f"{module}.{name}"}
    if any(impure == full or full.startswith(f"{impure}.") for impure in IMPURE_MODULES for full in names):
        yield f"a pure room imports {module}"
    elif module in PURE_PARTS and name is not None and name not in PURE_PARTS[module]:
        yield f"a pure room imports {module}.{name}"
    elif module == "pathlib" and name is None:
        yield "a pure room imports the whole of pathlib"


def _impure_calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = _called(node)
        if isinstance(node.func, ast.Name) and called in IMPURE_CALLS | {"uuid1", "uuid4"}:
            yield node.lineno, f"a pure room calls {called}()"
        elif isinstance(node.func, ast.Attribute) and (called in IMPURE_METHODS or called == "open"):
            yield node.lineno, f"a pure room calls .{called}()"


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def test_every_import_runs_the_right_way(checkout: Path) -> None:
    assert faults(checkout / "archiver") == []


@pytest.mark.parametrize(
    ("file", "line", "fault"),
    [
        ("standards/a.py", "from archiver.storage import bags", "standards may not import storage"),
        ("standards/a.py", "from archiver.config import x", "standards may not import config"),
        ("model.py", "import archiver.steps", "model may not import steps"),
        ("render/a.py", "from archiver.storage.durable import write", "render may not import storage"),
        ("render/a.py", "def f():\n    from archiver import describe", "render may not import describe"),
        ("steps/a.py", "from ..cli import main", "steps may not import cli"),
        ("storage/a.py", "import importlib\nimportlib.import_module('archiver.cli')", "storage may not import cli"),
        ("steps/a.py", "import archiver", "name the room"),
        ("steps/a.py", "from archiver.stuff import x", "a room that the design does not know"),
        ("render/html.py", "import weasyprint", "only render/pdfa.py and render/engine import weasyprint"),
        ("steps/a.py", "from weasyprint.text import fonts", "only render/pdfa.py and render/engine import weasyprint"),
        ("standards/a.py", "open('x')", "calls open()"),
        ("standards/a.py", "import os", "imports os"),
        ("standards/a.py", "from os import path", "imports os"),
        ("crosswalks/a.py", "import os.path", "imports os.path"),
        ("crosswalks/a.py", "import io\nio.open('x')", "calls .open()"),
        ("crosswalks/a.py", "from io import open as o", "imports io.open"),
        ("crosswalks/a.py", "from datetime import datetime as d\nd.now()", "calls .now()"),
        ("crosswalks/a.py", "import datetime\ndatetime.date.today()", "calls .today()"),
        ("crosswalks/a.py", "import uuid\nuuid.uuid4()", "calls .uuid4()"),
        ("crosswalks/a.py", "from uuid import uuid1", "imports uuid.uuid1"),
        ("crosswalks/a.py", "import socket", "imports socket"),
        ("crosswalks/a.py", "import random", "imports random"),
        ("crosswalks/a.py", "from time import time", "imports time"),
        ("crosswalks/a.py", "from urllib import request", "imports urllib"),
        ("crosswalks/a.py", "from pathlib import Path", "imports pathlib.Path"),
        ("crosswalks/a.py", "import pathlib", "imports the whole of pathlib"),
    ],
)
def test_a_forbidden_line_is_seen(tmp_path: Path, file: str, line: str, fault: str) -> None:
    path = tmp_path / "archiver" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line, encoding="utf-8")
    found = faults(tmp_path / "archiver")
    assert any(fault in entry for entry in found), found


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("errors.py", "from archiver.model import Finding"),
        ("config.py", "from archiver.errors import ConfigurationError\nimport os"),
        ("crosswalks/a.py", "from archiver.standards import dublin_core"),
        ("render/pdfa.py", "import weasyprint"),
        ("render/a.py", "from .pdfa import render\nfrom archiver.config import x\nfrom archiver import __version__"),
        ("steps/a.py", "from archiver import render\nfrom archiver.storage import bags"),
        ("cli/a.py", "from archiver.steps.building.running import build"),
        ("__init__.py", "from archiver.steps.building.running import build"),
        ("standards/a.py", "from pathlib import PurePosixPath\nfrom io import BytesIO\nfrom uuid import UUID, uuid5"),
        ("standards/a.py", "from datetime import datetime\nfrom urllib.parse import quote\nquote('x')"),
    ],
)
def test_an_allowed_line_passes(tmp_path: Path, file: str, line: str) -> None:
    path = tmp_path / "archiver" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line, encoding="utf-8")
    assert faults(tmp_path / "archiver") == []
