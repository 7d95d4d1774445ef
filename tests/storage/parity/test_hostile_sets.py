"""PAR2 files and records from strangers: what they name is never touched, and what they state never believed."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from archiver.storage.parity import program
from archiver.storage.parity.checking import check_set, read_set
from archiver.storage.parity.program import Par2
from archiver.storage.parity.record import read_record, record_bytes
from archiver.storage.parity.shards import rescued

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.storage.parity.conftest import Protected


def test_a_set_that_speaks_of_another_file_is_not_used(par2: Par2, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    for name in ("shard-1", "evil"):
        (stranger / name).write_bytes(os.urandom(50_000))
    command = [par2.executable, "create", "-q", "-q", "-s4096", "-c20", "-n1", "shard-1.par2", "shard-1", "evil"]
    subprocess.run(command, cwd=stranger, check=True)
    folder = tmp_path / "private"
    folder.mkdir()
    (folder / "shard-1").write_bytes((stranger / "shard-1").read_bytes()[:40_000])
    repair = par2.repair(folder, "shard-1", sorted(stranger.glob("*.par2")))
    assert not repair.repaired
    assert "other files" in repair.said
    assert [file.name for file in folder.iterdir()] == ["shard-1"]


def test_links_in_the_place_of_parity_are_not_followed(protect: Callable[..., Protected], tmp_path: Path) -> None:
    protected = protect({"v1/content/a": os.urandom(9000)})
    for file in list(protected.set.glob("*.par2")):
        file.rename(tmp_path / file.name)
        file.symlink_to(tmp_path / file.name)
    assert protected.heal(["v1/content/a"], tmp_path / "scratch").healed == {}
    assert len(list(check_set(protected.set))) == 2


@pytest.mark.parametrize("script", ["yes", "sleep 1000", "echo $$ > ../pid; sleep 1000 & wait"])
def test_a_program_that_floods_or_hangs_is_ended(
    script: str, protect: Callable[..., Protected], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "_PATIENCE", 0.5)
    protected = protect({"v1/content/a": b"x" * 9000})
    file = tmp_path / "par2"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    file.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    (work / "shard-1").write_bytes(b"x" * 100)
    repair = Par2(executable=str(file), version="par2").repair(work, "shard-1", sorted(protected.set.glob("*.par2")))
    assert not repair.repaired
    assert repair.said


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "archiver parity 2"),
        ("version", "../v1"),
        ("version", None),
        ("percent", -1),
        ("percent", True),
        ("shards", [{"name": "../shard-1"}]),
        ("shards", []),
        ("files", [{"path": "v1/../../x", "bytes": 9000, "sha512": "0" * 128}]),
        ("files", [{"path": "/etc/passwd", "bytes": 9000, "sha512": "0" * 128}]),
        ("files", [{"path": "v1/content/a", "bytes": 9001, "sha512": "0" * 128}]),
        ("files", [{"path": "v1/content/a", "bytes": 10**30, "sha512": "0" * 128}]),
        ("files", 7),
        ("identifier", "a\0b"),
    ],
)
def test_a_record_that_makes_no_sense_is_none(key: str, value: object, protect: Callable[..., Protected]) -> None:
    protected = protect({"v1/content/a": b"x" * 9000})
    assert read_record(record_bytes(protected.record)) == protected.record
    file = protected.set / "set.json"
    said = json.loads(file.read_bytes())
    file.write_text(json.dumps(said | {key: value}), encoding="ascii")
    assert read_set(protected.set) is None
    with pytest.raises(ValueError, match=r"\w"):
        read_record(file.read_bytes())


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "[" * 100_000, "\xff"])
def test_a_record_that_is_no_json_is_none(text: str, protect: Callable[..., Protected]) -> None:
    protected = protect({"v1/content/a": b"x"})
    (protected.set / "set.json").write_text(text, encoding="latin-1")
    assert read_set(protected.set) is None


def test_what_lies_behind_a_bad_sector_is_read() -> None:
    data = os.urandom(3 << 20)
    bad = range(1_500_000, 1_500_100)

    def read(offset: int, count: int) -> bytes:
        if offset < bad.stop and bad.start < offset + count:
            raise OSError(5, "Input/output error")
        return data[offset : offset + count]

    got = b"".join(rescued(read, len(data) + 10))
    lost = [at for at in range(0, len(data), 4096) if got[at : at + 4096] != (data[at : at + 4096] + bytes(10))[:4096]]
    assert lost == [bad.start // 4096 * 4096]
    assert got[len(data) :] == bytes(10)
