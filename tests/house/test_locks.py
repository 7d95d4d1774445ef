"""The locks name versions and hashes and nothing else, and agree with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[0-9a-z.!+]+)(?: ; [^\\:]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
JUDGES = (
    *("axe", "bagit", "bagit-profile", "commons-ip", "eark", "ocfl", "pdftopdfa", "rclone", "ro-crate", "s3"),
    *("inveniordm", "sword2", "swh-deposit"),
)
LOCKS = ("build", "runtime", "test", *(f"judges-{name}" for name in JUDGES))


def versions(lock: str) -> dict[str, str]:
    """Return the locked version of each name; fails on any line that is no pinned name and no hash."""
    found: dict[str, str] = {}
    hashes = 1
    for line in lock.splitlines():
        entry = ENTRY.fullmatch(line)
        if entry:
            assert hashes, f"no hash before {line}"
            found[canonicalize_name(entry["name"])] = entry["version"]
            hashes = 0
        else:
            assert HASH.fullmatch(line), line
            hashes += 1
    assert found
    assert hashes
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_names_versions_and_hashes(checkout: Path, name: str) -> None:
    versions((checkout / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))


def test_every_lock_is_known(checkout: Path) -> None:
    assert {file.stem for file in (checkout / "requirements").glob("*.txt")} == set(LOCKS)


def test_what_the_product_asks_for_is_locked(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = versions((checkout / "requirements" / "runtime.txt").read_text(encoding="utf-8"))
    asked = [Requirement(text) for text in project["dependencies"]]
    wrong = [str(one) for one in asked if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))]
    assert wrong == [], "run bin/lock"


def test_the_tests_run_on_the_versions_that_users_get(checkout: Path) -> None:
    folder = checkout / "requirements"
    tested = versions((folder / "test.txt").read_text(encoding="utf-8"))
    shipped = versions((folder / "runtime.txt").read_text(encoding="utf-8"))
    assert {name: tested.get(name) for name in shipped} == shipped, "run bin/lock"


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "# made by a tool",
        "name>=1 \\",
        "name @ https://example.org/name.whl \\",
        "    --hash=md5:00",
    ],
)
def test_anything_else_is_seen(line: str) -> None:
    good = "name==1.0 ; python_full_version < '3.13' \\\n    --hash=sha256:" + "0" * 64 + "\n"
    assert versions(good) == {"name": "1.0"}
    with pytest.raises(AssertionError):
        versions(good + line + "\n")


def test_an_entry_without_a_hash_is_seen() -> None:
    with pytest.raises(AssertionError):
        versions("name==1.0 \\\n")
