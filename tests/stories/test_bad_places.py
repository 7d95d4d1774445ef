"""Disks and folders that refuse, configurations that cannot be used, builds that meet: clear words, nothing lost."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.stories.commands import packages_of
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stories.commands import Archiver

MEMORY_LIMIT = 250 << 20
"""Bytes of resident memory that packaging a file of any size may take."""


@pytest.fixture(scope="session")
def unprivileged() -> tuple[str, ...]:
    """Return the words that run a command without root's power to read and write what it may not."""
    if os.geteuid() != 0:
        return ()
    powers = "-dac_override,-dac_read_search"
    prefix = ("setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}")
    try:
        subprocess.run([*prefix, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"root's powers cannot be given up here: {error}")
    return prefix


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that mounts a disk of its own with the given options."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("only root may mount a small disk")
        return place

    yield mount
    while os.path.ismount(place):
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Return a working folder with two small documents and one of 3 MB between them."""
    place = tmp_path / "place"
    (place / "seeds").mkdir(parents=True)
    (place / "seeds" / "a.txt").write_text("a\n", encoding="utf-8")
    (place / "seeds" / "big.bin").write_bytes(os.urandom(3_000_000))
    (place / "seeds" / "c.txt").write_text("c\n", encoding="utf-8")
    return place


def error_of(result: dict[str, Any]) -> dict[str, Any]:
    """Return the one error that stands against an item."""
    (finding,) = [one for one in result["findings"] if one["severity"] == "error"]
    return dict(finding)


def names_in(folder: Path) -> list[str]:
    """Return the names of a folder's entries."""
    return sorted(entry.name for entry in folder.iterdir())


def test_a_full_disk_fails_what_does_not_fit_and_names_the_bytes_missing(
    archiver: Archiver, three: Path, small_disk: Callable[[str], Path]
) -> None:
    out = small_disk("size=4m") / "packages"
    ran = archiver("build", "--out", out, "--no-pdfa", "--json", cwd=three)
    assert ran.status == 3
    assert ran.statuses == {"a.txt": "built", "big.bin": "failed", "c.txt": "built"}
    finding = error_of(ran.objects[1])
    assert finding["code"] == "disk-full"
    assert str(out) in finding["message"]
    assert re.search(r"[\d,]{7,} missing", finding["message"])
    assert "--out" in finding["fix"]
    assert names_in(out) == ["a", "c"]
    archiver.verify(out, cwd=three)


def test_a_disk_without_room_for_more_files_is_said_to_be_full(
    archiver: Archiver, three: Path, small_disk: Callable[[str], Path]
) -> None:
    out = small_disk("size=40m,nr_inodes=14") / "packages"
    ran = archiver("build", "--out", out, "--no-pdfa", "--json", cwd=three)
    assert ran.status == 3
    assert set(ran.statuses.values()) == {"failed"}
    for result in ran.objects:
        assert error_of(result)["code"] == "disk-full"
        assert "a limit on files" in error_of(result)["message"]
    assert names_in(out) == []


def test_a_limit_on_file_size_fails_the_large_document_alone(archiver: Archiver, three: Path) -> None:
    ran = archiver("build", "--no-pdfa", "--json", cwd=three, prefix=["prlimit", "--fsize=2000000", "--"])
    assert ran.status == 3
    assert ran.statuses == {"a.txt": "built", "big.bin": "failed", "c.txt": "built"}
    assert error_of(ran.objects[1])["code"] == "disk-full"
    assert archiver("build", "--no-pdfa", "--json", cwd=three).statuses == {
        "a.txt": "current",
        "big.bin": "built",
        "c.txt": "current",
    }
    archiver.verify("packages", cwd=three)


def test_a_read_only_disk_is_named(archiver: Archiver, letters: Path, small_disk: Callable[[str], Path]) -> None:
    disk = small_disk("size=4m")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    ran = archiver("build", "--out", disk / "packages", cwd=letters)
    assert ran.status == 3
    assert f"the disk that holds {disk / 'packages'} refused: Read-only file system" in ran.stderr
    assert "--out" in ran.stderr


def test_documents_that_may_not_be_read_are_named(
    archiver: Archiver, tmp_path: Path, unprivileged: tuple[str, ...]
) -> None:
    source = tmp_path / "seeds"
    (source / "folder").mkdir(parents=True)
    for name in ("good.txt", "locked.txt", "folder/a.txt"):
        (source / name).write_text("x\n", encoding="utf-8")
    (source / "locked.txt").chmod(0)
    (source / "folder").chmod(0)
    try:
        ran = archiver("build", "--no-pdfa", "--json", cwd=tmp_path, prefix=unprivileged)
    finally:
        (source / "folder").chmod(0o755)
    assert ran.status == 3
    assert ran.statuses == {"folder": "failed", "good.txt": "built", "locked.txt": "failed"}
    assert error_of(ran.objects[0])["code"] == "unreadable-folder"
    locked = error_of(ran.objects[2])
    assert (locked["code"], locked["message"]) == (
        "unreadable-file",
        "locked.txt cannot be read: Permission denied.",
    )
    assert "chmod u+r" in locked["fix"]
    archiver.verify("packages", cwd=tmp_path)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["build", "seeds", "--out", "closed/packages"], 2),
        (["build", "seeds", "--out", "closed"], 2),
        (["build", "seeds", "--out", "readonly"], 3),
        (["build", "seeds", "--out", "readonly/packages"], 3),
        (["build", "closed"], 2),
        (["build", "closed/seeds"], 2),
        (["build", "seeds", "--metadata", "closed/metadata"], 2),
        (["build", "seeds", "--config", "closed/archiver.toml"], 2),
        (["init", "readonly"], 2),
        (["init", "closed/new"], 2),
        (["verify", "closed/packages"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_folder_that_may_not_be_used_is_named(
    archiver: Archiver, letters: Path, unprivileged: tuple[str, ...], words: list[str], status: int
) -> None:
    (letters / "closed").mkdir(0)
    (letters / "readonly").mkdir(0o555)
    ran = archiver(*words, cwd=letters, prefix=unprivileged)
    (letters / "closed").chmod(0o755)
    assert ran.status == status, ran.stderr
    assert words[-1].split("/")[0] in ran.stderr
    assert names_in(letters / "closed") == names_in(letters / "readonly") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "there is no folder nowhere"),
        (["seeds/letter.txt"], "seeds/letter.txt is a file"),
        (["--metadata", "nowhere"], "there is no metadata folder nowhere"),
        (["--out", "seeds/packages"], "lies inside the source seeds"),
        (["--out", "seeds"], "lies inside the source seeds"),
        (["--out", "link/packages"], "lies inside the source seeds"),
        (["--out", "metadata/packages"], "lies inside the metadata folder metadata"),
        (["--out", "file"], "the destination file is a file"),
        ([".", "--out", "packages"], "lies inside the source ."),
        (["--out", os.fsdecode(b"caf\xe9")], "caf\\xe9 is not UTF-8"),
        (["--config", "nowhere.toml"], "there is no configuration file nowhere.toml"),
        (["--config", "broken.toml"], "broken.toml is no valid TOML"),
        (["--config", "unknown.toml"], "unknown key in [archive]: 'nmae'; did you mean 'name'?"),
        (["--config", "binary.toml"], "cannot read binary.toml"),
        (["--algorithm", "md6"], "unknown digest algorithm md6"),
        (["--shard", "3/2"], "--shard '3/2' must be I/N"),
        (["--pdfa", "2u", "--no-pdfa"], "contradict each other"),
    ],
    ids=lambda value: " ".join(map(ascii, value)) if isinstance(value, list) else "",
)
def test_a_request_that_makes_no_sense_is_refused_before_anything_is_written(
    archiver: Archiver, letters: Path, words: list[str], said: str
) -> None:
    (letters / "file").touch()
    (letters / "link").symlink_to("seeds")
    (letters / "broken.toml").write_text("[archive\n", encoding="utf-8")
    (letters / "unknown.toml").write_text('[archive]\nnmae = "x"\n', encoding="utf-8")
    (letters / "binary.toml").write_bytes(b"\xff\xfe\0")
    before = touched(letters / "seeds"), names_in(letters)
    ran = archiver("build", *words, cwd=letters)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("archiver: ")
    assert said in ran.stderr
    assert (touched(letters / "seeds"), names_in(letters)) == before


