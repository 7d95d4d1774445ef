"""Documents and names from strangers: each is packaged as it is or refused by name, and the rest is built."""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from tests.stories.commands import Archiver, Ran, packages_of
from tests.stories.trees import touched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORIGINALS = "data/representations/original/data"

AS_THEY_ARE: dict[bytes, bytes] = {
    b"good.txt": b"Good text.\n",
    b"zero.txt": b"",
    b"binary.txt": bytes(range(256)) * 40,
    b"nuls.txt": b"before\0after\n",
    b"utf16.txt": "\ufeffПротокол, 20 января\n".encode("utf-16-le"),
    b"cp1251.txt": ("Протокол заседания комиссии от двадцатого января. " * 20).encode("cp1251"),
    b"new\nline.txt": b"newline\n",
    b"per%cent%0A.txt": b"percent\n",
    b"all " + bytes(range(1, 32)) + b"\x7f.txt": b"every control character\n",
    b"quote\"}],'<b>&amp;.txt": b"what other languages quote with\n",
    b"-dash.txt": b"dash\n",
    b"--help": b"option\n",
    b"back\\slash.txt": b"backslash\n",
    b"CON.txt": b"a device to Windows\n",
    "bidi\u202etxt.exe".encode(): b"direction\n",
    b"n" * 251 + b".txt": b"255 bytes of name\n",
    "é.txt".encode(): b"composed\n",
    "e\u0301.txt".encode(): b"decomposed\n",
    b"Case.txt": b"upper\n",
    b"case.txt": b"lower\n",
    b"box/e.txt": b"lower\n",
    b"box/E.txt": b"upper\n",
}
"""Path -> content of what must be packaged, byte for byte."""

