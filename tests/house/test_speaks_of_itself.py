"""What is tracked speaks of the product alone: no paths of somebody's machine, no hosts of package registries."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Put together from pieces, so that this file does not match itself.
_FOLDERS = "|".join(("ho" + "me", "ro" + "ot", "wo" + "rk", "Us" + "ers"))
MACHINE_PATH = re.compile(rf"(?<![\w./-])/(?:{_FOLDERS})/\w")
_HOSTS = (
    ("py" + "pi", "org"),
    ("python" + "hosted", "org"),
    ("registry.npm" + "js", "org"),
    ("repo1.ma" + "ven", "org"),
    ("repo.ma" + "ven.apache", "org"),
    ("deb.deb" + "ian", "org"),
    ("archive.ubu" + "ntu", "com"),
    ("proxy.gol" + "ang", "org"),
    ("crates", "io"),
    ("ana" + "conda", "org"),
)
REGISTRY_HOST = re.compile("|".join(rf"\b{name.replace('.', '[.]')}[.]{end}\b" for name, end in _HOSTS))


def tracked_files(root: Path) -> list[Path]:
    """Return the files that git tracks or would track; of a tree without git, all."""
    if not (root / ".git").exists() or shutil.which("git") is None:
        # Folders that begin with a dot are made by tools, all but the integration's.
        tops = (top for top in root.iterdir() if not top.name.startswith(".") or not top.is_dir() or top.name == ".ci")
        files = (file for top in tops for file in ([top] if top.is_file() else top.rglob("*")))
        return sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts)
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False)
    assert listed.returncode == 0, listed.stderr
    paths = (root / name for name in listed.stdout.decode().split("\0") if name)
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


def faults(root: Path) -> list[str]:
    """Return every line of a text file that names a machine's path or a registry's host."""
    found: list[str] = []
    for file in tracked_files(root):
        content = file.read_bytes()
        if b"\0" in content:  # not text
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            match = MACHINE_PATH.search(line) or REGISTRY_HOST.search(line)
            if match:
                found.append(f"{file.relative_to(root).as_posix()}:{number}: {match[0]}")
    return found


def test_nothing_tracked_names_a_machine_or_a_registry(checkout: Path) -> None:
    assert tracked_files(checkout)
    assert faults(checkout) == []


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("see /ho" + "me/ann/file", True),
        ("'/wo" + "rk/main'", True),
        ("cd /ro" + "ot/x", True),
        ("from https://files.python" + "hosted.org/x", True),
        ("--index-url https://py" + "pi.org/simple", True),
        ("https://example.org/ho" + "me/page", False),
        ("the work/home balance, root/cause", False),
        ("my-py" + "pi.organ", False),
    ],
)
def test_a_line_that_tells_too_much_is_seen(tmp_path: Path, line: str, *, seen: bool) -> None:
    (tmp_path / "notes.md").write_text(f"first\n{line}\n", encoding="utf-8")
    assert bool(faults(tmp_path)) is seen


def test_without_git_what_tools_make_is_not_read(tmp_path: Path) -> None:
    for place in (".judges/x/a.txt", "docs/a.md", ".ci/run", ".gitignore"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("/ro" + "ot/x\n", encoding="utf-8")
    assert [fault.split(":")[0] for fault in faults(tmp_path)] == [".ci/run", ".gitignore", "docs/a.md"]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_only_what_git_does_not_ignore_is_read(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("built/\n", encoding="utf-8")
    (tmp_path / "built").mkdir()
    for place in ("built/a.txt", "b.txt"):
        (tmp_path / place).write_text("/ro" + "ot/x\n", encoding="utf-8")
    assert [fault.split(":")[0] for fault in faults(tmp_path)] == ["b.txt"]
