"""``archiver verify --expect-tagmanifest``: the words, the exit statuses, the JSON."""

from __future__ import annotations

import hashlib
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.storage.tampered_bags import as_folder, resealed, strict

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return as_folder(strict(), tmp_path)


def verify(command: list[str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command, "verify", *map(str, words)], capture_output=True, encoding="utf-8", check=False)


def test_the_digest_that_was_kept(archiver_command: list[str], bag: Path) -> None:
    digest = hashlib.sha512((bag / "tagmanifest-sha512.txt").read_bytes()).hexdigest()
    ended = verify(archiver_command, bag, "--expect-tagmanifest", digest)
    assert (ended.returncode, ended.stderr) == (0, "")
    forged = as_folder(resealed({**strict(), "data/50%": b"forged"}), bag.parent / "forged")
    assert verify(archiver_command, forged).returncode == 0
    ended = verify(archiver_command, forged, "--expect-tagmanifest", f"sha512:{digest}", "--json")
    (finding,) = json.loads(ended.stdout)["findings"]
    assert (ended.returncode, finding["code"]) == (1, "bag-tag-manifest-unexpected")
    both = verify(archiver_command, bag, forged, "--expect-tagmanifest", digest)
    assert (both.returncode, both.stdout) == (2, "")
    assert "belongs to one bag, and 2 are named" in both.stderr


def test_what_is_no_digest_is_said_at_once(archiver_command: list[str], bag: Path) -> None:
    ended = verify(archiver_command, bag, "--expect-tagmanifest", "sha256:12")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == ("archiver: --expect-tagmanifest: a sha256 digest has 64 hexadecimal digits, this one 2\n")
