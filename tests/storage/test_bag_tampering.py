"""Structural tampering: noticed; and where everything was written anew to fit, noticed with an expected digest."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from archiver.model import Severity
from archiver.standards.expected_digest import ExpectedDigest
from archiver.storage.bag_reader import verify_bag
from tests.storage.tampered_bags import Files, as_folder, as_tar, as_zip, loose, manifest, resealed, strict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.model import BagVerdict

TAGS = "tagmanifest-sha512.txt"


def errors(verdict: BagVerdict) -> list[str]:
    return [finding.code for finding in verdict.findings if finding.severity is Severity.ERROR]


def expected_of(files: Files) -> ExpectedDigest:
    return ExpectedDigest(digest=hashlib.sha512(files[TAGS]).digest())


def swapped(files: Files, one: str, other: str) -> Files:
    return {**files, one: files[other], other: files[one]}


def without(files: Files, *names: str) -> Files:
    return {name: data for name, data in files.items() if name not in names}


def changed(files: Files, name: str, change: Callable[[bytes], bytes]) -> Files:
    return {**files, name: change(files[name])}


STRICT = strict()
CASES = [
    *(pytest.param(without(STRICT, name), id=f"{name} deleted") for name in STRICT if name != TAGS),
    *(
        pytest.param(changed(STRICT, name, lambda data: data[:-1]), id=f"{name} one byte shorter")
        for name in STRICT
        if name != TAGS
    ),
    *(pytest.param(changed(STRICT, name, lambda data: data + b"x"), id=f"{name} one byte longer") for name in STRICT),
    *(pytest.param(changed(STRICT, name, lambda _: b""), id=f"{name} emptied") for name in STRICT if name != TAGS),
    pytest.param({**STRICT, "data/new": b""}, id="a file added"),
    pytest.param(swapped(STRICT, "data/50%", "data/b/\u00e9"), id="two files' contents, or their names, swapped"),
    pytest.param(swapped(STRICT, "manifest-md5.txt", "manifest-sha512.txt"), id="two manifests swapped"),
    pytest.param({**without(STRICT, "data/50%"), "data/51%": STRICT["data/50%"]}, id="a file renamed"),
    pytest.param({**STRICT, "manifest-sha256.txt": b""}, id="an empty manifest added"),
    pytest.param(changed(STRICT, "manifest-md5.txt", lambda data: data.split(b"\n")[0] + b"\n"), id="a line taken out"),
    pytest.param(changed(STRICT, "bagit.txt", lambda data: data.replace(b"1.0", b"0.97")), id="another version"),
    pytest.param({**STRICT, "fetch.txt": b"https://example.org/ 1 data/x\n"}, id="a fetch file added"),
]


@pytest.mark.parametrize("pack", [as_folder, as_tar, as_zip])
@pytest.mark.parametrize("files", CASES)
def test_noticed(tmp_path: Path, pack: Callable[[Files, Path], Path], files: Files) -> None:
    verdict = verify_bag(pack(files, tmp_path))
    assert verdict.valid is False
    assert errors(verdict)


@pytest.mark.parametrize("pack", [as_folder, as_tar, as_zip])
def test_untouched(tmp_path: Path, pack: Callable[[Files, Path], Path]) -> None:
    verdict = verify_bag(pack(STRICT, tmp_path), expected=expected_of(STRICT))
    assert (verdict.valid, verdict.findings) == (True, ())


@pytest.mark.parametrize("name", ["manifest-md5.txt", TAGS])
def test_the_order_of_lines_means_nothing(tmp_path: Path, name: str) -> None:
    """In a payload manifest it changes the file that the tag manifest vouches for; there nothing but the digest."""
    files = changed(STRICT, name, lambda data: b"".join(data.splitlines(keepends=True)[::-1]))
    assert files != STRICT
    verdict = verify_bag(as_folder(files, tmp_path))
    assert (verdict.valid, errors(verdict)) == ((True, []) if name == TAGS else (False, ["bag-file-damaged"]))
    lines = loose()["manifest-md5.txt"].splitlines(keepends=True)
    (tmp_path / "2").mkdir()
    assert verify_bag(as_folder({**loose(), "manifest-md5.txt": b"".join(lines[::-1])}, tmp_path / "2")).valid


def test_a_name_as_old_tools_would_have_kept_it_is_a_warning(tmp_path: Path) -> None:
    files = {**without(STRICT, "data/50%"), "data/50%25": STRICT["data/50%"]}
    verdict = verify_bag(as_folder(files, tmp_path))
    assert (verdict.valid, [finding.code for finding in verdict.findings]) == (True, ["bag-path-not-encoded"])


UNNOTICED = [
    pytest.param(changed(STRICT, TAGS, lambda data: data[:-1]), id="the last line end of the tag manifest"),
    pytest.param(without(STRICT, TAGS), id="the tag manifest deleted"),
    pytest.param(without(resealed(without(STRICT, "manifest-md5.txt")), TAGS), id="and a manifest"),
    pytest.param(without({**STRICT, "bag-info.txt": b"Contact-Name: X\n"}, TAGS), id="and the metadata changed"),
    pytest.param(resealed({**STRICT, "data/50%": b"forged"}), id="a file changed, every digest anew"),
    pytest.param(resealed({**STRICT, "data/new": b"forged"}), id="a file added, every digest anew"),
    pytest.param(resealed(without(STRICT, "data/50%")), id="a file deleted, every digest anew"),
    pytest.param(resealed(without(STRICT, "manifest-sha512.txt")), id="the stronger manifest taken out"),
    pytest.param(
        {
            **without(resealed(STRICT), TAGS),
            "tagmanifest-md5.txt": manifest(
                without(STRICT, *[p for p in STRICT if p.startswith("data/")], TAGS), "md5"
            ),
        },
        id="another tag manifest in its place",
    ),
]


@pytest.mark.parametrize("pack", [as_folder, as_tar, as_zip])
@pytest.mark.parametrize("files", UNNOTICED)
def test_noticed_with_the_expected_digest_alone(
    tmp_path: Path, pack: Callable[[Files, Path], Path], files: Files
) -> None:
    bag = pack(files, tmp_path)
    assert verify_bag(bag).valid is True, "no bag can show this by itself"
    verdict = verify_bag(bag, expected=expected_of(STRICT))
    assert (verdict.valid, errors(verdict)) == (False, ["bag-tag-manifest-unexpected"])
    (finding,) = (finding for finding in verdict.findings if finding.severity is Severity.ERROR)
    assert expected_of(STRICT).digest.hex()[:16] in finding.message


def test_a_second_tag_manifest_beside_the_expected_one_vouches_for_nothing(tmp_path: Path) -> None:
    """Before BagIt 1.0 one manifest is enough for a file, and a tag manifest need not list every manifest."""
    old = resealed({**loose(), TAGS: b""})
    grown = {**old, "data/new": b"forged", "manifest-sha1.txt": manifest({"data/new": b"forged"}, "sha1")}
    grown["bag-info.txt"] = old["bag-info.txt"]
    bag = as_folder(without(grown, "bag-info.txt"), tmp_path)
    (bag / TAGS).write_bytes(
        manifest(without(old, "bag-info.txt", TAGS, *filter(lambda p: p[:5] == "data/", old)), "sha512")
    )
    expected = ExpectedDigest(digest=hashlib.sha512((bag / TAGS).read_bytes()).digest())
    assert verify_bag(bag).valid is True
    verdict = verify_bag(bag, expected=expected)
    assert (verdict.valid, errors(verdict)) == (False, ["bag-tag-file-not-covered"])


def test_a_tag_file_that_is_not_covered_is_named(tmp_path: Path) -> None:
    bag = as_folder({**STRICT, "notes.txt": b"anything"}, tmp_path)
    verdict = verify_bag(bag, expected=expected_of(STRICT))
    assert verdict.valid is True
    assert [(finding.code, finding.file) for finding in verdict.findings] == [("bag-tag-file-not-covered", "notes.txt")]


@pytest.mark.parametrize("algorithm", ["sha512", "sha256", "md5", "sha3_512", "blake2b"])
def test_any_algorithm_of_the_expected_digest(tmp_path: Path, algorithm: str) -> None:
    bag = as_folder(STRICT, tmp_path)
    digest = hashlib.new(algorithm, STRICT[TAGS]).digest()
    assert verify_bag(bag, expected=ExpectedDigest(digest=digest, algorithm=algorithm)).valid is True
    wrong = bytes([digest[0] ^ 1]) + digest[1:]
    assert verify_bag(bag, expected=ExpectedDigest(digest=wrong, algorithm=algorithm)).valid is False


def test_the_levels_that_read_less_look_at_it_too(tmp_path: Path) -> None:
    bag = as_folder(resealed({**STRICT, "data/new": b""}), tmp_path)
    for level in ("fast", "complete"):
        assert errors(verify_bag(bag, level, expected=expected_of(STRICT))) == ["bag-tag-manifest-unexpected"]
