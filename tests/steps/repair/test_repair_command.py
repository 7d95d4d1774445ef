"""``archiver repair`` as people call it: from an audit's failure to the package that is whole again."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from archiver.storage.store_log.log import StoreLog
from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]

NAME = "urn:example:one"
OTHER = "urn:example:other"


@pytest.fixture
def run(archiver_command: list[str], tmp_path: Path) -> Run:
    root = make_root(tmp_path / "store")
    make_object(root / "one", NAME, {"data/a.txt": b"a" * 5000, "data/b.txt": b"b" * 20})
    make_object(root / "other", OTHER, {"b.txt": b"b" * 9000})
    shutil.copytree(root, tmp_path / "copy")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [*archiver_command, *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_a_package_is_repaired_and_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "store" / "one" / "v1" / "content" / "data" / "a.txt"
    file.write_bytes(b"b" * 5000)
    planned = run("repair", NAME, "--from", "copy", "--dry-run")
    assert planned.returncode == 0
    assert planned.stdout.splitlines()[:2] == [f"repairable {NAME}  1 file", "  v1/content/data/a.txt  from copy"]
    assert file.read_bytes() == b"b" * 5000
    done = run("repair", NAME, "--from", "copy")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"repaired   {NAME}  1 file\n  v1/content/data/a.txt  from copy\n  what was damaged")
    assert file.read_bytes() == b"a" * 5000
    again = run("repair", NAME, "--from", "copy", "--json")
    assert json.loads(again.stdout)["status"] == "sound"


def test_what_cannot_be_repaired_is_named_and_the_status_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "store" / "one" / "v1" / "content" / "data" / "a.txt").unlink()
    (tmp_path / "store" / "other" / "v1" / "content" / "b.txt").unlink()
    done = run("repair", NAME, "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["status"], told["lacking"]) == ("failed", ["v1/content/data/a.txt"])
    assert [finding["code"] for finding in told["findings"]] == ["repair-not-possible"]
    shutil.rmtree(tmp_path / "copy" / "other")
    assert run("repair", NAME, OTHER, "--from", "copy").returncode == 3


def test_all_that_an_audit_found_damaged_is_repaired_and_no_failure_stays_open(run: Run, tmp_path: Path) -> None:
    for path in ("one/v1/content/data/a.txt", "other/v1/content/b.txt"):
        (tmp_path / "store" / path).write_bytes(b"damage")
    assert run("audit").returncode == 1
    done = run("repair", "--all-damaged", "--from", "copy", "--json")
    assert done.returncode == 0
    assert {json.loads(line)["status"] for line in done.stdout.splitlines()} == {"repaired"}
    assert run("repair", "--all-damaged", "--from", "copy").stdout == "No package is known to be damaged.\n"
    assert run("audit").returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name the packages"),
        ((NAME, "--all-damaged"), "name the packages"),
        ((NAME, "--from", "absent"), "--from takes a store, a bag or a folder"),
        ((NAME, "--from", "store"), "the very store"),
        ((NAME, "--store", "absent"), "no OCFL root"),
    ],
)
def test_wrong_usage_is_said_in_words(words: tuple[str, ...], said: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "store" / "one" / "inventory.json").unlink()
    done = run("repair", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_bag_is_named_by_its_path(run: Run, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.txt").write_bytes(b"a" * 100)
    label = f"External-Identifier={NAME}"
    assert run("bag", "source", "bags/one", "--bag-info", label).returncode == 0
    shutil.copytree(tmp_path / "bags" / "one", tmp_path / "kept")
    (tmp_path / "bags" / "one" / "data" / "a.txt").write_bytes(b"b" * 100)
    assert run("verify", "bags/one").returncode == 1
    done = run("repair", "bags/one", "--from", "copy", "--from", "kept")
    assert (done.returncode, done.stdout.splitlines()[:2]) == (
        0,
        ["repaired   bags/one  1 file", "  data/a.txt  from kept"],
    )
    assert run("verify", "bags").returncode == 0


def test_a_package_that_nobody_knows_is_not_taken_from_a_copy(run: Run, tmp_path: Path) -> None:
    make_object(tmp_path / "copy" / "new", "urn:example:new", {"a": b"a"})
    done = run("repair", "urn:example:new", "--from", "copy", "--json")
    assert done.returncode == 1
    assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == ["package-not-in-store"]


def test_the_log_knows_where_a_package_was_that_is_gone(run: Run, tmp_path: Path) -> None:
    log = StoreLog(tmp_path / "store.archiver")
    body = {"identifier": NAME, "path": "one", "version": "v1"}
    log.append("added", body, now=datetime(2026, 1, 2, tzinfo=UTC))
    shutil.rmtree(tmp_path / "store" / "one")
    done = run("repair", NAME, "--from", "copy", "--json")
    assert json.loads(done.stdout)["status"] == "repaired"
    assert (tmp_path / "store" / "one" / "v1" / "content" / "data" / "a.txt").read_bytes() == b"a" * 5000
