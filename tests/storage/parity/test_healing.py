"""Damage within what a set can carry is healed to the byte; beyond, nothing is given back and the lack is told."""

from __future__ import annotations

import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from archiver.errors import FindingsError
from archiver.storage.parity.checking import check_set, read_set
from archiver.storage.parity.protecting import make_set
from archiver.storage.stores.tree import open_tree
from tests.storage.parity.conftest import Protected, version_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

BLOCK = 4096


def _contents(seed: int, sizes: list[int]) -> dict[str, bytes]:
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    return {f"v1/content/{number:03d}.bin": chance.randbytes(size) for number, size in enumerate(sizes)}


def _damaged(protected: Protected) -> set[str]:
    lost = set()
    for path, content in protected.contents.items():
        file = protected.object / path
        if not file.exists() or file.read_bytes() != content:
            lost.add(path)
    return lost


def _corrupt(file: Path, chance: random.Random) -> None:
    """Do one of the things that happen to files."""
    size = file.stat().st_size
    match chance.choice(["bit", "zeros", "cut", "gone", "longer"]):
        case "bit" if size:
            with file.open("r+b") as opened:
                at = chance.randrange(size)
                opened.seek(at)
                value = opened.read(1)[0]
                opened.seek(at)
                opened.write(bytes([value ^ 1 << chance.randrange(8)]))
        case "zeros":
            file.write_bytes(bytes(size))
        case "cut" if size:
            with file.open("r+b") as opened:
                opened.truncate(chance.randrange(size))
        case "longer":
            with file.open("ab") as opened:
                opened.write(b"more")
        case _:
            file.unlink()


