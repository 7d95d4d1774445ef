from __future__ import annotations

import codecs
import dataclasses
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.errors import UsageError
from archiver.model import Severity
from archiver.steps.bags.revision import UpdateSettings
from archiver.steps.bags.update import UpdateResult, update_bag
from archiver.storage.bag_checks.unfinished import UPDATE_FOLDER
from archiver.storage.bag_reader import verify_bag
from archiver.storage.bag_update import stage
from archiver.storage.durable import staging_area
from tests.judges.verdict import JudgeResult
from tests.steps.bags.test_extract import Heard, bag_of
from tests.storage.test_bag_reader import FILES, make_bag, seal
from tests.stories.trees import contents, touched

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
INFO = "Source-Organization: Town\r\nX-Note:  kept \r\n  as it is\r\nX-Note: twice\r\nPayload-Oxum: 262.3\r\n"


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """Return a valid bag with one weak manifest and a tag file of its own."""
    folder = make_bag(tmp_path / "bag", algorithms=("md5",), info=INFO)
    (folder / "notes.txt").write_bytes(b"A note.\n")
    return folder


def update(bag: Path, **changes: object) -> UpdateResult:
    """Update a bag with changed settings."""
    asked = dataclasses.replace(UpdateSettings(bag=bag, now=NOW), **changes)  # type: ignore[arg-type]  # its fields
    heard = Heard()
    result = update_bag(asked, heard)
    assert sum(heard.done) == heard.total or result.status == "failed"
    return result


def errors(result: UpdateResult) -> list[tuple[str, str | None]]:
    """Return code and file of each error."""
    return [(one.code, one.file) for one in result.findings if one.severity is Severity.ERROR]


def tag_names(bag: Path) -> list[str]:
    """Return the names beside ``data``."""
    return sorted(one.name for one in bag.iterdir() if one.name != "data")


