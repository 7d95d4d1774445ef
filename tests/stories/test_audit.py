"""``archiver audit`` as a user runs it: by hand, from a timer, killed in the middle, on disks that fail."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
from pathlib import Path

import pytest

from tests.storage.stores.stored_objects import make_object, make_root
from tests.stories.commands import Archiver
from tests.stories.trees import contents

PACKAGES = 12
LETTER = "v1/content/data/letter.bin"
CLOCKED = {"SOURCE_DATE_EPOCH": ""}
"""The real clock: two audits are not at the same second's record."""


def name(number: int) -> str:
    return f"urn:uuid:00000000-0000-0000-0000-{number:012}"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with a store of twelve packages, large enough for more than one reader."""
    make_root(tmp_path / "store")
    for number in range(PACKAGES):
        folder = tmp_path / f"store/{number:02}"
        make_object(folder, name(number), [{"bagit.txt": b"BagIt", "data/letter.bin": bytes([number]) * (2 << 20)}])
    return tmp_path


def flip(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(1 << 20)
        opened.write(b"!")


def test_a_whole_package_that_is_not_the_one_that_was_there_is_damage(archiver: Archiver, place: Path) -> None:
    def put(number: int, *versions: bytes) -> None:
        shutil.rmtree(place / f"store/{number:02}")
        make_object(place / f"store/{number:02}", name(number), [{"data/letter.bin": data} for data in versions])

    put(2, b"first", b"second")
    assert archiver("audit", cwd=place, changes=CLOCKED).status == 0
    put(2, b"first")  # an old copy, put back
    put(5, b"forged")  # inventory and sidecar with it
    put(8, bytes([8]) * (2 << 20), b"added since")
    ran = archiver("audit", "--json", cwd=place, changes=CLOCKED)
    assert ran.status == 1
    found = {one["identifier"]: one for one in ran.objects if one["outcome"] != "ok"}
    assert {key: one["findings"][0]["code"] for key, one in found.items()} == {
        name(2): "stored-version-lost",
        name(5): "stored-inventory-rewritten",
    }
    assert {one["outcome"] for one in found.values()} == {"damaged"}
    archiver("store", "index", cwd=place, changes=CLOCKED)
    for number in (2, 5):
        archiver("audit", "acknowledge", name(number), "--reason", "meant", cwd=place, changes=CLOCKED)
    assert archiver("audit", cwd=place, changes=CLOCKED).status == 0


def test_a_damaged_package_is_told_until_somebody_says_why(archiver: Archiver, place: Path) -> None:
    before = contents(place / "store")
    ran = archiver("audit", cwd=place, changes=CLOCKED)
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == ["12 packages checked: 12 ok. 24 files, 25.2 MB."]
    assert contents(place / "store") == before
    flip(place / "store/07" / LETTER)
    (place / "store/03" / LETTER).unlink()
    ran = archiver("audit", "--json", "--workers", "2", cwd=place, changes=CLOCKED)
    assert ran.status == 1
    found = {one["identifier"]: one for one in ran.objects}
    assert len(found) == PACKAGES
    assert [key for key, one in sorted(found.items()) if one["outcome"] != "ok"] == [name(3), name(7)]
    assert (found[name(3)]["outcome"], found[name(7)]["outcome"]) == ("missing", "damaged")
    assert [one["code"] for one in found[name(7)]["findings"]] == ["stored-file-damaged"]
    assert found[name(7)]["findings"][0]["file"] == LETTER
    ran = archiver("audit", "--older-than", "90d", cwd=place, changes=CLOCKED)
    assert ran.status == 1
    assert "2 failures open" in ran.stdout
    assert name(3) in ran.stdout
    for number in (3, 7):
        words = ("audit", "acknowledge", name(number), "--reason", "seen, and known", "--by", "Jane Doe")
        assert archiver(*words, cwd=place, changes=CLOCKED).status == 0
    ran = archiver("audit", "--older-than", "90d", cwd=place, changes=CLOCKED)
    assert (ran.status, ran.stdout) == (0, "No package is due.\n")
    ran = archiver("audit", "verify-log", "--json", cwd=place)
    assert ran.status == 0
    assert (ran.objects[0]["valid"], ran.objects[0]["audits"]) == (True, 4)
    log = [json.loads(line) for line in (place / "store.archiver/log.jsonl").read_text().splitlines()]
    notes = [one["body"] for one in log if one["kind"] == "acknowledged"]
    assert [(one["by"], one["note"]) for one in notes] == [("Jane Doe", "seen, and known")] * 2


def test_a_killed_audit_is_gone_on_with(archiver: Archiver, place: Path) -> None:
    words = ("audit", "--json", "--rate", "20MB/s", "--workers", "2")
    seen: set[str] = set()
    for number in (signal.SIGKILL, signal.SIGTERM):
        running = archiver.start(*words, cwd=place)
        assert running.stdout is not None
        for _ in range(2):
            line = running.stdout.readline()
            assert line, running.communicate()[1]
            seen.add(json.loads(line)["identifier"])
        running.send_signal(number)
        rest, told = running.communicate(timeout=60)
        seen |= {json.loads(line)["identifier"] for line in rest.splitlines() if line.endswith("}")}
        assert "Traceback" not in told
    assert 4 <= len(seen) < PACKAGES
    ran = archiver(*words[:2], cwd=place)
    assert ran.status == 0
    again = {one["identifier"] for one in ran.objects}
    assert not again & seen
    # What was kept and not printed before the kill is not read again either: all of it is in the one record.
    log = [json.loads(line) for line in (place / "store.archiver/log.jsonl").read_text().splitlines()]
    assert [one["body"]["results"] for one in log if one["kind"] == "audit"] == [PACKAGES]
    assert archiver("audit", "verify-log", cwd=place).status == 0


def test_no_reader_outlives_a_killed_audit(archiver: Archiver, place: Path) -> None:
    running = archiver.start("audit", "--json", "--rate", "2MB/s", "--workers", "2", cwd=place)
    assert running.stdout is not None
    running.stdout.readline()
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    assert len(children) == 2
    for child in children:
        assert Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[16] == "19"  # the least urgent
    watched = [os.pidfd_open(int(child)) for child in children]
    running.kill()
    running.communicate()
    for descriptor in watched:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        assert poll.poll(30_000), "it lives on"
        os.close(descriptor)


def test_a_disk_that_is_not_mounted_is_one_thing_to_tell(archiver: Archiver, place: Path) -> None:
    assert archiver("audit", cwd=place, changes=CLOCKED).status == 0
    (place / "store").rename(place / "unplugged")
    (place / "store").mkdir()
    ran = archiver("audit", "--json", cwd=place, changes=CLOCKED)
    assert ran.status == 3
    (only,) = ran.objects
    assert (only["identifier"], only["outcome"]) == (None, "could-not-check")
    assert [one["code"] for one in only["findings"]] == ["store-unreachable"]
    shutil.rmtree(place / "store")
    (place / "unplugged").rename(place / "store")
    assert archiver("audit", cwd=place, changes=CLOCKED).status == 0


def test_a_disk_that_fails_at_one_file_claims_nothing_of_it(archiver: Archiver, place: Path, strace: str) -> None:
    flip(place / "store/07" / LETTER)
    target = place / "store/05" / LETTER
    failing = (strace, "-f", "-qq", "-o", "/dev/null", "-P", target, "-e", "inject=read:error=EIO")
    ran = archiver("audit", "--json", cwd=place, prefix=failing)
    assert ran.status == 1
    found = {one["identifier"]: one for one in ran.objects}
    assert (found[name(5)]["outcome"], found[name(7)]["outcome"]) == ("could-not-check", "damaged")
    assert [one["code"] for one in found[name(5)]["findings"]] == ["stored-file-unreadable"]
    assert [one["outcome"] for one in found.values()].count("ok") == PACKAGES - 2
