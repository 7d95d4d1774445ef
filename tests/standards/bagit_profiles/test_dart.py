from __future__ import annotations

import json
from typing import Any

from archiver.standards.bagit_profiles import BagProfile, LabelRule, parse_profile


def tag(file: str, name: str, *, required: bool = False, values: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"tagFile": file, "tagName": name, "required": required, "values": list(values), "help": "", "errors": {}}


DART = {
    "id": "043f1c22",
    "name": "Example",
    "required": ["name", "id"],
    "acceptBagItVersion": ["0.97", "1.0"],
    "acceptSerialization": ["application/tar"],
    "allowFetchTxt": False,
    "bagItProfileInfo": {
        "bagItProfileIdentifier": "https://example.org/p.json",
        "bagItProfileVersion": "",
        "externalDescription": "What we take in",
        "sourceOrganization": "Example Archive",
        "version": "2.2",
    },
    "manifestsRequired": ["md5"],
    "manifestsAllowed": ["md5", "sha256"],
    "tagManifestsRequired": [],
    "tagManifestsAllowed": [],
    "tagFilesAllowed": ["*", ""],
    "serialization": "required",
    "tarDirMustMatchName": True,
    "tags": [
        tag("bagit.txt", "BagIt-Version", required=True, values=("0.97", "1.0")),
        tag("bag-info.txt", "Source-Organization", required=True),
        tag("bag-info.txt", "Access", values=("Open", "Closed")),
        tag("example-info.txt", "Title", required=True),
        tag("example-info.txt", "Description"),
        tag("more.txt", "Note"),
    ],
}


def test_a_profile_in_the_form_of_dart() -> None:
    reading = parse_profile(json.dumps(DART).encode(), "p.json")
    assert reading.profile == BagProfile(
        name="p.json",
        about=(
            ("BagIt-Profile-Identifier", "https://example.org/p.json"),
            ("External-Description", "What we take in"),
            ("Source-Organization", "Example Archive"),
            ("Version", "2.2"),
        ),
        labels=(
            LabelRule(label="Source-Organization", required=True),
            LabelRule(label="Access", values=("Open", "Closed")),
        ),
        manifests_required=("md5",),
        manifests_allowed=("md5", "sha256"),
        allow_fetch=False,
        serialization="required",
        accept_serialization=("application/tar",),
        accept_bagit_version=("0.97", "1.0"),
        tag_files_required=("example-info.txt",),
        tag_files_allowed=("*",),
    )
    assert [finding.code for finding in reading.findings] == ["profile-form", *["profile-key-unknown"] * 3]
    messages = " ".join(finding.message for finding in reading.findings)
    for words in ("form of DART", 'labels of "example-info.txt"', 'labels of "more.txt"', '"tarDirMustMatchName"'):
        assert words in messages


def test_nothing_in_it_has_to_be_there() -> None:
    reading = parse_profile(b'{"bagItProfileInfo": null, "tags": 1}', "p.json")
    assert reading.profile == BagProfile(name="p.json")
