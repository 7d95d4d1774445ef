"""Forked workers: the same verdict with any number, nothing lost when one dies, none left over.

Forking needs a process with one thread, which a test's own is not: each test runs a program of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archiver.standards.bagit import BAGIT_TXT, manifest_text

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")

BIG = 40 << 20
"""Bytes that are worth forking for, and more than a worker reads before it tells of them."""

PROGRAM = """
import errno, json, os, signal, sys, threading
from pathlib import Path
from archiver.steps.verify import verdict_json
from archiver.storage.bag_checks.folder import FolderBag
from archiver.storage.bag_reader import bytes_to_read, verify_bag
from archiver.storage.digesting.crew import Crew

forked, steps = [], []
fork = os.fork

def counted():
    pid = fork()
    forked.append(pid)
    return pid

os.fork = counted
bag = Path(sys.argv[1])
{first}
verdict = verify_bag(bag, workers=int(sys.argv[2]), progress=steps.append)
left = Path(f"/proc/self/task/{{os.getpid()}}/children").read_text()
print(json.dumps([verdict_json(verdict), len(forked), left, steps, bytes_to_read(bag)]))
"""


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """Return a bag with two algorithms, worth two workers, with every kind of thing wrong with it."""
    folder = tmp_path / "bag"
    contents = {f"data/{number % 7}/{number:04}.txt": f"{number}\n".encode() * 100 for number in range(600)}
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    with (folder / "data/big").open("wb") as big:
        big.truncate(BIG)
    (folder / "bagit.txt").write_bytes(BAGIT_TXT)
    (folder / "bag-info.txt").write_text("Source-Organization: Small Archive\n")
    for name in ("sha256", "sha1"):
        entries = [(path, hashlib.new(name, content).hexdigest()) for path, content in contents.items()]
        entries.append(("data/big", hashlib.new(name, bytes(BIG)).hexdigest()))
        (folder / f"manifest-{name}.txt").write_text(manifest_text([*entries, ("data/gone", entries[0][1])]))
    (folder / "data/3/0003.txt").write_bytes(b"changed")
    (folder / "data/4/0599.txt").write_bytes(b"")
    (folder / "data/0/unlisted").write_bytes(b"?")
    return folder


def run(bag: Path, workers: int, first: str = "") -> list[Any]:
    command = [sys.executable, "-P", "-c", PROGRAM.format(first=first), str(bag), str(workers)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    found: list[Any] = json.loads(ran.stdout)
    return found


def test_the_verdict_is_the_same_with_any_number_of_workers(bag: Path) -> None:
    alone, forks, _, steps, total = run(bag, 1)
    assert forks == 0
    assert [(finding["code"], finding["file"]) for finding in alone["findings"]] == [
        ("bag-tag-manifest-absent", None),
        ("bag-file-missing", "data/gone"),
        ("bag-file-unlisted", "data/0/unlisted"),
        ("bag-file-damaged", "data/3/0003.txt"),
        ("bag-file-damaged", "data/4/0599.txt"),
    ]
    assert sum(steps) == total - 1  # the unlisted file is not read
    for workers in (2, 3):
        together, forks, left, steps, total = run(bag, workers)
        assert together == alone
        assert (forks, left) == (workers, "")
        assert sum(steps) == total
        assert all(step > 0 for step in steps)
        assert len(steps) >= 5  # the large file is told of while it is read


KILL = """
begin = Crew.begin
def killing(crew, *arguments):
    begin(crew, *arguments)
    for pid in forked[:{count}]:
        os.kill(pid, {signal})
        {wait}
Crew.begin = killing
"""


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("wait", ["", "os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)"], ids=["at once", "dead"])
def test_what_a_killed_worker_had_is_read_all_the_same(bag: Path, count: int, wait: str) -> None:
    alone = run(bag, 1)[0]
    found, forks, left, steps, total = run(bag, 2, KILL.format(count=count, signal=9, wait=wait))
    assert found == alone
    assert (forks, left) == (2, "")
    assert sum(steps) == total


def test_an_unreadable_file_is_not_taken_for_one_whose_digests_are_zero(bag: Path) -> None:
    for name, length in (("sha256", 64), ("sha1", 40)):
        manifest = bag / f"manifest-{name}.txt"
        lines = manifest.read_text().splitlines(keepends=True)
        manifest.write_text("".join(f"{'0' * length}  data/big\n" if "data/big" in line else line for line in lines))
    first = """