def test_a_source_inside_the_destination_is_only_read(archiver: Archiver, letters: Path) -> None:
    before = touched(letters / "seeds")
    ran = archiver("build", "--out", ".", "--no-pdfa", "--json", cwd=letters)
    assert (ran.status, set(ran.statuses.values())) == (0, {"built"})
    assert touched(letters / "seeds") == before
    archiver.verify("letter", "table", cwd=letters)


@pytest.mark.parametrize("holder", ["file", "folder", "link", "another bag"])
def test_a_name_that_something_else_bears_is_left_to_it(archiver: Archiver, letters: Path, holder: str) -> None:
    taken = letters / "packages" / "letter"
    taken.parent.mkdir()
    if holder == "file":
        taken.write_text("mine\n", encoding="utf-8")
    elif holder == "link":
        taken.symlink_to("nowhere")
    else:
        taken.mkdir()
        if holder == "another bag":
            (taken / "bag-info.txt").write_text("External-Identifier: something else\n", encoding="utf-8")
    before = taken.lstat(), contents(taken)
    ran = archiver("build", "--no-pdfa", "--json", cwd=letters)
    assert ran.status == 0
    package = Path(ran.objects[0]["package"])
    assert re.fullmatch(r"letter-[0-9a-f]{8}", package.name)
    assert (taken.lstat(), contents(taken)) == before
    assert archiver("build", "--no-pdfa", "--json", cwd=letters).statuses["letter.txt"] == "current"
    archiver.verify(package, cwd=letters)


