"""Files under 400 lines, functions under 50 (design section 3); complexity is ruff's C901, held at 10."""

from __future__ import annotations

import ast
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

FILE_LIMIT = 400
FUNCTION_LIMIT = 50


def faults(package: Path) -> list[str]:
    """Return every file and function that reaches its limit, one line each; a function counts from ``def`` on."""
    found: list[str] = []
    for file in sorted(package.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        place = file.relative_to(package).as_posix()
        length = len(text.splitlines())
        if length >= FILE_LIMIT:
            found.append(f"{place} has {length} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length >= FUNCTION_LIMIT:
                    found.append(f"{place}:{node.lineno}: {node.name} has {length} lines")
    return found


@pytest.mark.parametrize("room", ["archiver", "fuzz"])
def test_files_and_functions_are_short(room: str, checkout: Path) -> None:
    assert faults(checkout / room) == []


def test_ruff_holds_the_complexity(checkout: Path) -> None:
    lint = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert lint["mccabe"]["max-complexity"] <= 10
    assert lint["select"] == ["ALL"]
    assert "C901" not in lint["ignore"]


def test_no_line_switches_the_complexity_off(checkout: Path) -> None:
    word = "C9" + "01"
    assert [
        str(file) for file in (checkout / "archiver").rglob("*.py") if word in file.read_text(encoding="utf-8")
    ] == []


def test_what_is_too_long_is_seen(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "file.py").write_text("\n" * FILE_LIMIT, encoding="utf-8")
    method = "class A:\n    async def long(self):\n" + "        x = 1\n" * (FUNCTION_LIMIT - 1)
    (tmp_path / "function.py").write_text(method, encoding="utf-8")
    assert faults(tmp_path) == ["function.py:2: long has 50 lines", "steps/file.py has 400 lines"]


def test_what_is_just_short_enough_passes(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("\n" * (FILE_LIMIT - 1), encoding="utf-8")
    (tmp_path / "function.py").write_text("def f():\n" + "    x = 1\n" * (FUNCTION_LIMIT - 2), encoding="utf-8")
    assert faults(tmp_path) == []
