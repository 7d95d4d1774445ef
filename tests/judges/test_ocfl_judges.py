"""The judges of OCFL: each passes a storage root written by hand, and refuses one that is damaged."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.judges.verdict import JudgeBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.ocfl import OcflVerdict
    from tests.judges.seaweedfs import ObjectStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a storage root with one object, written by hand."""
    root = tmp_path / "root \u00e9"
    (root / "one/v1/content").mkdir(parents=True)
    (root / "0=ocfl_1.1").write_text("ocfl_1.1\n", encoding="utf-8")
    (root / "one/0=ocfl_object_1.1").write_text("ocfl_object_1.1\n", encoding="utf-8")
    (root / "one/v1/content/a.txt").write_bytes(b"a\n")
    digest = hashlib.sha512(b"a\n").hexdigest()
    version = {
        "created": "2022-01-05T00:00:00Z",
        "state": {digest: ["a.txt"]},
        "message": "First",
        "user": {"name": "A", "address": "mailto:a@example.org"},
    }
    inventory = {
        "id": "one",  # no URI, which is worth a warning
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha512",
        "head": "v1",
        "manifest": {digest: ["v1/content/a.txt"]},
        "versions": {"v1": version},
    }
    for folder in (root / "one", root / "one/v1"):
        data = json.dumps(inventory).encode()
        (folder / "inventory.json").write_bytes(data)
        (folder / "inventory.json.sha512").write_text(f"{hashlib.sha512(data).hexdigest()} inventory.json\n")
    return root


def test_ocfl_py_passes_a_good_root(root: Path, ocfl_judge: Callable[[Path], OcflVerdict]) -> None:
    verdict = ocfl_judge(root)
    assert verdict.passed, verdict.detail
    assert verdict.objects == 1
    assert verdict.codes == {"W005"}


def test_ocfl_py_passes_an_object(root: Path, ocfl_judge: Callable[[Path], OcflVerdict]) -> None:
    verdict = ocfl_judge(root / "one")
    assert verdict.passed, verdict.detail


def test_ocfl_py_refuses_a_changed_byte(root: Path, ocfl_judge: Callable[[Path], OcflVerdict]) -> None:
    (root / "one/v1/content/a.txt").write_bytes(b"b\n")
    verdict = ocfl_judge(root)
    assert not verdict.passed
    assert "E092" in verdict.codes, verdict.detail


def test_ocfl_py_refuses_a_file_in_the_roots_folders(root: Path, ocfl_judge: Callable[[Path], OcflVerdict]) -> None:
    (root / "two/three").mkdir(parents=True)
    (root / "two/three/stray").touch()
    verdict = ocfl_judge(root)
    assert not verdict.passed, verdict.detail


def test_ocfl_py_without_a_verdict_is_no_pass(tmp_path: Path, ocfl_judge: Callable[[Path], OcflVerdict]) -> None:
    with suppress(JudgeBrokenError):
        assert not ocfl_judge(tmp_path / "nothing here").passed


def test_rocfl_passes_a_good_root(root: Path, rocfl_judge: Callable[[Path], OcflVerdict]) -> None:
    verdict = rocfl_judge(root)
    assert verdict.passed, verdict.detail
    assert verdict.objects == 1
    assert verdict.codes == {"W005"}


def test_rocfl_refuses_a_changed_byte(root: Path, rocfl_judge: Callable[[Path], OcflVerdict]) -> None:
    (root / "one/v1/content/a.txt").write_bytes(b"b\n")
    verdict = rocfl_judge(root)
    assert not verdict.passed
    assert "E092" in verdict.codes, verdict.detail


def test_rocfl_without_a_verdict_is_no_pass(tmp_path: Path, rocfl_judge: Callable[[Path], OcflVerdict]) -> None:
    with suppress(JudgeBrokenError):
        assert not rocfl_judge(tmp_path / "nothing here").passed


def test_the_object_store_holds_what_it_is_given(object_store: ObjectStore) -> None:
    location = object_store.put({"a/b": b"b"})
    assert object_store.filesystem.cat_file(f"{location}/a/b") == b"b"


def test_the_object_store_refuses_a_stranger(object_store: ObjectStore) -> None:
    location = object_store.put({"a/b": b"b"})
    stranger = type(object_store.filesystem)(
        key="tests",
        secret="another",  # noqa: S106
        endpoint_url=object_store.endpoint_url,
        skip_instance_cache=True,
    )
    with pytest.raises(PermissionError):
        stranger.cat_file(f"{location}/a/b")