REFUSED = {
    "caf\\xe9.txt": ("name-not-utf8", "convmv"),
    "compound": ("special-file", "out of the source"),
    "device": ("special-file", "out of the source"),
    "emptyfolder": ("item-empty", "take the folder away"),
    "link.txt": ("symbolic-link", "copy of the file it points to"),
    "linkedfolder": ("symbolic-link", "copy"),
    "pipe": ("special-file", "out of the source"),
    "socket": ("special-file", "out of the source"),
}
"""Item -> the code of its error, and words of the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """A folder of everything that is awkward, and what building it said."""

    source: Path
    destination: Path
    before: dict[str, str]
    ran: Ran

    def item(self, name: str) -> dict[str, Any]:
        """Return the JSON object of one item."""
        (found,) = [one for one in self.ran.objects if one["item"] == name]
        return found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, archiver_command: list[str]) -> Iterator[Hostile]:
    place = tmp_path_factory.mktemp("hostile")
    source = place / "seeds"
    source.mkdir()
    for path, content in AS_THEY_ARE.items():
        file = source / os.fsdecode(path)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    (source / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"latin-1\n")
    (source / "emptyfolder").mkdir()
    (source / "compound").mkdir()
    (source / "compound" / "a.txt").write_text("a\n", encoding="utf-8")
    os.mkfifo(source / "compound" / "pipe")
    os.mkfifo(source / "pipe")
    (source / "link.txt").symlink_to("/etc/passwd")
    (source / "linkedfolder").symlink_to(source / "box")
    if os.geteuid() == 0:
        os.mknod(source / "device", stat.S_IFCHR | 0o644, os.makedev(1, 5))  # /dev/zero: reading it would never end
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(source, os.O_PATH)
        listener.bind(f"/proc/self/fd/{here}/socket")  # the whole path may be longer than a socket's name may be
        os.close(here)
        names = touched_names(source)
        archiver = Archiver(command=tuple(archiver_command), home=tmp_path_factory.mktemp("home"))
        ran = archiver("build", "seeds", "--out", "packages", "--json", cwd=place)
        yield Hostile(source=source, destination=place / "packages", before=names, ran=ran)


def touched_names(source: Path) -> dict[str, str]:
    """Return what :func:`touched` does, for a folder that holds more than files."""
    return {
        entry.name: f"{entry.lstat().st_mode:o} {entry.lstat().st_size} {entry.lstat().st_mtime_ns}"
        for entry in sorted(source.rglob("*"))
    }


def test_a_part_that_failed_is_told_by_the_exit_status_and_nothing_in_the_source_is_touched(hostile: Hostile) -> None:
    assert hostile.ran.status == 3
    assert touched_names(hostile.source) == hostile.before


@pytest.mark.parametrize("path", AS_THEY_ARE, ids=[ascii(os.fsdecode(path))[1:31] for path in AS_THEY_ARE])
def test_awkward_documents_are_packaged_byte_for_byte(hostile: Hostile, path: bytes) -> None:
    kept = [package / ORIGINALS / os.fsdecode(path.rpartition(b"/")[2]) for package in packages_of(hostile.destination)]
    assert AS_THEY_ARE[path] in [file.read_bytes() for file in kept if file.is_file()]


def test_every_item_is_accounted_for(hostile: Hostile) -> None:
    entries = {entry.name for entry in hostile.source.iterdir()}
    assert len(hostile.ran.objects) == len(entries)
    failed = {one["item"] for one in hostile.ran.objects if one["status"] == "failed"}
    expected = set(REFUSED) if "device" in entries else set(REFUSED) - {"device"}
    assert failed == expected
    built = [one["package"] for one in hostile.ran.objects if one["status"] == "built"]
    assert len(set(built)) == len(built) == len(packages_of(hostile.destination))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_named_with_its_fix(hostile: Hostile, name: str) -> None:
    if name == "device" and not (hostile.source / "device").exists():
        pytest.skip("only root may make a device")
    code, fix = REFUSED[name]
    result = hostile.item(name)
    assert (result["status"], result["package"]) == ("failed", None)
    (finding,) = [one for one in result["findings"] if one["severity"] == "error"]
    assert finding["code"] == code
    assert finding["file"].split("/")[0] == name
    assert name in finding["message"]
    assert fix in finding["fix"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("zero.txt", "empty-file"),
        ("binary.txt", "not-text"),
        ("nuls.txt", "not-text"),
        ("cp1251.txt", "charset-guessed"),
        ("new\\x0aline.txt", "name-hidden-characters"),
        ("bidi\\u202etxt.exe", "name-hidden-characters"),
        ("box", "names-collide"),
    ],
)
def test_what_is_odd_is_said(hostile: Hostile, name: str, code: str) -> None:
    result = hostile.item(name)
    assert result["status"] == "built"
    assert code in {finding["code"] for finding in result["findings"]}
    assert all(name in finding["file"] or finding["file"] in {"box/e.txt", name} for finding in result["findings"])


@pytest.mark.parametrize("name", ["utf16.txt", "cp1251.txt", "per%cent%0A.txt", "n" * 251 + ".txt", "new\\x0aline.txt"])
def test_text_in_another_charset_or_under_an_awkward_name_is_rendered(hostile: Hostile, name: str) -> None:
    (document,) = hostile.item(name)["documents"]
    assert document["rendition"]["status"] == "rendered"
    assert document["rendition"]["validated"] is True


def test_everything_built_verifies_and_its_names_survive(
    hostile: Hostile, archiver_command: list[str], tmp_path: Path
) -> None:
    archiver = Archiver(command=tuple(archiver_command), home=tmp_path)
    objects = archiver.verify(hostile.destination, cwd=tmp_path)
    assert len(objects) == len(packages_of(hostile.destination))


def test_nothing_is_printed_that_moves_the_cursor_or_turns_the_text(
    hostile: Hostile, archiver_command: list[str], tmp_path: Path
) -> None:
    archiver = Archiver(command=tuple(archiver_command), home=tmp_path)
    ran = archiver("build", hostile.source, "--out", tmp_path / "p", "--no-pdfa", cwd=tmp_path)
    shown = ran.stdout + ran.stderr
    assert "new\\x0aline.txt" in shown
    assert not {"\u202e", "\x1b", "\x00", "\r"} & set(shown)


def test_names_equal_to_other_file_systems_get_packages_that_are_not(hostile: Hostile) -> None:
    folders = [package.name for package in packages_of(hostile.destination)]
    assert len({name.casefold() for name in folders}) == len(folders)


def test_a_page_that_points_at_files_and_hosts_reaches_none(archiver: Archiver, tmp_path: Path) -> None:
    source = tmp_path / "seeds"
    source.mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_text("UNHEARDOFWORD\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        host = f"http://127.0.0.1:{listener.getsockname()[1]}"
        page = f"""<!DOCTYPE html><html lang="en"><head><title>A page</title><meta charset="utf-8">
            <base href="{host}/"><link rel="stylesheet" href="{host}/a.css">
            <meta http-equiv="refresh" content="0;{host}/b">
            <style>@import "{host}/c.css"; body {{ background: url({host}/d.png) }}
            @font-face {{ font-family: x; src: url({host}/e.ttf) }} p {{ font-family: x }}</style>
            <script src="{host}/f.js"></script></head><body style="background: url({host}/g.png)">
            <p>Plain words stay.</p><img src="{host}/h.png"><img src="file:///etc/passwd"><img src="{secret.as_uri()}">
            <iframe src="{secret.as_uri()}"></iframe><object data="{secret.as_uri()}"></object><embed src="{host}/i">
            <svg><image href="{host}/j.png"/><use href="{secret.as_uri()}#x"/></svg><img srcset="{host}/k.png 2x">
            <link rel="attachment" href="{secret.as_uri()}"></body></html>"""
        (source / "page.html").write_text(page, encoding="utf-8")
        ran = archiver("build", "seeds", "--out", "packages", "--json", cwd=tmp_path)
        with pytest.raises(BlockingIOError):
            listener.accept()
    (result,) = ran.objects
    assert (ran.status, result["status"]) == (0, "built")
    assert "html-external-resource" in ran.codes
    (document,) = result["documents"]
    package = tmp_path / result["package"]
    assert (package / ORIGINALS / "page.html").read_text(encoding="utf-8") == page
    rendition = package / document["rendition"]["path"]
    with pypdfium2.PdfDocument(rendition) as pdf:
        shown = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert "Plain words stay." in shown
    assert "UNHEARDOFWORD" not in shown
    assert b"EmbeddedFile" not in rendition.read_bytes()
    assert not any("UNHEARDOFWORD" in file.read_text("utf-8", "replace") for file in package.rglob("*.xml"))
    archiver.verify("packages", cwd=tmp_path)


@pytest.mark.parametrize("dry", [False, True], ids=["build", "dry run"])
def test_an_empty_folder_is_an_error_and_nothing_is_made(archiver: Archiver, tmp_path: Path, *, dry: bool) -> None:
    (tmp_path / "seeds").mkdir()
    ran = archiver("build", *(["--dry-run"] if dry else []), cwd=tmp_path)
    assert ran.status == 1
    assert "[source-empty] The folder seeds holds no document" in ran.stderr
    assert "Fix: Put documents in it" in ran.stderr
    assert packages_of(tmp_path / "packages") == []


def test_a_dry_run_writes_nothing_at_all(archiver: Archiver, letters: Path) -> None:
    before = touched(letters)
    ran = archiver("build", "--dry-run", "--json", cwd=letters)
    assert ran.status == 0
    assert set(ran.statuses.values()) == {"planned"}
    assert touched(letters) == before
