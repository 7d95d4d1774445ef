"""The OCFL community's fixtures: each object judged as its folder says, for the rules that its folder names."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest

from archiver.model import Severity
from archiver.storage.stores.tree import open_tree
from archiver.storage.stores.validation.many import validate_object

SUITE = Path(__file__).resolve().parents[4].parent / "shared" / "conformance" / "ocfl-fixtures.tar.xz"

COUNTS = {"good": 22, "warn": 27, "bad": 107}

ALSO = {
    "E001_invalid_version_format": {"E040", "E042", "E046", "E104"},
    "E003_E063_empty": {"E001"},
    "E010_missing_versions": {"E046"},
    "E011_E013_invalid_padded_head_version": {"E042"},
    "E015_content_not_in_content_dir": {"E042"},
    "E019_inconsistent_content_dir": {"E020", "E042"},
    "E037_inconsistent_id": {"E110"},
    "E046_root_not_most_recent": {"E066"},
    "E049_E050_E054_bad_version_block_values": {"E094"},
    "E063_no_inv": {"E015"},
    "E096_manifest_duplicate_digests": {"E101"},
    "E100_E099_fixity_invalid_content_paths": {"E023", "E092"},
}
"""Further rules that an object breaks, each looked at by hand."""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fixtures")
    with tarfile.open(SUITE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "ocfl-fixtures"


@pytest.mark.parametrize("kind", list(COUNTS))
def test_every_object_is_judged_as_its_folder_says(suite: Path, kind: str) -> None:
    found = sorted(suite.glob(f"1.*/{kind}-objects/*"))
    assert len(found) == COUNTS[kind]
    for folder in found:
        verdict = validate_object(open_tree(str(folder)), "")
        named = set(re.findall(r"[EW][0-9]{3}(?=_)", folder.name))
        rules = {
            severity: {
                rule
                for finding in verdict.findings
                if finding.severity is severity
                for rule in re.findall(r"[EW][0-9]{3}", finding.message.rpartition("(OCFL ")[2])
            }
            for severity in Severity
        }
        assert verdict.valid is (kind != "bad"), (folder, verdict.findings)
        errors, warnings = rules[Severity.ERROR], rules[Severity.WARNING]
        if kind == "bad":
            assert named <= errors <= named | ALSO.get(folder.name, set()), (folder, verdict.findings)
        else:
            assert (errors, warnings) == (set(), named), (folder, verdict.findings)


def test_good_objects_are_sound_without_their_content_being_read(suite: Path) -> None:
    for folder in sorted(suite.glob("1.*/good-objects/*")):
        verdict = validate_object(open_tree(str(folder)), "", "fast")
        assert (verdict.valid, verdict.findings) == (None, ()), folder
