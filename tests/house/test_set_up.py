"""bin/archiver before it is archiver: finds its checkout, costs nothing once set up, touches nothing of others."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

STUB = """#!/bin/sh
printf '%s\\n' "$PWD" "${PYTHONPATH-unset}" "$@"
exit 7
"""
TOOLS = ("sh", "cmp", "readlink", "mkdir", "rm", "rmdir", "tail", "id", "flock", "cp", "grep", "env")


@pytest.fixture
def clone(checkout: Path, tmp_path: Path) -> Path:
    """Return a copy of what bin/archiver needs, in a folder with an awkward name."""
    root = tmp_path / "a clone é"
    shutil.copytree(checkout / "bin", root / "bin")
    (root / "requirements").mkdir()
    for name in ("runtime.txt", "build.txt"):
        shutil.copy(checkout / "requirements" / name, root / "requirements" / name)
    return root


@pytest.fixture
def ready(clone: Path) -> Path:
    """Return a clone that is set up, with a script in Python's place that tells how it was called."""
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(STUB, encoding="utf-8")
    python.chmod(0o755)
    shutil.copy(clone / "requirements" / "runtime.txt", clone / ".venv" / ".complete")
    for name in (".made-by-archiver", ".system-complete", ".system-complete-skipped"):
        (clone / ".venv" / name).touch()
    return clone


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Return a folder for PATH that holds a shell's tools and no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    return folder


def run(program: Path, *words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), *words],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_arguments_folder_and_exit_status_pass_through(ready: Path, tmp_path: Path) -> None:
    ended = run(ready / "bin" / "archiver", "build", "a b", "", "*", cwd=tmp_path, PYTHONPATH="/nowhere")
    assert ended.stdout.splitlines() == [str(tmp_path), "unset", "-P", "-m", "archiver", "build", "a b", "", "*"]
    assert ended.returncode == 7
    assert ended.stderr == ""


def test_found_through_links(ready: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    (elsewhere / "one").symlink_to(ready / "bin" / "archiver")
    (elsewhere / "two").symlink_to("one")
    assert run(elsewhere / "two", "x", cwd=tmp_path).returncode == 7
    named = subprocess.run(["two"], cwd="/", env={"PATH": f"{elsewhere}:{os.environ['PATH']}"}, check=False)
    assert named.returncode == 7


def test_once_set_up_it_costs_under_a_tenth_of_a_second(ready: Path, tmp_path: Path) -> None:
    def seconds() -> float:
        start = time.perf_counter()
        run(ready / "bin" / "archiver", cwd=tmp_path)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.1


def test_once_set_up_it_writes_nothing(ready: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    run(ready / "bin" / "archiver", cwd=tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("gone", [".complete", ".system-complete", "bin/python"])
def test_what_is_not_finished_is_set_up(ready: Path, tools: Path, gone: str) -> None:
    (ready / ".venv" / gone).unlink()
    ended = run(ready / "bin" / "archiver", cwd=ready, PATH=str(tools))
    assert "no Python 3.11 or newer found" in ended.stderr
    assert ended.returncode == 4


def test_a_changed_lock_is_noticed(ready: Path, tools: Path) -> None:
    with (ready / "requirements" / "runtime.txt").open("a", encoding="utf-8") as lock:
        lock.write("\n")
    assert run(ready / "bin" / "archiver", cwd=ready, PATH=str(tools)).returncode == 4


def test_an_environment_of_somebody_else_is_left_alone(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / "precious").write_text("mine", encoding="utf-8")
    ended = run(clone / "bin" / "archiver", cwd=clone, ARCHIVER_SKIP_SYSTEM="1")
    assert ended.returncode == 4
    assert "was not made by this command" in ended.stderr
    assert [file.name for file in (clone / ".venv").iterdir()] == ["precious"]


def test_without_an_administrator_it_names_the_one_command(clone: Path, tools: Path) -> None:
    """A Python without fonts and libraries, no root: the command is printed, nothing is installed."""
    python = tools / "python3"
    # Answers the first question (which Python is this?) and fails every attempt to load a library.
    python.write_text('#!/bin/sh\ncase $3 in *ensurepip*) echo "with 3.11 $0";; *) exit 1;; esac\n', encoding="utf-8")
    python.chmod(0o755)
    for name, script in {"id": "echo 1000", "apt-get": "touch ran-apt", "sudo": "exit 1", "find": "exit 0"}.items():
        (tools / name).unlink(missing_ok=True)
        (tools / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    (tools / "head").symlink_to(shutil.which("head") or "head")
    # The scripts add sbin folders to PATH; there is no Python, sudo or apt-get in those.
    ended = run(clone / "bin" / "archiver", cwd=clone, PATH=str(tools))
    assert ended.returncode == 4
    assert "sudo apt-get update && sudo apt-get install --no-install-recommends libpango-1.0-0 " in ended.stderr
    assert "fonts-noto-core" in ended.stderr
    assert not (clone / "ran-apt").exists()
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("script", ["archiver", "bench", "fuzz", "test", "lock", "setup.sh", "judges.sh", "../.ci/run"])
def test_every_script_is_plain_sh(checkout: Path, script: str) -> None:
    shell = shutil.which("dash") or "sh"
    assert subprocess.run([shell, "-n", str(checkout / "bin" / script)], check=False).returncode == 0
