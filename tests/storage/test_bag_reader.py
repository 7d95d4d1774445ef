from __future__ import annotations

import hashlib
import os
import socket
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import bagit
import pytest

from archiver.model import BagVerdict, Severity, VerifyLevel
from archiver.standards.bagit import bag_info_text, manifest_text
from archiver.storage.bag_reader import bytes_to_read, verify_bag

FILES = {"data/a.txt": b"alpha\n", "data/box 1/b.bin": bytes(range(256)), "data/empty": b""}


def make_bag(
    folder: Path,
    files: dict[str, bytes] = FILES,
    *,
    version: str = "1.0",
    algorithms: Iterable[str] = ("sha512",),
    info: str | None = None,
    encoding: str = "UTF-8",
) -> Path:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    oxum = f"{sum(map(len, files.values()))}.{len(files)}"
    tag_files = {
        "bagit.txt": f"BagIt-Version: {version}\nTag-File-Character-Encoding: {encoding}\n".encode(),
        "bag-info.txt": (bag_info_text([("Payload-Oxum", oxum)]) if info is None else info).encode(encoding),
    }
    for algorithm in algorithms:
        entries = [(path, hashlib.new(algorithm, data).hexdigest()) for path, data in files.items()]
        tag_files[f"manifest-{algorithm}.txt"] = manifest_text(entries).encode(encoding)
    for name, data in tag_files.items():
        (folder / name).write_bytes(data)
    seal(folder, algorithms, encoding)
    return folder


def seal(folder: Path, algorithms: Iterable[str] = ("sha512",), encoding: str = "UTF-8") -> None:
    """Write the tag manifests anew, so that a test changes one thing alone."""
    names = [p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith("tagmanifest-")]
    for algorithm in algorithms:
        entries = [(name, hashlib.new(algorithm, (folder / name).read_bytes()).hexdigest()) for name in names]
        (folder / f"tagmanifest-{algorithm}.txt").write_bytes(manifest_text(entries).encode(encoding))


def errors(verdict: BagVerdict) -> list[str]:
    return [finding.code for finding in verdict.findings if finding.severity is Severity.ERROR]


def codes(verdict: BagVerdict) -> list[str]:
    return [finding.code for finding in verdict.findings if finding.severity is not Severity.INFO]


@pytest.mark.parametrize("algorithms", [("sha512",), ("md5", "sha256"), ("sha3_256", "blake2b")])
@pytest.mark.parametrize("version", ["0.97", "1.0"])
def test_a_good_bag_is_valid(tmp_path: Path, version: str, algorithms: tuple[str, ...]) -> None:
    bag = make_bag(tmp_path, version=version, algorithms=algorithms)
    verdict = verify_bag(bag)
    assert verdict == BagVerdict(
        path=str(tmp_path),
        valid=True,
        complete=True,
        bagit_version=version,
        algorithms=algorithms if algorithms[0] != "sha3_256" else ("blake2b", "sha3_256"),
        files=3,
        bytes=262,
        findings=(),
    )
    assert bagit.Bag(str(bag)).validate()


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "windows-1251", "UTF-32"])
def test_declared_encodings_are_honoured(tmp_path: Path, encoding: str) -> None:
    name = "data/ж" if encoding == "windows-1251" else "data/é"
    assert codes(verify_bag(make_bag(tmp_path, {name: b"x"}, encoding=encoding))) == []


def test_names_that_need_encoding(tmp_path: Path) -> None:
    names = ["data/50%", "data/%25", "data/a\nb", "data/a\r\nb", "data/a\u2028b", "data/ x ", "data/a\\b", "data/-rf *"]
    verdict = verify_bag(make_bag(tmp_path, {name: name.encode() for name in names}))
    assert verdict.valid
    assert set(codes(verdict)) == {"bag-name-hidden-characters"}


