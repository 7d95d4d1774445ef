from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from archiver.model import Finding, Severity
from archiver.standards.bagit_profiles import BagDescription, BagProfile, LabelRule, check_bag, media_types

IDENTIFIER = "https://example.org/profile.json"
PROFILE = BagProfile(name="p.json", about=(("BagIt-Profile-Identifier", IDENTIFIER),))
NAMED = (("BagIt-Profile-Identifier", IDENTIFIER),)
BAG = BagDescription(
    version="1.0",
    labels=(*NAMED, ("Contact-Name", "A B")),
    manifests=["sha512"],
    tag_manifests=["sha512"],
    files={"bagit.txt": 55, "bag-info.txt": 9, "manifest-sha512.txt": 9, "meta/a.xml": 2, "data/a/b.txt": 3},
)


def found(rules: dict[str, Any], **bag: Any) -> list[Finding]:  # noqa: ANN401 - whatever the fields take
    profile = dataclasses.replace(PROFILE, **rules)
    findings = list(check_bag(profile, dataclasses.replace(BAG, **bag)))
    assert all(finding.message.startswith("p.json") for finding in findings)
    return findings


def codes(rules: dict[str, Any], **bag: Any) -> list[str]:  # noqa: ANN401 - as above
    return [finding.code for finding in found(rules, **bag)]


LABELS = {
    "missing": (LabelRule(label="Contact-Phone", required=True),),
    "value": (LabelRule(label="contact-name", values=("A", "C")),),
    "ok": (LabelRule(label="CONTACT-NAME", required=True, values=("A  B",), repeatable=False),),
}


@pytest.mark.parametrize(
    ("rules", "bag", "code"),
    [
        pytest.param({"labels": LABELS["missing"]}, {}, "profile-label-missing", id="label missing"),
        pytest.param({"labels": LABELS["value"]}, {}, "profile-label-value", id="another value"),
        pytest.param(
            {"labels": (LabelRule(label="Contact-Phone", recommended=True),)},
            {},
            "profile-label-recommended",
            id="recommended",
        ),
        pytest.param(
            {"labels": LABELS["ok"]},
            {"labels": (*NAMED, ("Contact-Name", "A B"), ("contact-Name", "A B"))},
            "profile-label-repeated",
            id="repeated",
        ),
        pytest.param({}, {"labels": ()}, "profile-identifier-missing", id="no identifier"),
        pytest.param(
            {}, {"labels": (("BagIt-Profile-Identifier", "x"),)}, "profile-identifier-other", id="another identifier"
        ),
        pytest.param({"manifests_required": ("md5",)}, {}, "profile-manifest-missing", id="manifest missing"),
        pytest.param({"manifests_allowed": ("md5",)}, {}, "profile-manifest-not-allowed", id="manifest not allowed"),
        pytest.param({"tag_manifests_required": ("md5",)}, {}, "profile-manifest-missing", id="tag manifest missing"),
        pytest.param(
            {"tag_manifests_allowed": ("md5",)}, {}, "profile-manifest-not-allowed", id="tag manifest not allowed"
        ),
        pytest.param({"tag_files_required": ("b.xml",)}, {}, "profile-tag-file-missing", id="tag file missing"),
        pytest.param({"tag_files_allowed": ("*.txt",)}, {}, "profile-tag-file-not-allowed", id="tag file not allowed"),
        pytest.param({"tag_files_allowed": ()}, {}, "profile-tag-file-not-allowed", id="no tag file allowed"),
        pytest.param(
            {"payload_files_required": ("data/c",)}, {}, "profile-payload-file-missing", id="payload file missing"
        ),
        pytest.param(
            {"payload_files_required": ("data/b/",)}, {}, "profile-payload-file-missing", id="payload folder missing"
        ),
        pytest.param(
            {"payload_files_allowed": ("data/?.txt",)}, {}, "profile-payload-file-not-allowed", id="payload not allowed"
        ),
        pytest.param(
            {"payload_files_allowed": ("data/a/*",)},
            {"fetch": ["data/x"]},
            "profile-payload-file-not-allowed",
            id="to be fetched, not allowed",
        ),
        pytest.param({"allow_fetch": False}, {"fetch": []}, "profile-fetch-not-allowed", id="fetch.txt not allowed"),
        pytest.param({"fetch_required": True}, {}, "profile-fetch-missing", id="fetch.txt missing"),
        pytest.param({"data_empty": True}, {}, "profile-payload-not-empty", id="payload not empty"),
        pytest.param(
            {"data_empty": True},
            {"files": {"data/a": 0, "data/b": 0}},
            "profile-payload-not-empty",
            id="two empty files",
        ),
        pytest.param({"serialization": "required"}, {}, "profile-serialization", id="a folder"),
        pytest.param(
            {"serialization": "forbidden"}, {"serialization": media_types("a.zip")}, "profile-serialization", id="a zip"
        ),
        pytest.param(
            {"accept_serialization": ("application/zip",)},
            {"serialization": media_types("a.tar")},
            "profile-serialization-type",
            id="a tar, where zip is accepted",
        ),
        pytest.param({"accept_bagit_version": ("0.97",)}, {}, "profile-bagit-version", id="version"),
    ],
)
def test_each_rule_that_is_broken_is_named(rules: dict[str, Any], bag: dict[str, Any], code: str) -> None:
    (finding,) = found(rules, **bag)
    assert finding.code == code
    assert finding.severity is (Severity.WARNING if code == "profile-label-recommended" else Severity.ERROR)