read = FolderBag.read
def failing(bag, path):
    if path in {"data/big", "data/1/0001.txt"}:
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    return read(bag, path)
FolderBag.read = failing
"""
    alone = run(bag, 1, first)[0]
    found = run(bag, 2, first)
    assert found[:2] == [alone, 2]
    assert [finding["file"] for finding in alone["findings"] if finding["code"] == "bag-file-unreadable"] == [
        "data/1/0001.txt",
        "data/big",
    ]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("go = threading.Event(); threading.Thread(target=go.wait, daemon=True).start()", id="threads"),
        pytest.param("def counted():\n    raise BlockingIOError\nos.fork = counted", id="no process to be had"),
        pytest.param("def no(*_):\n    raise OSError\nos.pipe = no", id="no descriptor to be had"),
    ],
)
def test_where_it_cannot_fork_it_reads_by_itself(bag: Path, first: str) -> None:
    found, forks, *_ = run(bag, 2, first)
    assert (found, forks) == (run(bag, 1)[0], 0)


def test_a_small_bag_is_not_forked_for(bag: Path) -> None:
    (bag / "data/big").unlink()
    assert run(bag, 2)[1] == 0


def test_descriptors_are_given_back(bag: Path) -> None:
    first = "open_before = len(os.listdir('/proc/self/fd'))"
    program = PROGRAM.format(first=first).replace(
        "print(", "print(len(os.listdir('/proc/self/fd')) - open_before); 0 and ("
    )
    command = [sys.executable, "-P", "-c", program, str(bag), "3"]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout == "0\n"


WAITING = """
def told(_count):
    print(*forked, flush=True)
    signal.pause()
steps.append = None
verify_bag(bag, workers=2, progress=told)
"""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_workers_end_with_their_parent(bag: Path, name: str) -> None:
    with (bag / "data/big").open("r+b") as big:
        big.truncate(64 << 30)  # so much that no worker ends by itself
    first = WAITING.replace("steps.append = None\n", "")
    command = [sys.executable, "-P", "-c", PROGRAM.format(first=first), str(bag), "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        workers = [os.pidfd_open(int(pid)) for pid in running.stdout.readline().split()]
        assert len(workers) == 2
        running.send_signal(signal.Signals[name])
        for worker in workers:
            assert select.select([worker], [], [], 60)[0], "it lives on"
            os.close(worker)
        running.communicate(timeout=60)
        assert running.returncode in {-signal.Signals[name], 1}


SEVERAL = """
import hashlib, json, os, sys
from pathlib import Path
from archiver.storage.digesting.crew import Crew

folder, settled = Path(sys.argv[1]), Path(sys.argv[2])

def read(path):
    yield (folder / path).read_bytes()

def settle():
    settled.with_name(str(os.getpid())).touch()

jobs = [("sha256",), ("md5", "sha1"), ("sha256",)]
found = {}
with Crew(int(sys.argv[3]), settle) as crew:
    crew.expect(read, 1, 1 << 30)
    begun = 0
    results = crew.results(None)
    while True:
        if begun < len(jobs):
            sizes = [(one.name, one.stat().st_size) for one in sorted(folder.iterdir())]
            assert crew.begin(lambda: sizes, jobs[begun], begun)
            begun += 1
        one = next(results, None)
        if one is None:
            break
        width = sum(hashlib.new(name).digest_size for name in jobs[one.job])
        for index, path in enumerate(one.paths):
            found.setdefault(one.job, {})[path] = one.digests[index * width : (index + 1) * width].hex()
print(json.dumps(found))
"""


@pytest.mark.parametrize("workers", [1, 3])
def test_a_crew_takes_job_after_job_while_it_works(tmp_path: Path, workers: int) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    contents = {f"{number:04}": b"%d" % number for number in range(600)} | {"big": bytes(9 << 20)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (tmp_path / "settled").mkdir()
    command = [sys.executable, "-P", "-c", SEVERAL, str(folder), str(tmp_path / "settled/none"), str(workers)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")
    expected = {
        str(job): {
            path: "".join(hashlib.new(name, data).hexdigest() for name in names) for path, data in contents.items()
        }
        for job, names in enumerate([("sha256",), ("md5", "sha1"), ("sha256",)])
    }
    assert json.loads(ran.stdout) == expected
    assert len(list((tmp_path / "settled").iterdir())) == workers
