"""What a source folder holds, and every awkward thing in it, by name."""

from __future__ import annotations

import os
import socket
import unicodedata
from pathlib import Path

import pytest

from archiver.errors import UsageError
from archiver.model import Severity
from archiver.storage.scan import scan_source


def _codes(source: Path, item: str) -> list[str]:
    scan = scan_source(source)
    found = next(one for one in scan.items if one.name == item)
    return [finding.code for finding in found.findings]


def test_items_are_the_entries_directly_below_in_byte_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "Ж.txt", "box"):
        if name == "box":
            (tmp_path / "box/inner").mkdir(parents=True)
            (tmp_path / "box/z.txt").write_bytes(b"zz")
            (tmp_path / "box/inner/y.txt").write_bytes(b"y")
        else:
            (tmp_path / name).write_bytes(b"1")
    scan = scan_source(tmp_path)
    assert [item.path for item in scan.items] == ["a.txt", "b.txt", "box", "Ж.txt"]
    box = scan.items[2]
    assert box.compound
    assert [(document.path, document.size) for document in box.documents] == [("box/inner/y.txt", 1), ("box/z.txt", 2)]
    assert not any(item.findings for item in scan.items)


def test_a_collection_is_one_item(tmp_path: Path) -> None:
    source = tmp_path / "letters"
    (source / "box").mkdir(parents=True)
    (source / "box/a").touch()
    (source / "b").touch()
    scan = scan_source(source, "collection")
    assert [(item.name, item.path) for item in scan.items] == [("letters", "")]
    assert [document.path for document in scan.items[0].documents] == ["b", "box/a"]


@pytest.mark.parametrize("below", [False, True])
def test_links_pipes_and_sockets_are_refused_by_name(tmp_path: Path, below: bool) -> None:  # noqa: FBT001 - parametrised
    folder = tmp_path / "box" if below else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "link").symlink_to("/etc/hostname")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "folder link").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()  # noqa: PTH109 - a socket's path may be too long for the kernel
        descriptor = os.open(folder, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{descriptor}/socket")
        os.close(descriptor)
        assert os.getcwd() == here  # noqa: PTH109
        scan = scan_source(tmp_path)
    findings = [finding for item in scan.items for finding in item.findings]
    expected = {"link": "symbolic-link", "dangling": "symbolic-link", "folder link": "symbolic-link"}
    expected |= {"pipe": "special-file", "socket": "special-file"}
    prefix = "box/" if below else ""
    assert {finding.file: finding.code for finding in findings} == {
        f"{prefix}{name}": code for name, code in expected.items()
    }
    assert all(finding.severity is Severity.ERROR and finding.fix for finding in findings)
    assert not any(item.documents for item in scan.items)


def test_a_device_is_refused(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "null", 0o020666, os.makedev(1, 3))
    except PermissionError:
        # Without the right to make one, a scan of the system's own devices shows the same.
        assert any(f.code == "special-file" for item in scan_source(Path("/dev")).items for f in item.findings)
        return
    assert _codes(tmp_path, "null") == ["special-file"]


def test_a_name_that_is_not_utf8_is_an_error_that_shows_it(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).touch()
    item = scan_source(tmp_path).items[0]
    assert item.name == "caf\\xe9.txt"
    assert [finding.code for finding in item.findings] == ["name-not-utf8"]
    item.findings[0].message.encode("utf-8")


@pytest.mark.parametrize("name", ["two\nlines.txt", "tab\t.txt", "evil\u202etxt.exe"])
def test_hidden_characters_in_a_name_are_kept_and_flagged(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    item = scan_source(tmp_path).items[0]
    assert [document.path for document in item.documents] == [name]
    assert [finding.code for finding in item.findings] == ["name-hidden-characters"]
    assert "\n" not in item.findings[0].message


def test_a_percent_sign_is_an_ordinary_character(tmp_path: Path) -> None:
    (tmp_path / "100%25.txt").write_bytes(b"x")
    assert scan_source(tmp_path).items[0].findings == ()


def test_a_name_that_climbs_on_windows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "..\\evil").write_bytes(b"x")
    assert [finding.code for finding in scan_source(tmp_path).items[0].findings] == ["name-unsafe"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("a.txt", "A.TXT"), (unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")), ("ß", "SS")],
)
def test_names_that_other_file_systems_take_for_one_are_flagged(tmp_path: Path, first: str, second: str) -> None:
    (tmp_path / "box").mkdir()
    for name in (first, second):
        (tmp_path / name).touch()
        (tmp_path / "box" / name).touch()
    scan = scan_source(tmp_path)
    assert [finding.code for finding in scan.findings] == ["names-collide"]
    assert _codes(tmp_path, "box") == ["names-collide"]
    assert sum(len(item.documents) for item in scan.items) == 4


def test_empty_folders(tmp_path: Path) -> None:
    (tmp_path / "item").mkdir()
    (tmp_path / "box/empty").mkdir(parents=True)
    (tmp_path / "box/a").touch()
    assert _codes(tmp_path, "item") == ["item-empty"]
    assert _codes(tmp_path, "box") == ["empty-folder"]


@pytest.mark.parametrize("bundle", ["item", "collection"])
def test_an_empty_source_is_an_error_finding(tmp_path: Path, bundle: str) -> None:
    scan = scan_source(tmp_path, "collection" if bundle == "collection" else "item")
    assert scan.items == ()
    assert [finding.code for finding in scan.findings] == ["source-empty"]


def test_what_desktops_leave_is_no_item_but_stays_in_a_compound(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").touch()
    (tmp_path / "box").mkdir()
    (tmp_path / "box/.DS_Store").touch()
    scan = scan_source(tmp_path)
    assert [item.name for item in scan.items] == ["box"]
    assert [document.path for document in scan.items[0].documents] == ["box/.DS_Store"]
    assert [finding.code for finding in scan.findings] == ["system-file-skipped"]


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_source_that_is_no_folder_is_wrong_usage(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "file":
        place.touch()
    with pytest.raises(UsageError, match="place"):
        scan_source(place)


def test_very_deep_folders_do_not_exhaust_the_stack(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    for _ in range(400):
        folder /= "d"
    folder.mkdir(parents=True)
    (folder / "a").touch()
    assert len(scan_source(tmp_path).items[0].documents) == 1
