from __future__ import annotations

import errno
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.model import Severity
from archiver.steps.bags.extract import ExtractResult, extract_json, extract_payload
from archiver.steps.bags.making import BagSettings, make_bag
from archiver.storage.bag_checks.folder import FolderBag
from archiver.storage.extraction import CopyingBag
from tests.stories.trees import contents, touched

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
OLD = 1_000_000_000_123_456_789
FILES = {
    "letter.txt": b"A letter.\n",
    "box/50% off\nor more.txt": b"%\n",
    "box/été/z.bin": bytes(range(256)) * 9000,
    "box/zero": b"",
    "box/.keep": b"",
}


@dataclass(slots=True)
class Heard:
    """What an extraction told, and what happens meanwhile."""

    meanwhile: Callable[[], None] = lambda: None
    total: int = 0
    done: list[int] = field(default_factory=list)

    def begin(self, total: int) -> None:
        assert self.total == 0
        self.total = total

    def advance(self, count: int) -> None:
        self.meanwhile()
        self.done.append(count)
        assert sum(self.done) <= self.total


def bag_of(source: Path, place: Path, *algorithms: str) -> Path:
    """Make a bag of a folder."""
    asked = BagSettings(
        source=source,
        destination=place,
        configuration=Configuration(algorithms=algorithms or ("sha256", "sha512")),
        now=NOW,
    )
    assert make_bag(asked, Heard()).status == "bagged"
    return place


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with awkward but lawful names."""
    folder = tmp_path / "source"
    for path, data in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        os.utime(folder / path, ns=(OLD, OLD))
    return folder


@pytest.fixture
def bag(source: Path, tmp_path: Path) -> Path:
    """Return a bag of the folder."""
    return bag_of(source, tmp_path / "bag")


def errors(result: ExtractResult) -> list[tuple[str, str | None]]:
    """Return code and file of each error."""
    return [(one.code, one.file) for one in result.verdict.findings if one.severity is Severity.ERROR]


def files_of(folder: Path) -> dict[str, bytes]:
    """Return path -> bytes of each file below a folder."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_what_was_bagged_comes_out_again_and_the_bag_is_untouched(bag: Path, source: Path, tmp_path: Path) -> None:
    before = touched(bag)
    heard = Heard()
    result = extract_payload(bag, tmp_path / "new" / "out", heard)
    assert (result.status, result.files, result.bytes) == ("extracted", 5, sum(map(len, FILES.values())))
    assert result.verdict.valid
    assert contents(tmp_path / "new" / "out") == contents(source)
    assert {one.stat().st_mtime_ns for one in (tmp_path / "new" / "out").rglob("*") if one.is_file()} == {OLD}
    assert touched(bag) == before
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["out"]
    assert sum(heard.done) == heard.total > 0