def test_a_stronger_algorithm_is_added_and_the_payload_left_alone(
    bag: Path, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    before = touched(bag / "data")
    result = update(bag, algorithms=("sha512",))
    assert (result.status, errors(result), result.algorithms) == ("updated", [], ("md5", "sha512"))
    assert touched(bag / "data") == before
    assert tag_names(bag) == [
        *("bag-info.txt", "bagit.txt", "manifest-md5.txt", "manifest-sha512.txt"),
        *("notes.txt", "tagmanifest-md5.txt", "tagmanifest-sha512.txt"),
    ]
    assert verify_bag(bag).valid
    assert bagit_judge(bag).passed
    assert b"  notes.txt\n" in (bag / "tagmanifest-sha512.txt").read_bytes()
    assert update(bag, algorithms=("sha512",)).status == "current"


def test_bag_info_keeps_its_lines_and_gets_what_this_run_knows(bag: Path) -> None:
    update(bag, algorithms=("sha256",), labels=(("Contact-Name", "Jane"), ("Bag-Size", "huge")))
    assert (bag / "bag-info.txt").read_bytes().decode() == (
        "Source-Organization: Town\r\nX-Note:  kept \r\n  as it is\r\nX-Note: twice\r\nPayload-Oxum: 262.3\n"
        "Contact-Name: Jane\nBagging-Date: 2023-11-14\nBag-Size: 262 B\n"
        "Bag-Software-Agent: Archiver 0.1.0 (preservation-archiver)\n"
    )


def test_nothing_to_do_writes_nothing(bag: Path) -> None:
    update(bag, algorithms=("sha256",))
    before = touched(bag)
    assert update(bag).status == "current"
    assert touched(bag) == before


def test_added_files_are_taken_in(bag: Path, bagit_judge: Callable[[Path], JudgeResult]) -> None:
    (bag / "data" / "new").mkdir()
    (bag / "data" / "new" / "été.txt").write_bytes(b"new")
    result = update(bag)
    assert (result.status, result.added, result.files, result.bytes) == ("updated", ("data/new/été.txt",), 4, 265)
    assert verify_bag(bag).valid
    assert bagit_judge(bag).passed


def test_a_tag_file_that_is_new_is_listed_too(bag: Path) -> None:
    assert b"notes.txt" not in (bag / "tagmanifest-md5.txt").read_bytes()
    result = update(bag)
    assert (result.status, result.added) == ("updated", ())
    assert [one.file for one in result.findings if one.code == "bag-update-added"] == ["notes.txt"]
    assert b"  notes.txt\n" in (bag / "tagmanifest-md5.txt").read_bytes()
    assert verify_bag(bag).valid
    assert update(bag).status == "current"


@pytest.mark.parametrize("accept", [(), ("changed",), ("missing",)])
def test_what_was_changed_or_is_missing_must_be_accepted(bag: Path, accept: tuple[str, ...]) -> None:
    (bag / "data" / "a.txt").write_bytes(b"ALPHA\n")
    (bag / "data" / "empty").unlink()
    before = touched(bag)
    result = update(bag, accept=frozenset(accept))
    expected = {"changed": ("bag-update-changed", "data/a.txt"), "missing": ("bag-update-missing", "data/empty")}
    assert (result.status, errors(result)) == ("failed", [one for key, one in expected.items() if key not in accept])
    assert touched(bag) == before
    both = update(bag, accept=frozenset({"changed", "missing"}))
    assert (both.status, both.changed, both.removed) == ("updated", ("data/a.txt",), ("data/empty",))
    assert verify_bag(bag).valid


def test_tag_files_changed_by_hand_must_be_accepted_too(bag: Path) -> None:
    with (bag / "bag-info.txt").open("a", encoding="utf-8") as file:
        file.write("Title: By hand\n")
    assert errors(update(bag)) == [("bag-update-changed", "bag-info.txt")]
    assert update(bag, accept=frozenset({"changed"})).status == "updated"
    assert verify_bag(bag).valid
    assert "Title: By hand\n" in (bag / "bag-info.txt").read_text(encoding="utf-8")


def test_an_old_algorithm_is_dropped(bag: Path) -> None:
    result = update(bag, algorithms=("sha512",), drop=("MD5",))
    assert (result.status, result.algorithms) == ("updated", ("sha512",))
    assert tag_names(bag) == ["bag-info.txt", "bagit.txt", "manifest-sha512.txt", "notes.txt", "tagmanifest-sha512.txt"]
    assert verify_bag(bag).valid


def test_a_dropped_algorithm_is_verified_once_more(bag: Path) -> None:
    (bag / "data" / "a.txt").write_bytes(b"alphA\n")
    assert errors(update(bag, algorithms=("sha512",), drop=("md5",))) == [("bag-update-changed", "data/a.txt")]


def test_what_cannot_be_dropped(bag: Path) -> None:
    before = touched(bag)
    with pytest.raises(UsageError, match="has no manifest of it; it has md5"):
        update(bag, drop=("sha1",))
    with pytest.raises(UsageError, match="without a payload manifest"):
        update(bag, drop=("md5",))
    with pytest.raises(UsageError, match="contradict"):
        update(bag, drop=("md5",), algorithms=("md5",))
    assert touched(bag) == before


def test_uneven_and_repeated_lines_are_mended(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, algorithms=("sha256", "sha512"), info="Payload-Oxum: 1.1\nPayload-Oxum: x\n")
    lines = (bag / "manifest-sha256.txt").read_text().splitlines(keepends=True)
    (bag / "manifest-sha256.txt").write_text("".join([*lines[1:], lines[1]]))
    seal(bag, ("sha256", "sha512"))
    (bag / "tagmanifest-sha512.txt").unlink()
    assert verify_bag(bag).valid is False
    result = update(bag)
    assert (result.status, errors(result)) == ("updated", [])
    assert verify_bag(bag).valid
    assert update(bag).status == "current"


def test_a_manifest_s_odd_name_is_put_right(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    (bag / "manifest-sha512.txt").rename(bag / "manifest-SHA-512.txt")
    seal(bag)
    assert update(bag).status == "updated"
    assert tag_names(bag) == ["bag-info.txt", "bagit.txt", "manifest-sha512.txt", "tagmanifest-sha512.txt"]
    assert verify_bag(bag).valid


def test_an_algorithm_that_is_not_known_can_only_be_dropped(bag: Path) -> None:
    (bag / "manifest-crc32.txt").write_bytes(b"00 data/a.txt\n")
    assert errors(update(bag)) == [("bag-algorithm-unknown", "manifest-crc32.txt")]
    assert update(bag, drop=("crc32",)).status == "updated"
    assert "manifest-crc32.txt" not in tag_names(bag)
    assert verify_bag(bag).valid


@pytest.mark.parametrize("to_version_1_0", [False, True])
def test_old_versions_keep_theirs_or_become_1_0(tmp_path: Path, *, to_version_1_0: bool) -> None:
    # BagIt before 1.0 writes % as it is: so does an update that leaves the version alone.
    bag = make_bag(tmp_path, {"data/50%.txt": b"x", "data/é": b"y"}, version="0.97", encoding="ISO-8859-1")
    manifest = bag / "manifest-sha512.txt"
    manifest.write_bytes(manifest.read_bytes().replace(b"%25", b"%"))
    seal(bag, encoding="ISO-8859-1")
    (bag / "data" / "100%25").write_bytes(b"z")
    (bag / "data" / "a\nb").write_bytes(b"z")
    result = update(bag, to_version_1_0=to_version_1_0)
    assert (result.status, errors(result)) == ("updated", [])
    verdict = verify_bag(bag)
    assert (verdict.valid, verdict.bagit_version) == (True, "1.0" if to_version_1_0 else "0.97")
    lines = manifest.read_bytes().decode("utf-8" if to_version_1_0 else "latin-1").splitlines()
    names = [line.partition("  ")[2] for line in lines]
    if to_version_1_0:
        assert names == ["data/100%2525", "data/50%25.txt", "data/a%0Ab", "data/é"]
        assert {one.code for one in verdict.findings} == {"bag-name-hidden-characters"}
    else:
        assert names == ["data/100%25", "data/50%.txt", "data/a%0Ab", "data/é"]


def test_a_name_that_the_encoding_cannot_write_is_said(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, encoding="ISO-8859-1", version="0.97")
    (bag / "data" / "ж").write_bytes(b"x")
    before = touched(bag)
    assert errors(update(bag)) == [("bag-update-cannot-be-written", None)]
    assert touched(bag) == before
    assert update(bag, to_version_1_0=True).status == "updated"
    assert verify_bag(bag).valid


def test_utf_16_stays_utf_16(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, encoding="UTF-16", version="0.97", info="Title: é\n")
    assert update(bag, algorithms=("sha256",)).status == "updated"
    assert (bag / "bag-info.txt").read_bytes()[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    assert verify_bag(bag).valid


def test_package_info_becomes_bag_info_with_the_version(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, version="0.95")
    (bag / "bag-info.txt").rename(bag / "package-info.txt")
    seal(bag)
    assert update(bag, algorithms=("sha256",)).status == "updated"
    assert "package-info.txt" in tag_names(bag)
    assert update(bag, to_version_1_0=True).status == "updated"
    assert {"bag-info.txt"} == {name for name in tag_names(bag) if "info" in name}
    assert verify_bag(bag).valid


def test_what_is_still_to_be_fetched_stays_listed(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    (bag / "data" / "a.txt").unlink()
    (bag / "fetch.txt").write_text("https://example.org/a 6 data/a.txt\n")
    seal(bag)
    (bag / "data" / "new").write_bytes(b"new")
    assert errors(update(bag, algorithms=("md5",))) == [("bag-update-not-fetched", "data/a.txt")]
    result = update(bag)
    assert (result.status, result.removed) == ("updated", ())
    (bag / "data" / "a.txt").write_bytes(FILES["data/a.txt"])
    assert verify_bag(bag).valid
    assert "Payload-Oxum: 265.4\n" in (bag / "bag-info.txt").read_text()


def test_a_sealed_package_is_never_changed(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, info="archiver-input-digest: 00\n")
    (bag / "data" / "new").write_bytes(b"new")
    before = touched(bag)
    assert errors(update(bag)) == [("bag-update-sealed", "bag-info.txt")]
    assert touched(bag) == before


def test_links_and_names_that_no_manifest_may_list_stop_it(bag: Path) -> None:
    (bag / "data" / "link").symlink_to("a.txt")
    (bag / "data" / "a\\..\\b").write_bytes(b"x")
    (bag / "data" / os.fsdecode(b"caf\xe9")).write_bytes(b"x")
    before = contents(bag / "data" / "box 1")
    found = {code for code, _ in errors(update(bag))}
    assert found == {"bag-symbolic-link", "bag-name-not-utf8"}
    (bag / "data" / "link").unlink()
    (bag / "data" / os.fsdecode(b"caf\xe9")).unlink()
    assert errors(update(bag)) == [("name-unsafe", "data/a\\..\\b")]
    assert contents(bag / "data" / "box 1") == before


def test_a_tag_file_that_no_line_can_name_stays(bag: Path) -> None:
    (bag / "*odd").write_bytes(b"x")
    result = update(bag, algorithms=("sha512",))
    assert result.status == "updated"
    assert ("bag-update-tag-file-unlisted", "*odd") in [(one.code, one.file) for one in result.findings]
    assert (bag / "*odd").read_bytes() == b"x"
    assert verify_bag(bag).valid


def test_an_update_that_was_cut_off_is_told_and_finished(bag: Path, tmp_path: Path) -> None:
    shutil.copytree(bag, tmp_path / "other")
    assert update(tmp_path / "other", algorithms=("sha512",)).status == "updated"
    tags = {one.name: one.read_bytes() for one in (tmp_path / "other").iterdir() if one.is_file()}
    del tags["notes.txt"]
    with staging_area(bag) as staging:
        stage(staging, tags, ()).rename(bag / UPDATE_FOLDER)
    verdict = verify_bag(bag)
    assert [one.code for one in verdict.findings if one.severity is Severity.ERROR] == ["bag-update-unfinished"]
    result = update(bag)
    assert (result.status, [one.code for one in result.findings]) == ("current", ["bag-update-finished"])
    assert contents(bag) == contents(tmp_path / "other")


def test_a_payload_that_goes_on_changing_is_not_sealed(bag: Path) -> None:
    def grow() -> None:
        with (bag / "data" / "a.txt").open("ab") as file:
            file.write(b"more")

    before = contents(bag)
    asked = UpdateSettings(bag=bag, now=NOW, algorithms=("sha256",), accept=frozenset({"changed"}))
    result = update_bag(asked, Heard(meanwhile=grow))
    assert result.status == "failed"
    assert "bag-update-not-read-back" in {code for code, _ in errors(result)}
    assert {path: state for path, state in contents(bag).items() if path != "data/a.txt"} == {
        path: state for path, state in before.items() if path != "data/a.txt"
    }


@pytest.mark.parametrize(("name", "said"), [("none", "there is no bag"), ("bag/bagit.txt", "is no folder")])
def test_what_is_no_folder_cannot_be_updated(bag: Path, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        update(bag.parent / name)


def test_what_is_no_bag_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    assert errors(update(tmp_path)) == [("not-a-bag", None)]
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0\\"), min_size=1, max_size=8).filter(
    lambda name: name not in {".", ".."}
)
TREES = st.dictionaries(NAMES, st.binary(max_size=20), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(TREES, TREES, st.sets(st.integers(0, 4)))
def test_any_bag_with_any_changes_becomes_a_valid_one(
    before: dict[str, bytes], after: dict[str, bytes], kept: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "source")
        source.mkdir()
        for name, data in before.items():
            (source / name).write_bytes(data)
        bag = bag_of(source, Path(place, "bag"), "md5")
        now = {name: data for at, (name, data) in enumerate(before.items()) if at in kept} | after
        shutil.rmtree(bag / "data")
        (bag / "data").mkdir()
        for name, data in now.items():
            (bag / "data" / name).write_bytes(data)
        result = update(bag, algorithms=("sha256",), accept=frozenset({"changed", "missing"}))
        assert result.status == "updated", result.findings
        assert set(result.added) == {f"data/{name}" for name in now if name not in before}
        assert set(result.removed) == {f"data/{name}" for name in before if name not in now}
        verdict = verify_bag(bag)
        assert (verdict.valid, verdict.files, verdict.algorithms) == (True, len(now), ("md5", "sha256"))