@pytest.mark.parametrize(
    ("rules", "bag"),
    [
        pytest.param({}, {}, id="nothing asked"),
        pytest.param({"labels": LABELS["ok"]}, {}, id="label"),
        pytest.param({"labels": LABELS["ok"]}, {"labels": (*NAMED, ("contact-name", "A\nB"))}, id="fold"),
        pytest.param({"labels": (LabelRule(label="bagit-profile-identifier", values=("x",)),)}, {}, id="identifier"),
        pytest.param(
            {},
            {"labels": (("bagit-profile-identifier", "x"), ("BAGIT-PROFILE-IDENTIFIER", IDENTIFIER))},
            id="several profiles",
        ),
        pytest.param({"about": ()}, {"labels": (("BagIt-Profile-Identifier", "x"),)}, id="profile without identifier"),
        pytest.param({"labels": LABELS["missing"]}, {"labels": None}, id="labels unknown"),
        pytest.param({"manifests_required": ("sha3256",)}, {"manifests": ["SHA3-256", "md5"]}, id="spelling"),
        pytest.param({"manifests_allowed": ("sha512", "md5"), "tag_manifests_allowed": ("sha512",)}, {}, id="allowed"),
        pytest.param({"tag_files_required": ("meta/a.xml",), "tag_files_allowed": ("meta/*",)}, {}, id="tag files"),
        pytest.param({"tag_files_required": ("meta/*.xml",)}, {}, id="a required pattern"),
        pytest.param({"tag_files_allowed": ("*",)}, {}, id="a star passes slashes"),
        pytest.param({"payload_files_required": ("data/", "data/a/", "data/a/b.txt")}, {}, id="payload files"),
        pytest.param({"payload_files_required": ("data/x",)}, {"fetch": ["data/x"]}, id="required, to be fetched"),
        pytest.param({"payload_files_required": ("data/x/",)}, {"fetch": ["data/x/y"]}, id="folder to be fetched"),
        pytest.param({"payload_files_allowed": ("data/a/[!a].txt",)}, {}, id="a class of characters"),
        pytest.param({"data_empty": True}, {"files": {"data/.keep": 0, "bagit.txt": 5}}, id="one empty file"),
        pytest.param({"data_empty": True}, {"files": {}}, id="no file"),
        pytest.param({"fetch_required": True}, {"fetch": []}, id="fetch.txt"),
        pytest.param({"serialization": "forbidden", "accept_serialization": ("application/zip",)}, {}, id="a folder"),
        pytest.param({"accept_serialization": ("application/zip",)}, {}, id="optional, and a folder"),
        pytest.param({"serialization": "required"}, {"serialization": media_types("a.x")}, id="any archive"),
        pytest.param({"accept_bagit_version": ("0.97", "1.0")}, {}, id="version"),
        pytest.param({"accept_bagit_version": ("0.97",)}, {"version": None}, id="no version, which BagIt's rules say"),
        pytest.param(
            {"payload_files_required": ("data/e\u0301",), "payload_files_allowed": ("data/e\u0301*",)},
            {"files": {"data/\u00e9": 1}},
            id="NFC and NFD",
        ),
        pytest.param({"payload_files_allowed": ("data/[a",)}, {"files": {"data/[a": 1}}, id="a bracket in a name"),
    ],
)
def test_what_keeps_to_the_profile_has_no_finding(rules: dict[str, Any], bag: dict[str, Any]) -> None:
    assert found(rules, **bag) == []


@pytest.mark.parametrize(
    ("name", "accepted", "good"),
    [
        ("a.tar", "application/x-tar", True),
        ("a.TAR", "application/tar", True),
        ("a.tar.gz", "application/tar", False),
        ("a.tar.gz", "application/gzip", True),
        ("a.tgz", "application/x-tar+gzip", True),
        ("a.zip", "application/x-zip-compressed", True),
        ("a.zip", "*/*", True),
        ("a.zip", "application/*", True),
        ("a.zip", "image/*", False),
        ("a.zip", "*", True),
        ("a.7z", "application/zip", False),
    ],
)
def test_media_types(name: str, accepted: str, *, good: bool) -> None:
    rules = {"serialization": "required", "accept_serialization": (accepted,)}
    assert (codes(rules, serialization=media_types(name)) == []) is good


def test_every_violation_is_reported_and_not_only_the_first() -> None:
    rules = {
        "labels": (*LABELS["missing"], *LABELS["value"]),
        "manifests_required": ("md5", "sha1"),
        "accept_bagit_version": ("0.97",),
        "serialization": "required",
        "tag_files_required": ("x", "y"),
        "payload_files_allowed": ("data/z",),
    }
    assert codes(rules) == [
        "profile-serialization",
        "profile-bagit-version",
        "profile-label-missing",
        "profile-label-value",
        "profile-manifest-missing",
        "profile-manifest-missing",
        "profile-tag-file-missing",
        "profile-tag-file-missing",
        "profile-payload-file-not-allowed",
    ]


def test_a_message_says_the_rule_the_value_and_what_to_do() -> None:
    (finding,) = found({"labels": LABELS["value"]})
    assert finding.message == 'p.json, Bag-Info: contact-name is "A B", and may only be "A" or "C".'
    assert finding.fix == "Write one of the values that are allowed."
    (finding,) = found({"labels": (LabelRule(label="X", values=tuple(map(str, range(99)))), *LABELS["missing"])})
    assert finding.message == "p.json, Bag-Info: Contact-Phone is required, and is not in bag-info.txt."
