from __future__ import annotations

import dataclasses
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.steps.bags.labels import bag_labels, label_from_option, labels_from_file
from archiver.steps.bags.making import BagResult, BagSettings, make_bag
from archiver.storage.bag_reader import verify_bag
from tests.judges.verdict import JudgeResult
from tests.stories.trees import contents, touched

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
OLD = 1_000_000_000_123_456_789


@dataclass(slots=True)
class Heard:
    """What a bag in the making told, and what happens meanwhile."""

    meanwhile: Callable[[], None] = lambda: None
    total: int | None = None
    done: list[int] = field(default_factory=list)

    def begin(self, total: int) -> None:
        assert self.total is None
        self.total = total

    def advance(self, count: int) -> None:
        assert self.total is not None
        self.meanwhile()
        self.done.append(count)
        assert sum(self.done) <= self.total


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with awkward but lawful names."""
    folder = tmp_path / "source"
    for path, data in {
        "letter.txt": b"A letter.\n",
        "box 3/50% off\nor more.txt": b"%\n",
        "box 3/été/z.bin": bytes(range(256)) * 9000,
        "box 3/zero": b"",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        os.utime(folder / path, ns=(OLD, OLD))
    return folder


@pytest.fixture
def asked(tmp_path: Path, source: Path) -> BagSettings:
    """Return settings, to be changed with ``dataclasses.replace``."""
    return BagSettings(
        source=source,
        destination=tmp_path / "out" / "bag",
        configuration=Configuration(algorithms=("sha256", "sha512")),
        now=NOW,
    )


def make(asked: BagSettings, **changes: object) -> BagResult:
    """Make a bag with changed settings."""
    return make_bag(dataclasses.replace(asked, **changes), Heard())  # type: ignore[arg-type]  # fields of the settings


def codes(result: BagResult) -> list[tuple[str, str | None]]:
    """Return code and file of each finding."""
    return [(one.code, one.file) for one in result.findings]


def names_in(folder: Path) -> list[str]:
    """Return the names of a folder's entries."""
    return sorted(entry.name for entry in folder.iterdir())