@pytest.mark.parametrize("seed", range(12))
def test_any_damage_within_capacity_is_healed_to_the_byte(
    seed: int, protect: Callable[..., Protected], tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    sizes = [chance.choice([0, 1, 100, 3000, 4096, 9000]) for _ in range(chance.randrange(20, 120))]
    protected = protect(_contents(seed, sizes), percent=20)
    capacity = protected.record.shards[0].recovery_blocks
    paths = list(protected.contents)
    # A file of n bytes lies in at most n / 4096 + 2 blocks.
    while capacity >= 5 and paths:
        path = paths.pop(chance.randrange(len(paths)))
        capacity -= len(protected.contents[path]) // BLOCK + 2
        if capacity >= 0:
            _corrupt(protected.object / path, chance)
    damaged = _damaged(protected)
    healing = protected.heal(damaged, tmp_path / "scratch")
    assert healing.losses == ()
    assert {path: file.read_bytes() for path, file in healing.healed.items()} == {
        path: protected.contents[path] for path in damaged
    }


def test_beyond_capacity_nothing_is_given_back_and_the_lack_is_told(
    protect: Callable[..., Protected], tmp_path: Path
) -> None:
    protected = protect(_contents(1, [BLOCK] * 100))
    lost = sorted(protected.contents)[:25]
    for path in lost:
        (protected.object / path).unlink()
    before = sorted(protected.object.rglob("*"))
    healing = protected.heal(lost, tmp_path / "scratch")
    assert healing.healed == {}
    [loss] = healing.losses
    assert (loss.recovery_blocks, loss.repair.blocks_missing) == (5, 20)
    assert loss.files == tuple(lost)
    assert sorted(protected.object.rglob("*")) == before


def test_each_shard_is_healed_by_itself_and_a_file_may_lie_in_several(
    protect: Callable[..., Protected], tmp_path: Path
) -> None:
    protected = protect(_contents(2, [50_000, 300_000, 20_000, 200_000]), largest=100_000)
    assert len(protected.record.shards) == 6
    whole, spread = "v1/content/000.bin", "v1/content/001.bin"
    (protected.object / whole).unlink()  # 13 blocks of the first shard, which carries 2
    for at in (150_000, 250_000):
        with (protected.object / spread).open("r+b") as file:
            file.seek(at)
            file.write(b"damage")
    healing = protected.heal([whole, spread], tmp_path / "scratch")
    assert [loss.shard for loss in healing.losses] == ["shard-1"]
    assert list(healing.healed) == []  # the first shard holds the beginning of the second file, too
    (protected.object / whole).write_bytes(protected.contents[whole])
    healing = protected.heal([spread], tmp_path / "again")
    assert healing.healed[spread].read_bytes() == protected.contents[spread]


def test_files_without_bytes_are_made_again(protect: Callable[..., Protected], tmp_path: Path) -> None:
    protected = protect({"v1/content/a": b"", "v1/content/b": b""})
    assert protected.record.shards == ()
    healing = protected.heal(["v1/content/b"], tmp_path / "scratch")
    assert healing.healed["v1/content/b"].read_bytes() == b""


@pytest.mark.parametrize("which", ["shard-1.par2", "shard-1.vol0+6.par2"])
@pytest.mark.parametrize("how", ["gone", "zeros", "head"])
def test_parity_that_is_damaged_itself_heals_what_it_still_can(
    which: str, how: str, protect: Callable[..., Protected], tmp_path: Path
) -> None:
    protected = protect(_contents(3, [BLOCK] * 120))
    file = protected.set / which
    content = file.read_bytes()
    damaged = {"gone": None, "zeros": bytes(len(content)), "head": bytes(200) + content[200:]}[how]
    file.unlink() if damaged is None else file.write_bytes(damaged)
    assert {finding.code for finding in check_set(protected.set)} == {"parity-damaged"}
    lost = "v1/content/007.bin"
    (protected.object / lost).unlink()
    healing = protected.heal([lost], tmp_path / "scratch")
    if which == "shard-1.par2" or how == "head":
        assert healing.healed[lost].read_bytes() == protected.contents[lost]
    else:
        assert healing.healed == {}
        assert healing.losses[0].repair.blocks_missing == 1


def test_plain_par2_alone_gives_the_bytes_back(protect: Callable[..., Protected], tmp_path: Path) -> None:
    protected = protect(_contents(4, [5000] * 40))
    (protected.object / "v1/content/003.bin").unlink()
    by_hand = tmp_path / "by hand"
    by_hand.mkdir()
    for file in protected.set.glob("shard-1*"):
        shutil.copy(file, by_hand)
    record = read_set(protected.set)
    assert record is not None
    files = [protected.object / file.path for file in record.files]
    (by_hand / "shard-1").write_bytes(b"".join(file.read_bytes() for file in files if file.exists()))
    command = [protected.par2.executable, "repair", "-q", "shard-1.par2"]
    subprocess.run(command, cwd=by_hand, check=True, capture_output=True)
    assert (by_hand / "shard-1").read_bytes() == b"".join(protected.contents.values())


def test_a_set_is_not_made_of_damage(protect: Callable[..., Protected], tmp_path: Path) -> None:
    contents = _contents(5, [100, 200, 300])
    protected = protect(contents)
    before = _bytes(protected.set)
    (protected.object / "v1/content/001.bin").write_bytes(b"x" * 200)
    (protected.object / "v1/content/002.bin").unlink()
    (protected.object / "v1/content/002.bin").write_bytes(b"")
    tree = open_tree(str(tmp_path / "store"))
    with pytest.raises(FindingsError) as raised:
        make_set(tree, "object", version_folder(contents), protected.set, par2=protected.par2, percent=9)
    assert [finding.code for finding in raised.value.findings] == ["parity-not-made"] * 2
    assert _bytes(protected.set) == before
    assert [path.name for path in protected.set.parent.iterdir()] == ["v1"]


def test_a_set_replaces_the_one_before(protect: Callable[..., Protected]) -> None:
    contents = _contents(6, [5000] * 50)
    few = protect(contents).record.shards[0].recovery_blocks
    again = protect(contents, percent=20)
    assert again.record.shards[0].recovery_blocks > few
    assert read_set(again.set) == again.record
    assert list(check_set(again.set)) == []


def _bytes(folder: Path) -> Mapping[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}