def test_levels(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    (bag / "data/a.txt").write_bytes(b"alphA\n")
    assert (verify_bag(bag, "complete").valid, verify_bag(bag, "complete").complete) == (None, True)
    assert (verify_bag(bag, "fast").valid, verify_bag(bag, "fast").complete) == (None, True)
    full = verify_bag(bag, "full")
    assert (full.valid, full.complete, errors(full)) == (False, True, ["bag-file-damaged"])
    assert full.findings[0].file == "data/a.txt"
    (bag / "data/a.txt").write_bytes(b"alpha+\n")
    assert errors(verify_bag(bag, "fast")) == ["bag-oxum-mismatch"]


def test_fast_says_when_it_has_no_size_to_go_by(tmp_path: Path) -> None:
    verdict = verify_bag(make_bag(tmp_path, info="Title: x\n"), "fast")
    assert (verdict.valid, codes(verdict)) == (None, ["bag-oxum-absent"])


@pytest.mark.parametrize("level", ["full", "complete", "fast"])
def test_every_missing_and_extra_file_is_named(tmp_path: Path, level: VerifyLevel) -> None:
    bag = make_bag(tmp_path, info="")
    (bag / "data/a.txt").unlink()
    (bag / "data/empty").unlink()
    (bag / "data/new1").write_bytes(b"")
    (bag / "data/new2").write_bytes(b"")
    verdict = verify_bag(bag, level)
    assert [(f.code, f.file) for f in verdict.findings if f.severity is Severity.ERROR] == [
        ("bag-file-missing", "data/a.txt"),
        ("bag-file-missing", "data/empty"),
        ("bag-file-unlisted", "data/new1"),
        ("bag-file-unlisted", "data/new2"),
    ]
    assert (verdict.valid, verdict.complete) == (False, False)


def test_damage_and_loss_are_told_apart_and_both_told(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, info="", algorithms=("sha256", "sha512"))
    (bag / "data/a.txt").write_bytes(b"")
    (bag / "data/empty").unlink()
    verdict = verify_bag(bag)
    assert {finding.file: finding.code for finding in verdict.findings} == {
        "data/a.txt": "bag-file-damaged",
        "data/empty": "bag-file-missing",
    }


def test_a_manifest_that_alone_disagrees_is_suspected(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, algorithms=("sha256", "sha512"))
    text = (bag / "manifest-sha256.txt").read_text()
    (bag / "manifest-sha256.txt").write_text(("1" if text[0] == "0" else "0") + text[1:])
    seal(bag, ("sha256", "sha512"))
    (finding,) = verify_bag(bag).findings
    assert finding.code == "bag-file-damaged"
    assert "the manifest may be wrong" in finding.message


@pytest.mark.parametrize(("version", "expected"), [("1.0", ["bag-manifest-incomplete"]), ("0.97", [])])
def test_uneven_manifests(tmp_path: Path, version: str, expected: list[str]) -> None:
    bag = make_bag(tmp_path, algorithms=("sha256", "sha512"), version=version)
    lines = (bag / "manifest-sha256.txt").read_text().splitlines(keepends=True)
    (bag / "manifest-sha256.txt").write_text("".join(lines[1:]))
    seal(bag, ("sha256", "sha512"))
    assert codes(verify_bag(bag)) == expected


@pytest.mark.parametrize(("version", "severity"), [("1.0", Severity.ERROR), ("0.97", Severity.WARNING)])
def test_rules_that_came_with_1_0(tmp_path: Path, version: str, severity: Severity) -> None:
    bag = make_bag(tmp_path, version=version, info="Payload-Oxum: 262.3\npayload-oxum: 262.3\n")
    manifest = bag / "manifest-sha512.txt"
    manifest.write_text(manifest.read_text() + manifest.read_text().splitlines()[0] + "\n")
    seal(bag)
    tags = (bag / "tagmanifest-sha512.txt").read_text().splitlines()
    kept = [line for line in tags if "manifest" not in line]
    (bag / "tagmanifest-sha512.txt").write_text("\n".join(kept) + f"\n{'0' * 128}  tagmanifest-sha512.txt\n")
    found = {finding.code: finding.severity for finding in verify_bag(bag).findings}
    assert found == dict.fromkeys(
        ["bag-oxum-repeated", "bag-manifest-repeated", "bag-tag-manifest-incomplete", "bag-manifest-scope"], severity
    )


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param("bag-info.txt", b"Payload-Oxum: 1,5\n", ["bag-oxum-invalid"], id="Oxum"),
        pytest.param("bag-info.txt", b"rubbish\n", ["bag-info-syntax"], id="bag-info"),
        pytest.param("bag-info.txt", b"Title: \xff\xfe\n", ["bag-tag-file-encoding"], id="bad bytes"),
        pytest.param("bag-info.txt", b"Title: caf\xc3", ["bag-tag-file-encoding"], id="cut-off character"),
        pytest.param("bag-info.txt", b"\xef\xbb\xbfTitle: x\n", ["bag-tag-file-bom"], id="BOM"),
        pytest.param("bag-info.txt", b"x" * 70_000, ["bag-tag-file-line-too-long", "bag-info-syntax"], id="long line"),
        pytest.param(
            "manifest-crc32.txt", b"", ["bag-algorithm-unknown", "bag-tag-manifest-incomplete"], id="algorithm"
        ),
        pytest.param("fetch.txt", b"https://example.org/x - data/x\n", ["bag-fetch-unlisted"], id="fetch unlisted"),
        pytest.param("fetch.txt", b"https://example.org/x - bagit.txt\n", ["bag-fetch-scope"], id="fetch scope"),
        pytest.param("fetch.txt", b"https://example.org/x - ~/x\n", ["bag-path-unsafe"], id="fetch unsafe"),
        pytest.param("fetch.txt", b"rubbish\n", ["bag-fetch-syntax"], id="fetch syntax"),
    ],
)
def test_tag_file_defects(tmp_path: Path, name: str, content: bytes, expected: list[str]) -> None:
    bag = make_bag(tmp_path)
    (bag / name).write_bytes(content)
    if name != "manifest-crc32.txt":
        seal(bag)
    found = set(errors(verify_bag(bag)))
    assert set(expected) <= found
    assert found <= {*expected, "bag-manifest-incomplete"}


