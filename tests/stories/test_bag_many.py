"""``archiver bag`` of more files than one process copies: forked workers make the copies durable, the bag is sound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from archiver.execution.cores import usable_cores
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver

FILES = 1200


def test_many_files_are_copied_by_forked_workers(strace: str, archiver: Archiver, tmp_path: Path) -> None:
    if usable_cores() < 2:
        pytest.skip("one core copies without workers")
    source, log = tmp_path / "source", tmp_path / "log"
    for number in range(FILES):
        file = source / f"{number % 5}" / f"{number:04} 1% é.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%d\n" % number * (number % 50))
    before = touched(source)
    prefix = [strace, "-f", "-o", str(log), "-e", "trace=fsync,execve"]
    ran = archiver("bag", "source", "bag", "--json", cwd=tmp_path, prefix=prefix)
    assert (ran.status, ran.objects[0]["files"]) == (0, FILES), ran.stderr
    assert contents(tmp_path / "bag" / "data") == contents(source)
    assert touched(source) == before
    verified = archiver("verify", "bag", "--json", cwd=tmp_path)
    assert verified.objects[0]["valid"] is True

    text = log.read_text(encoding="utf-8", errors="replace")
    durable = re.findall(r"^(\d+) +fsync\(", text, re.MULTILINE)
    assert len(durable) > FILES
    assert len(set(durable)) > 1, "there were no workers"
    programs = set(re.findall(r"^(\d+) +execve\(.*= 0$", text, re.MULTILINE))
    assert programs == {durable[-1]}, "workers come from another program than the one that publishes"
