"""The public interface is small, whole, and costs nothing to import."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import archiver

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("lxml", "weasyprint", "pikepdf", "rich", "pygfried", "click", "yaml", "pypdfium2", "langcodes", "bagit")


def loaded_by(statement: str, folder: Path) -> set[str]:
    """Return the top-level names of the modules that a fresh Python holds after one statement, run in a folder."""
    script = f"{statement}\nimport sys\nprint('\\n'.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    command = [sys.executable, "-c", script]
    return set(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split())


def test_at_most_25_names_and_each_is_there() -> None:
    names = archiver.__all__
    assert len(names) <= 25
    assert len(set(names)) == len(names)
    assert [name for name in names if not hasattr(archiver, name)] == []


def test_importing_loads_nothing_heavy(checkout: Path) -> None:
    assert loaded_by("import archiver", checkout).isdisjoint(HEAVY)


def test_a_heavy_import_would_be_seen(checkout: Path) -> None:
    assert "lxml" in loaded_by("from archiver.standards import xml", checkout)