def test_a_file_that_grows_while_it_is_read_fails_alone(archiver: Archiver, tmp_path: Path) -> None:
    source = tmp_path / "seeds"
    source.mkdir()
    (source / "still.txt").write_text("still\n", encoding="utf-8")
    growing = source / "growing.log"
    with growing.open("wb") as file:
        file.truncate(48 << 20)
    done = threading.Event()

    def grow() -> None:
        with growing.open("ab", buffering=0) as log:
            while not done.is_set():
                log.write(b"x")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        ran = archiver("build", "--no-pdfa", "--json", cwd=tmp_path)
    finally:
        done.set()
        writer.join()
    assert ran.status == 3
    assert ran.statuses == {"growing.log": "failed", "still.txt": "built"}
    assert error_of(ran.objects[0])["code"] == "file-changed-while-read"
    assert [package.name for package in packages_of(tmp_path / "packages")] == ["still"]


def test_two_builds_at_once_make_each_package_once(archiver: Archiver, tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    names = [f"letter-{number}.txt" for number in range(8)]
    for name in names:
        (tmp_path / "seeds" / name).write_text(f"{name}\n", encoding="utf-8")
    running = [archiver.start("build", "--no-pdfa", "--json", cwd=tmp_path) for _ in range(3)]
    ended = [(process, *process.communicate(timeout=120)) for process in running]
    for process, stdout, stderr in ended:
        assert "Traceback" not in stderr
        assert process.returncode in {0, 3}, stderr
        assert set(re.findall(r'"severity": "error", "code": "([^"]+)"', stdout)) <= {"package-name-taken"}
    assert [package.name for package in packages_of(tmp_path / "packages")] == [name[:-4] for name in names]
    assert not (tmp_path / "packages" / ".archiver-staging").exists()
    archiver.verify("packages", cwd=tmp_path)
    again = archiver("build", "--no-pdfa", "--json", cwd=tmp_path)
    assert (again.status, set(again.statuses.values())) == (0, {"current"})


@pytest.mark.parametrize(
    ("random", "measure"),
    [
        pytest.param(True, "VmHWM", id="all of it"),
        # To identify what no signature ends early, the identifier maps the whole file: pages that the kernel takes
        # back when it needs them, and no memory of the process.
        pytest.param(False, "RssAnon", id="its own, of a file read to the end"),
    ],
)
def test_a_large_file_is_packaged_in_little_memory(
    archiver: Archiver, tmp_path: Path, measure: str, *, random: bool
) -> None:
    (tmp_path / "seeds").mkdir()
    with (tmp_path / "seeds" / "disk.img").open("wb") as file:
        file.truncate(300 << 20)
        for _ in range(300 if random else 0):
            file.write(os.urandom(1 << 20))
    process = archiver.start("build", "--json", cwd=tmp_path)
    peak = 0
    while process.poll() is None:
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            peak = max(peak, *(int(size) << 10 for size in re.findall(rf"{measure}:\s+(\d+) kB", status)), 0)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stderr
    assert '"status": "built"' in stdout
    assert 10 << 20 < peak < MEMORY_LIMIT
    archiver.verify("packages", cwd=tmp_path)