def payload(folder: Path) -> dict[str, bytes]:
    """Return path -> bytes of each file below a folder."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_bag_holds_what_the_source_holds_and_the_source_is_untouched(asked: BagSettings) -> None:
    before = touched(asked.source)
    result = make(asked)
    assert (result.status, result.files, result.algorithms) == ("bagged", 4, ("sha256", "sha512"))
    assert payload(asked.destination / "data") == payload(asked.source)
    assert touched(asked.source) == before
    verdict = verify_bag(asked.destination)
    assert (verdict.valid, verdict.files, verdict.bytes) == (True, 4, result.bytes)
    assert verdict.algorithms == ("sha256", "sha512")
    assert names_in(asked.destination.parent) == ["bag"]


def test_times_of_modification_are_kept(asked: BagSettings) -> None:
    make(asked)
    times = {one.stat().st_mtime_ns for one in (asked.destination / "data").rglob("*") if one.is_file()}
    assert times == {OLD}


def test_the_same_source_gives_the_same_bytes(asked: BagSettings, tmp_path: Path) -> None:
    make(asked)
    make(asked, destination=tmp_path / "other")
    assert contents(asked.destination) == contents(tmp_path / "other")


def test_progress_counts_copying_and_reading_back_and_ends_at_its_total(asked: BagSettings) -> None:
    heard = Heard()
    result = make_bag(asked, heard)
    assert heard.total == 2 * result.bytes == sum(heard.done)


def test_bagit_python_agrees(asked: BagSettings, bagit_judge: Callable[[Path], JudgeResult]) -> None:
    (asked.source / "box 3" / "50% off\nor more.txt").unlink()  # which it does not decode as RFC 8493 asks
    result = make(asked, labels=(("Contact-Name", "Jane\nDoe"), ("X-Note", "ünï: 1")), cross_check=True)
    assert result.second_opinion is not None
    assert result.second_opinion.endswith(": valid")
    assert bagit_judge(asked.destination).passed


def test_bagit_python_is_asked_on_request_alone(asked: BagSettings) -> None:
    result = make(asked)
    assert (result.status, result.second_opinion) == ("bagged", None)
    assert "second-opinion-not-run" not in {one.code for one in result.findings}


def test_where_bagit_python_is_wrong_it_is_not_asked(asked: BagSettings) -> None:
    result = make(asked, cross_check=True)
    assert result.second_opinion is not None
    assert result.second_opinion.endswith(": not-run")
    assert "second-opinion-not-run" in {one.code for one in result.findings}


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0\\"), min_size=1, max_size=12).filter(
    lambda name: name not in {".", ".."} and not name.startswith("~")
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map(tuple), st.binary(max_size=40), min_size=1))
def test_any_tree_of_names_and_bytes_becomes_a_valid_bag(tree: dict[tuple[str, ...], bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        source, bag = Path(place, "source"), Path(place, "bag")
        source.mkdir()
        for path, data in tree.items():
            file = source.joinpath(*path)
            if not any(one.is_file() for one in (file, *file.parents)) and not file.is_dir():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        before = touched(source)
        configuration = Configuration(algorithms=("md5", "sha512"))
        asked = BagSettings(source=source, destination=bag, configuration=configuration, now=NOW)
        result = make_bag(asked, Heard())
        if any(one.code == "name-unsafe" for one in result.findings):
            assert (result.status, bag.exists()) == ("failed", False)
        else:
            assert result.status == "bagged", result.findings
            assert verify_bag(bag).valid
            assert payload(bag / "data") == payload(source)
        assert touched(source) == before


def test_links_devices_and_names_that_are_no_utf8_are_all_named_and_nothing_is_made(asked: BagSettings) -> None:
    (asked.source / "link").symlink_to("letter.txt")
    (asked.source / "box 3" / "to nowhere").symlink_to("/nowhere")
    os.mkfifo(asked.source / "pipe")
    with socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind(str(asked.source / "s"))
    (asked.source / os.fsdecode(b"caf\xe9")).write_bytes(b"x")
    result = make(asked)
    assert result.status == "failed"
    assert {one for one in codes(result) if one[0] not in {"empty-file", "name-hidden-characters"}} == {
        ("symbolic-link", "link"),
        ("symbolic-link", "box 3/to nowhere"),
        ("special-file", "pipe"),
        ("special-file", "s"),
        ("name-not-utf8", "caf\\xe9"),
    }
    assert not asked.destination.parent.exists()


def test_an_empty_folder_is_reported_or_kept(asked: BagSettings, tmp_path: Path) -> None:
    (asked.source / "a" / "b\tc").mkdir(parents=True)
    result = make(asked)
    assert ("empty-folder", "a/b\\x09c") in codes(result)
    assert not (asked.destination / "data" / "a").exists()
    kept = make(asked, destination=tmp_path / "kept", keep_empty_folders=True)
    assert ("empty-folder-kept", "a/b\\x09c") in codes(kept)
    assert "empty-folder" not in {one.code for one in kept.findings}
    assert (tmp_path / "kept" / "data" / "a" / "b\tc" / ".keep").read_bytes() == b""
    assert kept.files == 5
    assert verify_bag(tmp_path / "kept").valid
    assert list((asked.source / "a" / "b\tc").iterdir()) == []


def test_system_files_are_reported_or_left_out(asked: BagSettings, tmp_path: Path) -> None:
    (asked.source / "d").mkdir()
    for name in (".DS_Store", "box 3/THUMBS.DB", "d/desktop.ini"):
        (asked.source / name).write_bytes(b"x")
    result = make(asked)
    assert [one[1] for one in codes(result) if one[0] == "system-file"] == [
        ".DS_Store",
        "box 3/THUMBS.DB",
        "d/desktop.ini",
    ]
    assert result.files == 7
    without = make(asked, destination=tmp_path / "without", exclude_system_files=True)
    assert [one[0] for one in codes(without)].count("system-file-excluded") == 3
    assert ("empty-folder", "d") in codes(without)  # nothing of it is left
    assert set(payload(tmp_path / "without" / "data")) == set(payload(asked.source)) - {
        ".DS_Store",
        "box 3/THUMBS.DB",
        "d/desktop.ini",
    }


def test_a_source_with_nothing_for_a_bag_is_an_error(asked: BagSettings, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    for _ in range(2):  # once empty, once with what is left out
        result = make(asked, source=tmp_path / "nothing", exclude_system_files=True)
        assert result.status == "failed"
        assert [one.code for one in result.findings if one.severity == "error"] == ["source-empty"]
        (tmp_path / "nothing" / "Thumbs.db").touch()


def test_names_that_windows_refuses_are_warned_of_once_each(asked: BagSettings) -> None:
    for path in ("aux/1", "aux/2", "what?.txt", "end.", "x" * 200 + "/" + "y" * 40):
        (asked.source / path).parent.mkdir(exist_ok=True)
        (asked.source / path).write_bytes(b"x")
    found = {one[1]: 0 for one in codes(make(asked)) if one[0] == "name-not-portable"}
    assert set(found) == {"aux", "what?.txt", "end.", "x" * 200 + "/" + "y" * 40}
    (asked.source / "LETTER.TXT").write_bytes(b"x")
    other = make(asked, destination=asked.destination.parent / "other")
    assert ("names-collide", "letter.txt") in codes(other)


def test_every_file_that_went_away_is_named(asked: BagSettings) -> None:
    def remove() -> None:
        for name in ("letter.txt", "box 3/zero"):
            (asked.source / name).unlink(missing_ok=True)

    result = make_bag(asked, Heard(meanwhile=remove))
    assert [one for one in codes(result) if one[0] == "unreadable-file"] == [
        ("unreadable-file", "box 3/zero"),
        ("unreadable-file", "letter.txt"),
    ]
    assert result.status == "failed"
    assert names_in(asked.destination.parent) == []


def test_a_file_that_is_written_to_meanwhile_is_not_bagged(asked: BagSettings) -> None:
    def append() -> None:
        with (asked.source / "letter.txt").open("ab") as file:
            file.write(b"more\n")

    result = make_bag(asked, Heard(meanwhile=append))
    assert ("file-changed-while-read", "letter.txt") in codes(result)
    assert not asked.destination.exists()


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
@pytest.mark.parametrize("meanwhile", [False, True])
def test_what_is_at_the_destination_is_never_replaced(asked: BagSettings, kind: str, *, meanwhile: bool) -> None:
    def appear() -> None:
        if not os.path.lexists(asked.destination):
            asked.destination.parent.mkdir(exist_ok=True)
            if kind == "folder":
                asked.destination.mkdir()
            elif kind == "file":
                asked.destination.write_bytes(b"mine")
            else:
                asked.destination.symlink_to("nowhere")

    heard = Heard(meanwhile=appear) if meanwhile else Heard()
    if not meanwhile:
        appear()
    with pytest.raises(UsageError, match="exists already and was not touched"):
        make_bag(asked, heard)
    assert names_in(asked.destination.parent) == ["bag"]
    assert not asked.destination.is_dir() or not names_in(asked.destination)


@pytest.mark.parametrize("inside", ["bag", "box 3/new/bag"])
def test_a_destination_inside_the_source_is_refused(asked: BagSettings, tmp_path: Path, inside: str) -> None:
    before = touched(asked.source)
    (tmp_path / "alias").symlink_to(asked.source)
    for root in (asked.source, tmp_path / "alias", asked.source / "box 3" / ".."):
        with pytest.raises(UsageError, match="inside the source"):
            make(asked, destination=root / inside)
    assert touched(asked.source) == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "exists already"),
        ("source/letter.txt/bag", "is no folder"),
        ("none/..", "names no new folder"),
        (os.fsdecode(b"b\xe9"), "is not UTF-8"),
    ],
)
def test_a_destination_that_cannot_be_is_refused(asked: BagSettings, tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        make(asked, destination=tmp_path / name)


@pytest.mark.parametrize("name", ["none", "source/letter.txt", "loop"])
def test_a_source_that_is_no_folder_is_refused(asked: BagSettings, tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError):
        make(asked, source=tmp_path / name)
    assert not asked.destination.parent.exists()


def test_a_bag_that_cannot_fit_is_not_begun(asked: BagSettings) -> None:
    with (asked.source / "huge").open("wb") as file:
        file.truncate(8 << 40)  # a hole: it takes no room itself
    result = make(asked)
    (finding,) = [one for one in result.findings if one.severity == "error"]
    assert finding.code == "disk-full"
    assert "bytes short of the 8,79" in finding.message
    assert not asked.destination.exists()


def test_labels_say_who_what_and_when(asked: BagSettings) -> None:
    archive = Configuration(name="Town Archive", contact_name="Jane Doe", algorithms=("sha512",))
    given = (("External-Identifier", "MS 42"), ("contact-name", "Joe"), ("Bagging-Date", "1999-01-01"), ("X", "1\n2"))
    result = make(asked, configuration=archive, labels=given)
    text = (asked.destination / "bag-info.txt").read_text(encoding="utf-8")
    assert text.splitlines()[:6] == [
        "Source-Organization: Town Archive",
        "External-Identifier: MS 42",
        "contact-name: Joe",
        "X: 1",
        "  2",
        "Bagging-Date: 2023-11-14",
    ]
    assert text.count("Payload-Oxum: 2304012.4\n") == 1
    assert "Bag-Size: 2.3 MB\n" in text
    assert "Jane" not in text
    assert ("bag-info-recomputed", "bag-info.txt") in codes(result)
    assert verify_bag(asked.destination).valid


def test_labels_are_read_from_a_file() -> None:
    text = "\ufeffExternal-Description: long\r\n  and longer\r\nX: 1\nX: 2\n"
    assert labels_from_file(text.encode(), "f") == (
        ("External-Description", "long\nand longer"),
        ("X", "1"),
        ("X", "2"),
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"X: \xff", "byte 3 is not UTF-8"),
        (b"no label\nX: 1\nnor here\n", "line 1: .*line 3: "),
        (b" goes on\n", "no label stands before it"),
        (b"a\x1bb: 1\n", "control or direction-changing"),
    ],
)
def test_a_file_of_labels_that_is_none_is_refused_with_every_line(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        labels_from_file(data, "f")


@pytest.mark.parametrize("text", ["X", "=1", "X=", "X= ", "a:b=1", "a\nb=1", "\udcff=1", "x=\udcff", "a\tb=1"])
def test_an_option_that_is_no_label_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--bag-info "):
        label_from_option(text)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_no_option_can_forge_a_label(label: str, value: str) -> None:
    try:
        given_label = label_from_option(f"{label}={value}")
    except UsageError:
        return
    labels = bag_labels((given_label,), Configuration(), NOW, 0)
    assert [one[0] for one in labels].count("Bagging-Date") == 1
