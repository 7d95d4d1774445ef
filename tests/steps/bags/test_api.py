from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import archiver
from archiver.errors import ConfigurationError, FindingsError, UsageError
from tests.judges.verdict import JudgeResult

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "box").mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"alpha\n")
    (folder / "box" / "b.bin").write_bytes(bytes(range(256)))
    return folder


def test_make_open_verify_extract(source: Path, tmp_path: Path, bagit_judge: Callable[[Path], JudgeResult]) -> None:
    done: list[int] = []
    result = archiver.make_bag(
        source,
        str(tmp_path / "bag"),
        algorithms=["sha256", "sha512"],
        bag_info=[("Contact-Name", "Jane"), ("Contact-Name", "Joe")],
        now=NOW,
        progress=done.append,
    )
    assert (result.status, result.files, result.bytes) == ("bagged", 2, 262)
    assert sum(done) == 2 * 262
    assert bagit_judge(tmp_path / "bag").passed
    with archiver.Bag.open(tmp_path / "bag") as bag:
        assert bag.algorithms == ("sha256", "sha512")
        assert bag.info_values("Contact-Name") == ("Jane", "Joe")
        assert bag.info_values("Bagging-Date") == ("2026-11-20",)
    read: list[int] = []
    assert archiver.verify(tmp_path / "bag", progress=read.append).valid is True
    assert sum(read) > 262
    extracted = archiver.extract_payload(str(tmp_path / "bag"), tmp_path / "out")
    assert extracted.files == 2
    assert {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")} == {
        "a.txt",
        "box/b.bin",
    }


def test_the_same_time_gives_the_same_bytes_as_an_archive(source: Path, tmp_path: Path) -> None:
    elsewhere = NOW.astimezone(dt.timezone(dt.timedelta(hours=5)))
    for folder, when in (("one", NOW), ("two", elsewhere)):
        (tmp_path / folder).mkdir()
        archiver.make_bag(source, tmp_path / folder / "bag.tar", serialization="tar", now=when)
    assert (tmp_path / "one" / "bag.tar").read_bytes() == (tmp_path / "two" / "bag.tar").read_bytes()
    assert archiver.verify(tmp_path / "one" / "bag.tar").valid is True


def test_what_cannot_be_made_is_raised_with_every_reason(source: Path, tmp_path: Path) -> None:
    (source / "link").symlink_to("a.txt")
    (source / "box" / "link").symlink_to("b.bin")
    with pytest.raises(FindingsError) as caught:
        archiver.make_bag(source, tmp_path / "bag")
    assert {finding.file for finding in caught.value.findings} >= {"link", "box/link"}
    assert not (tmp_path / "bag").exists()


@pytest.mark.parametrize(
    ("label", "value"), [("", "x"), ("a:b", "x"), ("a\nb", "x"), (" a", "x"), ("a", " "), ("a", "\udc80")]
)
def test_labels_that_no_bag_can_hold_are_refused(source: Path, tmp_path: Path, label: str, value: str) -> None:
    with pytest.raises(UsageError, match="bag_info"):
        archiver.make_bag(source, tmp_path / "bag", bag_info=[(label, value)])
    assert not (tmp_path / "bag").exists()


def test_wrong_use_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        archiver.make_bag(source, source / "bag")
    with pytest.raises(ConfigurationError):
        archiver.make_bag(source, tmp_path / "bag", algorithms=["sha0"])
    with pytest.raises(UsageError):
        archiver.extract_payload(tmp_path / "none", tmp_path / "out")


def test_a_damaged_bag_is_a_verdict_and_is_not_extracted(source: Path, tmp_path: Path) -> None:
    archiver.make_bag(source, tmp_path / "bag")
    (tmp_path / "bag" / "data" / "a.txt").write_bytes(b"altered")
    verdict = archiver.verify(tmp_path / "bag")
    assert verdict.valid is False
    with pytest.raises(FindingsError) as caught:
        archiver.extract_payload(tmp_path / "bag", tmp_path / "out")
    assert {finding.code for finding in caught.value.findings} >= {"bag-file-damaged"}
    assert archiver.verify(tmp_path / "none").valid is None


def test_an_updated_bag_lists_what_is_new_and_refuses_what_may_be_damage(source: Path, tmp_path: Path) -> None:
    archiver.make_bag(source, tmp_path / "bag", algorithms=("md5",), now=NOW)
    (tmp_path / "bag" / "data" / "new.txt").write_bytes(b"new")
    updated = archiver.update_bag(
        tmp_path / "bag", algorithms=("sha512",), drop=("md5",), bag_info=[("Contact-Name", "Jane")], now=NOW
    )
    assert (updated.status, updated.added, updated.algorithms) == ("updated", ("data/new.txt",), ("sha512",))
    with archiver.Bag.open(tmp_path / "bag") as bag:
        assert bag.info_values("contact-name") == ("Jane",)
    (tmp_path / "bag" / "data" / "a.txt").write_bytes(b"other")
    with pytest.raises(FindingsError):
        archiver.update_bag(tmp_path / "bag")
    assert archiver.update_bag(tmp_path / "bag", accept={"changed"}).changed == ("data/a.txt",)
    assert archiver.verify(tmp_path / "bag").valid is True


def test_a_profile_is_kept_to_or_said(source: Path, tmp_path: Path) -> None:
    profile = {
        "BagIt-Profile-Info": {
            "BagIt-Profile-Identifier": "https://example.org/profile.json",
            "BagIt-Profile-Version": "1.4.0",
            "Source-Organization": "Example",
            "External-Description": "Example",
            "Version": "1",
        },
        "Bag-Info": {"Contact-Name": {"required": True}},
        "Serialization": "forbidden",
        "Accept-BagIt-Version": ["1.0"],
        "Manifests-Required": ["sha256"],
    }
    file = tmp_path / "profile.json"
    file.write_text(json.dumps(profile))
    with pytest.raises(FindingsError):
        archiver.make_bag(source, tmp_path / "bag", algorithms=("sha256",), profiles=[file])
    archiver.make_bag(
        source, tmp_path / "bag", algorithms=("sha256",), profiles=[file], bag_info=[("Contact-Name", "Jane")]
    )
    assert archiver.verify(tmp_path / "bag", profiles=[str(file)]).conforms is True
    archiver.make_bag(source, tmp_path / "other")
    assert archiver.verify(tmp_path / "other", profiles=[file]).conforms is False
    file.write_text("[]")
    with pytest.raises(UsageError):
        archiver.verify(tmp_path / "bag", profiles=[file])


def test_bags_are_made_and_verified_from_many_threads(source: Path, tmp_path: Path) -> None:
    verdicts: dict[int, bool | None] = {}

    def work(number: int) -> None:
        archiver.make_bag(source, tmp_path / f"bag{number}", algorithms=("md5", "sha256"))
        verdicts[number] = archiver.verify(tmp_path / f"bag{number}").valid

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == dict.fromkeys(range(8), True)