@pytest.mark.parametrize("form", [".tar", ".tar.gz", ".zip"])
def test_archives_give_the_same(form: str, bag: Path, source: Path, tmp_path: Path) -> None:
    archive = tmp_path / f"bag{form}"
    if form == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for one in bag.rglob("*"):
                file.write(one, one.relative_to(tmp_path))
    else:
        with tarfile.open(archive, "w:gz" if form == ".tar.gz" else "w") as tar:
            tar.add(bag, "bag")
    heard = Heard()
    result = extract_payload(archive, tmp_path / "out", heard)
    assert (result.status, errors(result)) == ("extracted", [])
    assert contents(tmp_path / "out") == contents(source)
    assert sum(heard.done) == heard.total > 0
    if form != ".zip":  # which keeps a local time of nobody knows where
        times = {one.stat().st_mtime for one in (tmp_path / "out").rglob("*") if one.is_file()}
        assert times == {OLD // 1_000_000_000}


@pytest.mark.parametrize("time", [2**40, 2**62 - 1])
def test_a_time_that_no_disk_can_keep_is_left_out(time: int, bag: Path, source: Path, tmp_path: Path) -> None:
    def timed(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime = time
        return member

    with tarfile.open(tmp_path / "bag.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        tar.add(bag, "bag", filter=timed)
    assert extract_payload(tmp_path / "bag.tar", tmp_path / "out", Heard()).status == "extracted"
    assert contents(tmp_path / "out") == contents(source)


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0\\"), min_size=1, max_size=12).filter(
    lambda name: name not in {".", ".."}
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map(tuple), st.binary(max_size=40), min_size=1))
def test_any_tree_of_names_and_bytes_comes_out_as_it_went_in(tree: dict[tuple[str, ...], bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "source")
        source.mkdir()
        for path, data in tree.items():
            file = source.joinpath(*path)
            if not any(one.is_file() for one in (file, *file.parents)) and not file.is_dir():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        bag = bag_of(source, Path(place, "bag"), "md5", "sha512")
        assert extract_payload(bag, Path(place, "out"), Heard()).status == "extracted"
        assert contents(Path(place, "out")) == contents(source)


def spoil(bag: Path) -> set[str]:
    """Damage, remove and add one file each; return the paths of those that are sound."""
    (bag / "data" / "letter.txt").write_bytes(b"A lettER.\n")
    (bag / "data" / "box" / "zero").unlink()
    (bag / "data" / "box" / "new").write_bytes(b"new")
    return set(FILES) - {"letter.txt", "box/zero"}


def test_with_one_file_damaged_nothing_is_extracted_and_every_fault_is_named(bag: Path, tmp_path: Path) -> None:
    spoil(bag)
    result = extract_payload(bag, tmp_path / "out", Heard())
    assert (result.status, result.files, result.bytes) == ("failed", 0, 0)
    assert set(errors(result)) >= {
        ("bag-file-damaged", "data/letter.txt"),
        ("bag-file-missing", "data/box/zero"),
        ("bag-file-unlisted", "data/box/new"),
    }
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bag", "source"]


def test_what_is_sound_is_extracted_on_request(bag: Path, tmp_path: Path) -> None:
    sound = spoil(bag)
    result = extract_payload(bag, tmp_path / "out", Heard(), keep_sound=True)
    assert result.status == "partly extracted"
    assert set(files_of(tmp_path / "out")) == sound
    assert ("bag-file-damaged", "data/letter.txt") in errors(result)
    assert extract_json(result)["extracted_files"] == result.files == len(sound)


def test_of_a_bag_without_one_sound_file_nothing_is_made(source: Path, tmp_path: Path) -> None:
    for path in list(source.rglob("*"))[::-1]:
        if path.is_file() and path.name != "letter.txt":
            path.unlink()
    bag = bag_of(source, tmp_path / "bag")
    (bag / "data" / "letter.txt").write_bytes(b"A lettER.\n")
    result = extract_payload(bag, tmp_path / "out", Heard(), keep_sound=True)
    assert (result.status, (tmp_path / "out").exists()) == ("failed", False)


def test_a_file_that_one_manifest_does_not_list_is_sound_if_the_other_says_so(bag: Path, tmp_path: Path) -> None:
    manifest = bag / "manifest-sha256.txt"
    lines = manifest.read_text(encoding="utf-8").splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if "letter" not in line), encoding="utf-8")
    assert extract_payload(bag, tmp_path / "out", Heard()).status == "failed"
    result = extract_payload(bag, tmp_path / "out", Heard(), keep_sound=True)
    assert ("bag-manifest-incomplete", "data/letter.txt") in errors(result)
    assert set(files_of(tmp_path / "out")) == set(FILES)


