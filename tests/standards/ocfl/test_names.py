"""Tests of the small files of OCFL objects and storage roots."""

from __future__ import annotations

import json

from archiver.standards.ocfl.layouts import layout_named
from archiver.standards.ocfl.names import (
    declaration,
    object_declaration,
    root_files,
    sidecar,
    sidecar_content,
)


def test_declarations_state_their_own_names() -> None:
    assert object_declaration("1.1") == "0=ocfl_object_1.1"
    assert declaration("0=ocfl_object_1.1") == b"ocfl_object_1.1\n"


def test_a_sidecar_is_named_by_its_algorithm() -> None:
    assert sidecar("sha512") == "inventory.json.sha512"
    assert sidecar_content("ab12") == b"ab12 inventory.json\n"


def test_a_new_root_names_its_layout_with_all_parameters() -> None:
    files = root_files(layout_named("0003", {}))
    assert files["0=ocfl_1.1"] == b"ocfl_1.1\n"
    name = "0003-hash-and-id-n-tuple-storage-layout"
    assert json.loads(files["ocfl_layout.json"])["extension"] == name
    assert json.loads(files[f"extensions/{name}/config.json"]) == {
        "extensionName": name,
        "digestAlgorithm": "sha256",
        "tupleSize": 3,
        "numberOfTuples": 3,
    }


def test_a_layout_without_parameters_has_no_file_of_them() -> None:
    assert set(root_files(layout_named("0002", {}))) == {"0=ocfl_1.1", "ocfl_layout.json"}
