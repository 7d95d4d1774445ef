"""The Library of Congress conformance suite: every bag judged as its folder says, for the defect its folder names."""

from __future__ import annotations

import hashlib
import tarfile
import unicodedata
from pathlib import Path

import pytest

from archiver.model import Severity
from archiver.storage.bag_reader import verify_bag

SUITE = Path(__file__).resolve().parents[2].parent / "shared" / "conformance" / "bagit-conformance-suite.tar.xz"

DEFECTS = {
    "v0.97/invalid/baginfo-missing-encoding": "bag-declaration-invalid",
    "v0.97/invalid/bom-in-bagit.txt": "bag-declaration-invalid",
    "v0.97/invalid/corrupt-data-file": "bag-file-damaged",
    "v0.97/invalid/corrupt-tag-file": "bag-file-damaged",
    "v0.97/invalid/extra-file-in-bag": "bag-file-unlisted",
    "v0.97/invalid/invalid-version-number": "bag-declaration-invalid",
    "v0.97/invalid/missing-baginfo": "bag-file-missing",
    "v0.97/invalid/missing-bagit.txt": "not-a-bag",
    "v0.97/invalid/out-of-scope-file-paths-using-dot-notation": "bag-path-unsafe",
    "v0.97/invalid/out-of-scope-file-paths-using-dot-notation-for-fetch": "bag-path-unsafe",
    "v0.97/invalid/same-filename-listed-twice-with-different-hashes": "bag-manifest-conflict",
    "v1.0/invalid/bagit-with-invalid-whitespace": "bag-declaration-invalid",
    "v1.0/invalid/notAllManifestsListAllFiles": "bag-file-unlisted",
    "v1.0/invalid/same-filename-listed-twice-with-different-hashes": "bag-manifest-conflict",
    "v1.0/invalid/same-filename-listed-twice-with-the-same-hash": "bag-manifest-repeated",
}
WARNINGS = {
    "duplicate-file-with-different-case": "bag-names-collide",
    "made-with-md5sum-tools": "bag-manifest-star",
    "relative-path": "bag-manifest-dot-slash",
    "same-filename-listed-twice-with-different-normalization": "bag-names-collide",
    "same-filename-listed-twice-with-the-same-hash": "bag-manifest-repeated",
    "special-system-files": "bag-system-file",
}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("suite")
    with tarfile.open(SUITE) as archive:
        archive.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    # Three warning bags lack a file in the suite's own repository, which cannot hold it.
    warning = root / "v0.97" / "warning"
    case = warning / "duplicate-file-with-different-case"
    (case / "data/HELLO.txt").write_bytes(b"hello\n")
    # Its Payload-Oxum counts one of the two files that its manifest lists: a second defect, mended here.
    old = (case / "bag-info.txt").read_bytes()
    new = old.replace(b"6.1", b"12.2")
    (case / "bag-info.txt").write_bytes(new)
    tags = case / "tagmanifest-sha512.txt"
    tags.write_text(tags.read_text().replace(hashlib.sha512(old).hexdigest(), hashlib.sha512(new).hexdigest()))
    (warning / "special-system-files/data/.DS_Store").touch()
    twins = warning / "same-filename-listed-twice-with-different-normalization/data"
    for form in ("NFC", "NFD"):
        (twins / unicodedata.normalize(form, "N\u00fa\u00f1ez")).touch()
    return root


def bags(suite: Path, kind: str) -> list[Path]:
    return sorted(path for path in suite.glob(f"v*/{kind}/*") if path.is_dir())


def test_valid_bags(suite: Path) -> None:
    found = bags(suite, "valid")
    assert len(found) == 27
    for bag in found:
        verdict = verify_bag(bag)
        assert (verdict.valid, verdict.complete) == (True, True), (bag, verdict.findings)
        assert verdict.bagit_version == bag.parts[-3].removeprefix("v")


def test_invalid_bags_are_refused_for_their_defect(suite: Path) -> None:
    found = bags(suite, "invalid")
    assert {bag.relative_to(suite).as_posix() for bag in found} == set(DEFECTS)
    for bag in found:
        verdict = verify_bag(bag)
        errors = {finding.code for finding in verdict.findings if finding.severity is Severity.ERROR}
        assert verdict.valid is False
        assert DEFECTS[bag.relative_to(suite).as_posix()] in errors, (bag, verdict.findings)


@pytest.mark.parametrize("kind", ["linux-only", "windows-only"])
def test_paths_out_of_the_bag_are_refused_on_every_system(suite: Path, kind: str) -> None:
    found = bags(suite, kind)
    assert len(found) == 6
    for bag in found:
        errors = [f.code for f in verify_bag(bag).findings if f.severity is Severity.ERROR]
        assert errors == ["bag-path-unsafe"], bag


def test_warning_bags_are_accepted_with_their_warning(suite: Path) -> None:
    found = bags(suite, "warning")
    assert {bag.name for bag in found} == set(WARNINGS)
    for bag in found:
        verdict = verify_bag(bag)
        warnings = {finding.code for finding in verdict.findings if finding.severity is Severity.WARNING}
        assert verdict.valid is True, (bag, verdict.findings)
        assert WARNINGS[bag.name] in warnings, (bag, verdict.findings)
