from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from archiver.errors import UsageError
from archiver.storage.bag_checks.unfinished import UPDATE_FOLDER
from archiver.storage.bag_reader import verify_bag
from archiver.storage.bag_update import LIST, apply, finish, is_unfinished, stage
from archiver.storage.durable import staging_area
from tests.storage.test_bag_reader import errors, make_bag
from tests.stories.trees import contents


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """Return a bag with one manifest of an algorithm that is to go."""
    return make_bag(tmp_path / "bag", algorithms=("md5",))


@pytest.fixture
def new_tags(tmp_path: Path) -> dict[str, bytes]:
    """Return the tag files of the same payload with another algorithm."""
    other = make_bag(tmp_path / "other", algorithms=("sha512",))
    return {one.name: one.read_bytes() for one in sorted(other.iterdir()) if one.is_file()}


GONE = ("manifest-md5.txt", "tagmanifest-md5.txt")


def test_a_set_of_tag_files_takes_the_place_of_another(bag: Path, new_tags: dict[str, bytes]) -> None:
    with staging_area(bag) as staging:
        apply(bag, stage(staging, new_tags, GONE), staging)
    assert not is_unfinished(bag)
    assert contents(bag) == contents(bag.parent / "other")


def test_every_step_may_be_the_last_and_the_next_run_takes_the_others(
    bag: Path, new_tags: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CutOffError(Exception):
        pass

    steps = 0
    real = {"replace": Path.replace, "unlink": Path.unlink}

    def counted(name: str, last: int) -> object:
        def step(*words: object, **more: object) -> None:
            nonlocal steps
            if steps == last:
                raise CutOffError
            steps += 1
            real[name](*words, **more)  # type: ignore[operator]

        return step

    for last in range(100):
        place = tmp_path / "copy"
        shutil.copytree(bag, place)
        steps = 0
        with staging_area(place) as staging, monkeypatch.context() as patched:
            for name in real:
                patched.setattr(Path, name, counted(name, last))
            try:
                apply(place, stage(staging, new_tags, GONE), staging)
            except CutOffError:
                patched.undo()
                # Whatever stands there agrees with the payload: only that it is unfinished is wrong with it.
                assert errors(verify_bag(place)) == ["bag-update-unfinished"], last
                finish(place, staging)
        assert contents(place) == contents(bag.parent / "other"), last
        shutil.rmtree(place)
        if steps < last:
            break
    assert steps == 8  # two tag manifests away, four files in place, the old manifest away, the old tag manifest again


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"+bagit.txt",
        b"+../bagit.txt\n",
        b"+data/a.txt\n",
        b"+bagit.txt\n-data/a.txt\n",
        b"+bagit.txt\n-bagit.txt\n",
        b"+bagit.txt\n-manifest-/../a.txt\n",
        b"+bagit.txt\n-notes.txt\n",
        b"-manifest-md5.txt\n",
        b"bagit.txt\n",
        b"+bagit.txt\n" * 10_000,
        b"\xff\n",
    ],
)
def test_a_stranger_s_list_moves_and_removes_nothing(bag: Path, lines: bytes) -> None:
    (bag / UPDATE_FOLDER).mkdir()
    (bag / UPDATE_FOLDER / "bagit.txt").write_bytes(b"x")
    (bag / UPDATE_FOLDER / LIST).write_bytes(lines)
    before = contents(bag)
    with staging_area(bag) as staging, pytest.raises(UsageError, match="not what an update leaves behind"):
        finish(bag, staging)
    assert contents(bag) == before


def test_no_link_is_followed_and_no_pipe_waited_for(bag: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / LIST).write_bytes(b"+bagit.txt\n")
    (outside / "bagit.txt").write_bytes(b"x")
    (bag / UPDATE_FOLDER).symlink_to(outside)
    with staging_area(bag) as staging:
        with pytest.raises(UsageError):
            finish(bag, staging)
        (bag / UPDATE_FOLDER).unlink()
        (bag / UPDATE_FOLDER).mkdir()
        (bag / UPDATE_FOLDER / LIST).symlink_to(outside / LIST)
        with pytest.raises((UsageError, OSError)):
            finish(bag, staging)
        (bag / UPDATE_FOLDER / LIST).unlink()
        os.mkfifo(bag / UPDATE_FOLDER / LIST)
        with pytest.raises((UsageError, OSError)):
            finish(bag, staging)
    assert (outside / "bagit.txt").exists()


@pytest.mark.parametrize(("new", "gone"), [("data/x", "manifest-md5.txt"), ("bagit.txt", "data/x")])
def test_other_names_are_never_staged(bag: Path, new: str, gone: str) -> None:
    with staging_area(bag) as staging, pytest.raises(ValueError, match="no names of tag files"):
        stage(staging, {new: b""}, [gone])
