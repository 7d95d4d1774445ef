"""A bag in an archive is read by several processes too, and the verdict is the same with any number of them."""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from archiver.standards.bagit import BAGIT_TXT, manifest_text
from tests.storage.archives.packing import pack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")

# In a process of its own: the workers are forked from one that has a single thread.
PROGRAM = """
import json, os, sys
from pathlib import Path
from archiver.steps.verify import verdict_json
from archiver.storage.bag_reader import bytes_to_read, verify_bag

fork, forked, steps = os.fork, [], []
def counted():
    pid = fork()
    forked.append(pid)
    return pid
os.fork = counted
verdict = verify_bag(Path(sys.argv[1]), workers=int(sys.argv[2]), progress=steps.append)
print(json.dumps([verdict_json(verdict), len(forked), sum(steps), bytes_to_read(Path(sys.argv[1]))]))
"""


def run(archive: Path, workers: int) -> list[Any]:
    command = [sys.executable, "-P", "-c", PROGRAM, str(archive), str(workers)]
    found: list[Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """Return a bag worth several workers, with some things wrong with it."""
    folder = tmp_path / "bag"
    contents = {f"data/{number % 7}/{number:04}.txt": f"{number}\n".encode() * 100 for number in range(600)}
    contents |= {"data/big": bytes(20 << 20), "data/odd": b"odd" * 1000}
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "bagit.txt").write_bytes(BAGIT_TXT)
    for name in ("sha256", "sha1"):
        entries = [(path, hashlib.new(name, content).hexdigest()) for path, content in contents.items()]
        (folder / f"manifest-{name}.txt").write_text(manifest_text([*entries, ("data/gone", entries[0][1])]))
    (folder / "data/3/0003.txt").write_bytes(b"changed")
    return folder


@pytest.mark.parametrize(("extension", "forked"), [(".tar", 2), (".zip", 2), (".tar.gz", 0)])
def test_the_verdict_is_the_same(bag: Path, extension: str, forked: int) -> None:
    archive = pack(bag, extension)
    alone, forks, told, total = run(archive, 1)
    assert (forks, told) == (0, total)
    assert {"bag-file-missing", "bag-file-damaged"} <= {finding["code"] for finding in alone["findings"]}
    assert run(archive, 2) == [alone, forked, total, total]


def test_a_checksum_that_a_worker_finds_wrong(bag: Path) -> None:
    archive = pack(bag, ".zip")
    with zipfile.ZipFile(archive) as file:
        header = file.getinfo("bag/data/odd").header_offset
    data = bytearray(archive.read_bytes())
    struct.pack_into("<I", data, header + 14, 7)
    struct.pack_into("<I", data, data.index(b"bag/data/odd", header + 60) - 30, 7)  # the same in the directory
    archive.write_bytes(data)
    alone = run(archive, 1)[0]
    assert [f["code"] for f in alone["findings"] if f["file"] == "data/odd"] == ["archive-checksum-mismatch"]
    found, forks, told, total = run(archive, 2)
    assert (found, forks) == (alone, 2)
    assert told == total


def test_an_archive_in_an_order_of_its_own_is_read_from_front_to_back(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    (bag / "data").mkdir(parents=True)
    (bag / "bagit.txt").write_bytes(BAGIT_TXT)
    names = [f"data/{number:05}" for number in range(6000)]
    digest = hashlib.sha256(b"x").hexdigest()
    (bag / "manifest-sha256.txt").write_text(manifest_text((name, digest) for name in names))
    for order, forked in ((names, 2), ([names[at * 2999 % 6000] for at in range(6000)], 0)):
        with zipfile.ZipFile(tmp_path / "bag.zip", "w") as file:
            for name in ("bagit.txt", "manifest-sha256.txt"):
                file.write(bag / name, f"bag/{name}")
            for name in order:
                file.writestr(f"bag/{name}", b"x")
        verdict, forks, _, _ = run(tmp_path / "bag.zip", 2)
        assert (verdict["valid"], forks) == (True, forked)
