"""``archiver store add`` on file systems that lack something, cut off there, and with others at work beside it."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.ocfl import OcflVerdict
    from tests.stories.commands import Archiver

    Judge = Callable[[Path], OcflVerdict]

IDENTIFIER = "urn:uuid:6e8bc430-9c3a-41d9-9669-0800200c9a66"
NO_EXCHANGE = ("-e", "inject=renameat2:error=EINVAL")
NO_LINKS = ("-e", "inject=link,linkat:error=EPERM")


def small_bag(folder: Path, identifier: str, *texts: str) -> Path:
    """Write a bag by hand, which takes no time to be made durable."""
    (folder / "data").mkdir(parents=True)
    manifest = ""
    for number, text in enumerate(texts):
        (folder / "data" / f"{number}.txt").write_text(text, encoding="utf-8")
        manifest += f"{hashlib.sha512(text.encode()).hexdigest()}  data/{number}.txt\n"
    (folder / "manifest-sha512.txt").write_text(manifest, encoding="utf-8")
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", encoding="utf-8")
    (folder / "bag-info.txt").write_text(f"External-Identifier: {identifier}\n", encoding="utf-8")
    return folder


@pytest.fixture
def place(tmp_path: Path, archiver: Archiver) -> Path:
    """Return a working folder with two versions of a package, of which the store has the first."""
    folder = tmp_path / "a place"
    small_bag(folder / "one", IDENTIFIER, "first", "same")
    small_bag(folder / "two", IDENTIFIER, "second", "same")
    assert archiver("store", "add", "one", cwd=folder).status == 0
    return folder


def traced(strace: str, *injected: str) -> list[str]:
    return [strace, "-o", "/dev/null", "-e", "trace=renameat2,rename,link,linkat", *injected]


def exported(archiver: Archiver, place: Path, version: str) -> dict[str, str]:
    """Return what one version is by what is exported of it."""
    shutil.rmtree(place / "out", ignore_errors=True)
    ran = archiver("store", "export", IDENTIFIER, "--to", "out", "--version", version, "--json", cwd=place)
    assert ran.status == 0, ran.stderr
    return contents(place / ran.objects[0]["package"])


def test_a_file_system_without_links_and_exchange_gets_the_same_store(
    strace: str, archiver: Archiver, place: Path, ocfl_judge: Judge
) -> None:
    ran = archiver("store", "add", "two", "--json", cwd=place, prefix=traced(strace, *NO_EXCHANGE, *NO_LINKS))
    assert (ran.status, [one["status"] for one in ran.objects]) == (0, ["new-version"]), ran.stderr
    assert exported(archiver, place, "v1") == contents(place / "one")
    assert exported(archiver, place, "v2") == contents(place / "two")
    verdict = ocfl_judge(place / "store")
    assert (verdict.passed, set(verdict.codes)) == (True, set()), verdict.detail


@pytest.mark.parametrize("rename", [3, 4])  # the first gives the new version's content its name
def test_an_exchange_in_several_steps_that_is_cut_off_is_ended(
    rename: int, strace: str, archiver: Archiver, place: Path
) -> None:
    packages = touched(place / "two")
    killed = traced(strace, *NO_EXCHANGE, "-e", f"inject=rename:signal=SIGKILL:when={rename}")
    assert archiver("store", "add", "two", cwd=place, prefix=killed).status == -signal.SIGKILL
    assert archiver("store", "add", "two", cwd=place).status == 0
    assert exported(archiver, place, "v1") == contents(place / "one")
    assert exported(archiver, place, "v2") == contents(place / "two")
    assert not (place / "store.archiver" / "staging").exists()
    assert touched(place / "two") == packages


def test_adders_at_once_lose_nothing(archiver: Archiver, place: Path, ocfl_judge: Judge) -> None:
    """Three runs add the same packages, and each a version of its own of one that they share."""
    for number in range(6):
        small_bag(place / "more" / str(number), IDENTIFIER if number < 3 else f"urn:other:{number}", f"own {number}")
    words = [[f"more/{number}", "more/3", "more/4", "more/5"] for number in range(3)]
    with ThreadPoolExecutor(3) as executor:
        runs = list(executor.map(lambda packages: archiver("store", "add", *packages, "--json", cwd=place), words))
    assert [(ran.status, ran.stderr) for ran in runs if ran.status] == []
    statuses = sorted(one["status"] for ran in runs for one in ran.objects)
    assert statuses == ["added"] * 3 + ["current"] * 6 + ["new-version"] * 3
    versions = {one["version"]: one["package"] for ran in runs for one in ran.objects if one["status"] == "new-version"}
    assert sorted(versions) == ["v2", "v3", "v4"]
    for version, package in versions.items():
        assert exported(archiver, place, version) == contents(place / package)
    verdict = ocfl_judge(place / "store")
    assert (verdict.passed, verdict.objects, set(verdict.codes)) == (True, 4, set()), verdict.detail
    log = archiver("audit", "verify-log", "--store", "store", cwd=place)
    assert log.status == 0, log.stdout + log.stderr


def test_an_interrupted_run_leaves_whole_packages(archiver: Archiver, place: Path, ocfl_judge: Judge) -> None:
    for number in range(40):
        small_bag(place / "many" / f"{number:02}", f"urn:many:{number}", str(number))
    words = [*archiver.command, "store", "add", "many", "--workers", "2", "--json"]
    with subprocess.Popen(
        words, cwd=place, env=archiver.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline()  # the first packages are there
        os.kill(run.pid, signal.SIGINT)
        _, told = run.communicate()
    assert run.returncode == 130, told
    verdict = ocfl_judge(place / "store")
    assert (verdict.passed, set(verdict.codes)) == (True, set()), verdict.detail
    assert not (place / "store.archiver" / "staging").exists()
    ran = archiver("store", "add", "many", "--json", cwd=place)
    assert ran.status == 0
    assert {one["status"] for one in ran.objects} <= {"added", "current"}
    log = archiver("store", "list", "--json", cwd=place)
    assert len(log.objects) >= 41