def test_a_file_that_breaks_off_while_it_is_read_is_not_among_the_sound_ones(bag: Path, tmp_path: Path) -> None:
    archive = tmp_path / "bag.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for one in sorted(bag.rglob("*")):
            file.write(one, one.relative_to(tmp_path))
        place = file.getinfo("bag/data/box/été/z.bin")
    data = bytearray(archive.read_bytes())
    middle = place.header_offset + place.compress_size // 2
    data[middle : middle + 64] = b"\xff" * 64
    archive.write_bytes(data)
    result = extract_payload(archive, tmp_path / "out", Heard(), keep_sound=True)
    assert ("bag-file-unreadable", "data/box/été/z.bin") in errors(result)
    assert result.status == "partly extracted"
    assert set(files_of(tmp_path / "out")) == set(FILES) - {"box/été/z.bin"}


def test_links_and_unsafe_paths_make_nothing(bag: Path, tmp_path: Path) -> None:
    (bag / "data" / "link").symlink_to(tmp_path / "source")
    for manifest in bag.glob("manifest-*"):
        with manifest.open("a", encoding="utf-8") as file:
            file.write(f"{'0' * (64 if '256' in manifest.name else 128)}  data/../../evil\n")
    result = extract_payload(bag, tmp_path / "out", Heard(), keep_sound=True)
    assert {"bag-symbolic-link", "bag-path-unsafe"} <= {code for code, _ in errors(result)}
    assert set(files_of(tmp_path / "out")) == set(FILES)
    assert not any(one.is_symlink() for one in (tmp_path / "out").rglob("*"))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bag", "out", "source"]


def test_a_name_that_the_disk_takes_for_another_is_never_written_over(bag: Path, tmp_path: Path) -> None:
    # As on a disk that folds case: what stands under the name already is not this file's.
    folder = tmp_path / "payload"
    (folder / "box").mkdir(parents=True)
    (folder / "letter.txt").write_bytes(b"other")
    with FolderBag(bag) as container:
        copying = CopyingBag(container, folder)
        for path in ("data/letter.txt", "data/box/zero"):
            assert b"".join(copying.read(path)) == FILES[path.removeprefix("data/")]
    assert [(one.code, one.file) for one in copying.findings] == [
        ("extract-names-collide", "data/letter.txt"),
        ("extract-names-collide", "data/box/zero"),
    ]
    assert (copying.copied, (folder / "letter.txt").read_bytes()) == ({}, b"other")


def test_what_does_not_read_back_is_not_published(bag: Path, tmp_path: Path) -> None:
    def spoil_copy() -> None:
        for copy in (tmp_path / "to").glob(".archiver-staging/*/payload/box/été/z.bin"):
            with copy.open("r+b") as file:
                file.write(b"!")

    result = extract_payload(bag, tmp_path / "to" / "out", Heard(meanwhile=spoil_copy))
    assert errors(result) == [("extract-not-read-back", None), ("bag-file-damaged", "data/box/été/z.bin")]
    assert (result.status, list((tmp_path / "to").iterdir())) == ("failed", [])


def test_a_disk_that_refuses_is_a_finding_about_the_destination(
    bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("archiver.storage.extraction.write_all", refuse)
    result = extract_payload(bag, tmp_path / "out", Heard(), keep_sound=True)
    assert (result.status, errors(result)) == ("failed", [("disk-full", None)])
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bag", "source"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none", "out"), "there is no bag none"),
        (("bag", "source"), "source exists already"),
        (("bag", "bag/out"), "inside the source"),
        (("bag", "bag/bagit.txt/out"), "no folder"),
        (("bag", "out/.."), "names no new folder"),
    ],
)
def test_places_that_cannot_be(bag: Path, tmp_path: Path, words: tuple[str, str], said: str) -> None:
    before = contents(bag.parent)
    with pytest.raises(UsageError) as caught:
        extract_payload(tmp_path / words[0], Path(f"{tmp_path}/{words[1]}"), Heard())
    assert said.replace("bag none", f"bag {tmp_path}/none") in str(caught.value)
    assert contents(bag.parent) == before


def test_what_is_no_bag_has_nothing_to_extract(source: Path, tmp_path: Path) -> None:
    result = extract_payload(source, tmp_path / "out", Heard())
    assert (result.status, errors(result)) == ("failed", [("not-a-bag", None)])
