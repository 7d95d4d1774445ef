"""Parity is made once for each version, told in the log, and made anew where it is damaged."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.steps.repair.protecting import Protection, ProtectRequest, bytes_to_protect, protect
from archiver.storage import durable
from archiver.storage.durable import write_all
from archiver.storage.parity import shards
from archiver.storage.parity.checking import check_parity
from archiver.storage.parity.program import find_par2
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace, store_place
from archiver.storage.stores.tree import open_tree
from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


FIRST = "urn:example:first"
OTHER = "urn:example:other"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    root = make_root(tmp_path / "store")
    make_object(root / "a" / "first", FIRST, {"a.txt": b"a" * 5000, "empty": b""})
    make_object(root / "other", OTHER, {"b.txt": b"b" * 9000})
    return store_place(root)


def _protect(place: StorePlace, *packages: str, percent: int = 5, check: bool = False) -> dict[str, Protection]:
    tree = open_tree(str(place.root))
    request = ProtectRequest(place=place, tree=tree, par2=find_par2(), percent=percent, check=check, now=NOW)
    return {protection.identifier: protection for protection in protect(request, packages)}


def _files(folder: Path) -> Mapping[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_every_package_gets_parity_once_and_the_log_says_so(place: StorePlace) -> None:
    store = _files(place.root)
    made = _protect(place)
    assert {name: (one.status, one.versions) for name, one in made.items()} == {
        FIRST: ("protected", ["v1"]),
        OTHER: ("protected", ["v1"]),
    }
    assert _files(place.root) == store
    entries = list(StoreLog(place.records).entries())
    assert [(entry.kind, entry.body["identifier"], entry.body["version"]) for entry in entries] == [
        ("protected", FIRST, "v1"),
        ("protected", OTHER, "v1"),
    ]
    again = _protect(place)
    assert {one.status for one in again.values()} == {"current"}
    assert len(list(StoreLog(place.records).entries())) == 2


def test_a_set_that_a_killed_run_left_out_of_the_log_is_told_there_by_the_next(place: StorePlace) -> None:
    _protect(place, FIRST)
    [told] = StoreLog(place.records).entries()
    place.log.unlink()  # as if the run had been killed between the set and the log
    assert {one.status for one in _protect(place, FIRST).values()} == {"current"}
    assert [(entry.kind, entry.body) for entry in StoreLog(place.records).entries()] == [(told.kind, told.body)]


@pytest.mark.parametrize("written", ["shard-1", "set.json", "checksums.sha512"])
def test_no_parity_is_made_by_a_disk_that_lies(
    place: StorePlace, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    def lying(descriptor: int, data: bytes | memoryview) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        write_all(descriptor, bytes(data)[1:] if name == written else data)

    monkeypatch.setattr(shards, "write_all", lying)
    monkeypatch.setattr(durable, "write_all", lying)
    made = _protect(place, FIRST)[FIRST]
    assert (made.status, [finding.code for finding in made.findings]) == ("failed", ["parity-not-made"])
    assert "does not read back" in made.findings[0].message
    assert _files(place.parity) == {}
    assert not place.log.exists()


def test_a_new_version_gets_a_set_of_its_own(place: StorePlace) -> None:
    _protect(place)
    before = _files(place.parity / "other" / "v1")
    make_object(place.root / "other", OTHER, {"b.txt": b"b" * 9000}, {"b.txt": b"B" * 100, "c.txt": b"c"})
    made = _protect(place, OTHER)
    assert made[OTHER].versions == ["v2"]
    assert _files(place.parity / "other" / "v1") == before


def test_more_percent_makes_a_set_anew_and_fewer_keeps_it(place: StorePlace) -> None:
    _protect(place, percent=10)
    assert _protect(place, percent=5)[FIRST].status == "current"
    assert _protect(place, percent=60)[FIRST].status == "protected"


def test_parity_that_is_damaged_is_told_and_made_anew(place: StorePlace) -> None:
    _protect(place)
    assert check_parity(place, "a/first") == ()
    kept = _files(place.parity)
    volume = next((place.parity / "a" / "first" / "v1").glob("*.vol*"))
    volume.write_bytes(volume.read_bytes()[:-1])
    [finding] = check_parity(place, "a/first")
    assert (finding.code, finding.file) == ("parity-damaged", f"v1/{volume.name}")
    assert _protect(place)[FIRST].status == "current"
    assert _protect(place, check=True)[FIRST].status == "protected"
    assert check_parity(place, "a/first") == ()
    assert _files(place.parity) == kept


@pytest.mark.parametrize("which", ["set.json", "checksums.sha512"])
def test_parity_whose_lists_are_damaged_is_made_anew(which: str, place: StorePlace) -> None:
    _protect(place)
    (place.parity / "other" / "v1" / which).write_bytes(os.urandom(100))
    assert [finding.code for finding in check_parity(place, "other")] == ["parity-damaged"]
    assert _protect(place, check=True)[OTHER].status == "protected"
    assert check_parity(place, "other") == ()


def test_a_damaged_package_fails_alone(place: StorePlace) -> None:
    (place.root / "other" / "v1" / "content" / "b.txt").write_bytes(b"damage")
    made = _protect(place)
    assert (made[FIRST].status, made[OTHER].status) == ("protected", "failed")
    assert [finding.code for finding in made[OTHER].findings] == ["parity-not-made"]
    assert not (place.parity / "other" / "v1").exists()


def test_a_package_is_named_by_identifier_or_path(place: StorePlace) -> None:
    assert list(_protect(place, "a/first")) == [FIRST]
    assert list(_protect(place, OTHER)) == [OTHER]
    [absent] = _protect(place, "urn:example:absent").values()
    assert (absent.status, [finding.code for finding in absent.findings]) == ("failed", ["package-not-in-store"])


def _run(command: Sequence[str], cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command, "protect", *words], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_command_says_what_it_made(place: StorePlace, archiver_command: list[str], tmp_path: Path) -> None:
    (tmp_path / "archiver.toml").write_text("[parity]\npercent = 20\n", encoding="ascii")
    done = _run(archiver_command, tmp_path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["package"], line["status"], line["versions"]) for line in lines] == [
        (FIRST, "protected", ["v1"]),
        (OTHER, "protected", ["v1"]),
    ]
    record = json.loads((place.parity / "other" / "v1" / "set.json").read_bytes())
    assert record["percent"] == 20
    again = _run(archiver_command, tmp_path)
    assert (again.returncode, again.stdout) == (0, "0 packages protected, 2 were already.\n")
    assert _run(archiver_command, tmp_path, "urn:example:absent").returncode == 1


def test_without_the_program_the_message_says_how_to_get_it(
    place: StorePlace, archiver_command: list[str], tmp_path: Path
) -> None:
    (tmp_path / "archiver.toml").write_text('[parity]\nprogram = "./absent/par2"\n', encoding="ascii")
    done = _run(archiver_command, tmp_path, "--store", str(place.root))
    assert done.returncode == 4
    assert "preservation-archiver[parity]" in done.stderr


def test_a_folder_that_is_no_store_is_said(archiver_command: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = _run(archiver_command, tmp_path, "--store", "empty")
    assert done.returncode in {2, 4}
    assert done.stderr.startswith("archiver: ")


def test_what_lies_ahead_is_what_is_read(place: StorePlace) -> None:
    told: list[int] = []
    request = ProtectRequest(
        place=place, tree=open_tree(str(place.root)), par2=find_par2(), percent=5, now=NOW, progress=told.append
    )
    ahead = bytes_to_protect(request)
    assert [one.status for one in protect(request, [FIRST])] == ["protected"]
    of_first = sum(told)
    assert bytes_to_protect(request) == ahead - of_first
    assert len(list(protect(request))) == 2
    assert sum(told) == ahead
    assert bytes_to_protect(request) == bytes_to_protect(request, ["urn:example:nowhere"]) == 0