def test_structure(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, {})
    assert codes(verify_bag(bag)) == []
    (bag / "data").rmdir()
    (bag / "manifest-sha512.txt").unlink()
    (bag / "tagmanifest-sha512.txt").unlink()
    verdict = verify_bag(bag)
    assert errors(verdict) == ["bag-payload-folder-missing", "bag-manifest-missing"]
    assert [f.code for f in verdict.findings if f.severity is Severity.INFO] == ["bag-tag-manifest-absent"]


def test_a_payload_manifest_lists_payload_alone(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    with (bag / "manifest-sha512.txt").open("a") as manifest:
        manifest.write(f"{hashlib.sha512(b'').hexdigest()}  notes.txt\n")
    seal(bag)
    assert errors(verify_bag(bag)) == ["bag-manifest-scope"]


def test_holey_bag_is_incomplete(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, info="")
    (bag / "fetch.txt").write_text("https://example.org/a 6 data/a.txt\nhttps://example.org/e 9 data/empty\n")
    seal(bag)
    assert codes(verify_bag(bag)) == ["bag-fetch-size"]
    (bag / "data/a.txt").unlink()
    verdict = verify_bag(bag)
    assert errors(verdict) == ["bag-file-not-fetched"]
    assert not verdict.complete


@pytest.mark.parametrize("listed", ["NFC", "NFD"])
def test_other_normal_form_is_matched_with_a_warning(tmp_path: Path, listed: str) -> None:
    nfc = unicodedata.normalize("NFC", "data/Núñez")
    nfd = unicodedata.normalize("NFD", nfc)
    first, second = (nfc, nfd) if listed == "NFC" else (nfd, nfc)
    bag = make_bag(tmp_path, {first: b"x"})
    (bag / first).rename(bag / second)
    verdict = verify_bag(bag)
    assert (verdict.valid, codes(verdict)) == (True, ["bag-name-normalization"])
    (bag / second).write_bytes(b"y")
    assert errors(verify_bag(bag)) == ["bag-file-damaged"]


def test_case_is_never_guessed(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    (bag / "data/a.txt").rename(bag / "data/A.TXT")
    verdict = verify_bag(bag)
    assert errors(verdict) == ["bag-file-missing", "bag-file-unlisted"]
    assert "data/A.TXT is there, which differs in case" in verdict.findings[0].message


def test_names_that_an_old_tool_did_not_encode(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, {"data/50%25": b"x"}, version="0.97")
    manifest = bag / "manifest-sha512.txt"
    manifest.write_text(manifest.read_text().replace("%2525", "%25"))
    seal(bag)
    verdict = verify_bag(bag)
    assert (verdict.valid, codes(verdict)) == (True, ["bag-path-not-encoded"])


def test_awkward_names(tmp_path: Path) -> None:
    files = dict.fromkeys(["data/A", "data/a", "data/x/Thumbs.db", "data/\u202etxt.exe"], b"")
    verdict = verify_bag(make_bag(tmp_path, files))
    assert verdict.valid
    assert sorted(codes(verdict)) == ["bag-name-hidden-characters", "bag-names-collide", "bag-system-file"]


def test_links_and_special_files_are_refused_unopened(tmp_path: Path) -> None:
    bag = make_bag(tmp_path / "bag", info="")
    outside = tmp_path / "outside"
    outside.write_bytes(FILES["data/a.txt"])
    (bag / "data/a.txt").unlink()
    (bag / "data/a.txt").symlink_to(outside)
    (bag / "data/dir").symlink_to(tmp_path)
    (bag / "notes.txt").symlink_to("/dev/zero")
    (bag / "data/empty").unlink()
    os.mkfifo(bag / "data/empty")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(bag / "data/s"))
        verdict = verify_bag(bag)
    assert sorted((finding.code, finding.file) for finding in verdict.findings) == [
        ("bag-special-file", "data/empty"),
        ("bag-special-file", "data/s"),
        ("bag-symbolic-link", "data/a.txt"),
        ("bag-symbolic-link", "data/dir"),
        ("bag-symbolic-link", "notes.txt"),
    ]
    assert (verdict.valid, verdict.complete) == (False, False)


@pytest.mark.parametrize("name", ["bagit.txt", "manifest-sha512.txt", "bag-info.txt"])
def test_a_pipe_in_place_of_a_tag_file_does_not_hang(tmp_path: Path, name: str) -> None:
    bag = make_bag(tmp_path)
    (bag / name).unlink()
    os.mkfifo(bag / name)
    assert "bag-special-file" in errors(verify_bag(bag))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes device nodes")
def test_a_device_is_refused(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    try:
        os.mknod(bag / "data/zero", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this root may not make device nodes")
    assert errors(verify_bag(bag)) == ["bag-special-file"]


def test_a_folder_in_place_of_a_file_is_a_missing_file(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, info="")
    (bag / "data/a.txt").unlink()
    (bag / "data/a.txt").mkdir()
    assert errors(verify_bag(bag)) == ["bag-file-missing"]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, info="")
    Path(os.fsdecode(os.fsencode(bag) + b"/data/caf\xe9")).write_bytes(b"x")
    assert [(f.code, f.file) for f in verify_bag(bag).findings] == [("bag-name-not-utf8", "data/caf\\xe9")]


def test_what_cannot_be_read_is_neither_damaged_nor_missing(tmp_path: Path) -> None:
    # A folder whose path is beyond PATH_MAX cannot be listed, by root either; files are opened folder by folder. What
    # cannot be read of a file is shown in digesting/test_crew.py.
    deep = "/".join(["data", *["d" * 205] * 19])
    near, far = f"{deep}/" + "f" * (4090 - len(deep)), f"{deep}/" + "g" * 200
    bag = make_bag(tmp_path, {"data/a.txt": b"x"}, info="")
    folder = os.open(bag, os.O_RDONLY)
    for segment in deep.split("/"):
        if segment != "data":
            os.mkdir(segment, dir_fd=folder)
        inner = os.open(segment, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    for path in (near, far):
        os.close(os.open(path.rpartition("/")[2], os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.mkdir("h" * 250, dir_fd=folder)
    os.close(folder)
    digest = hashlib.sha512(b"").hexdigest()
    with (bag / "manifest-sha512.txt").open("a") as manifest:
        manifest.writelines(f"{digest}  {path}\n" for path in (near, far, f"{deep}/{'h' * 250}/x"))
    seal(bag)
    verdict = verify_bag(bag)
    found = {finding.file: finding.code for finding in verdict.findings}
    assert found == {f"{deep}/{'h' * 250}": "bag-folder-unreadable"}
    assert verdict.valid is False


def test_not_a_bag_is_one_finding(tmp_path: Path) -> None:
    bag = make_bag(tmp_path / "bag")
    (bag / "bagit.txt").unlink()
    for path, hint in [(bag, "lost it"), (tmp_path, "not a bag"), (bag / "bag-info.txt", "not a folder")]:
        (finding,) = verify_bag(path).findings
        assert finding.code == "not-a-bag"
        assert hint in finding.message
    assert verify_bag(bag).valid is False


@pytest.mark.parametrize("level", ["full", "fast", "complete"])
def test_progress_never_passes_the_whole(tmp_path: Path, level: VerifyLevel) -> None:
    bag = make_bag(tmp_path, {**FILES, "data/big": bytes(3_000_000)})
    steps: list[int] = []
    verify_bag(bag, level, progress=steps.append)
    assert sum(steps) == bytes_to_read(bag, level)
    assert max(steps) <= 1 << 20


def test_a_manifest_of_hostile_lines_is_bounded(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, {})
    (bag / "manifest-sha512.txt").write_text("x\n" * 100_500)
    seal(bag)
    verdict = verify_bag(bag)
    assert len(verdict.findings) == 100_001
    assert verdict.findings[-1].code == "bag-findings-cut"
    assert "500 more" in verdict.findings[-1].message


def test_manifest_names(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    (bag / "manifest-sha512.txt").rename(bag / "manifest-SHA512.txt")
    seal(bag)
    verdict = verify_bag(bag)
    assert (verdict.valid, codes(verdict)) == (True, ["bag-manifest-name"])


def test_one_file_stands_in_for_one_name_alone(tmp_path: Path) -> None:
    nfc, nfd, mixed = "data/\u00fa\u00f1", "data/u\u0301n\u0303", "data/\u00fan\u0303"
    bag = make_bag(tmp_path, {nfc: b"", nfd: b""}, info="")
    (bag / nfc).rename(bag / mixed)
    (bag / nfd).unlink()
    assert sorted(codes(verify_bag(bag))) == ["bag-file-missing", "bag-name-normalization"]


def test_utf_16_without_a_byte_order_mark_is_big_endian(tmp_path: Path) -> None:
    bag = make_bag(tmp_path, encoding="UTF-16BE")
    (bag / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n")
    seal(bag, encoding="UTF-16BE")
    assert verify_bag(bag).valid
