from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import UsageError
from archiver.model import Severity
from archiver.standards.bagit_profiles import (
    BagDescription,
    BagProfile,
    LabelRule,
    ProfileReading,
    check_bag,
    parse_profile,
    profile_json,
)
from archiver.standards.names import has_hidden_characters

ABOUT = {
    "BagIt-Profile-Identifier": "https://example.org/profile.json",
    "BagIt-Profile-Version": "1.4.0",
    "Source-Organization": "Example Archive",
    "External-Description": "What we take in",
    "Version": "2",
}


def profile(**rules: object) -> dict[str, Any]:
    """Return a sound profile; in names of rules ``_`` stands for ``-``, and ``Fetch_txt`` for ``Fetch.txt``."""
    named = {key.replace("_txt", ".txt").replace("_", "-"): value for key, value in rules.items()}
    return {"BagIt-Profile-Info": ABOUT, "Accept-BagIt-Version": ["1.0"], **named}


def read(tree: object) -> ProfileReading:
    return parse_profile(json.dumps(tree).encode(), "p.json")


def codes(reading: ProfileReading) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_everything_that_a_profile_can_say() -> None:
    reading = read(
        profile(
            Bag_Info={
                "Contact-Name": {"required": True, "values": ["A", "B"], "repeatable": False, "description": "Who"},
                "Own": {"recommended": True},
            },
            Manifests_Required=["sha256"],
            Manifests_Allowed=["sha256", "sha512"],
            Tag_Manifests_Required=["sha256"],
            Tag_Manifests_Allowed=["sha256"],
            Allow_Fetch_txt=True,
            Fetch_txt_Required=True,
            Data_Empty=True,
            Serialization="required",
            Accept_Serialization=["application/zip"],
            Tag_Files_Required=["meta/a.xml"],
            Tag_Files_Allowed=["meta/*"],
            Payload_Files_Required=["data/a", "data/b/"],
            Payload_Files_Allowed=["data/*"],
        )
    )
    assert reading.findings == ()
    assert reading.profile == BagProfile(
        name="p.json",
        about=tuple(ABOUT.items()),
        labels=(
            LabelRule(label="Contact-Name", required=True, values=("A", "B"), repeatable=False, description="Who"),
            LabelRule(label="Own", recommended=True),
        ),
        manifests_required=("sha256",),
        manifests_allowed=("sha256", "sha512"),
        tag_manifests_required=("sha256",),
        tag_manifests_allowed=("sha256",),
        fetch_required=True,
        data_empty=True,
        serialization="required",
        accept_serialization=("application/zip",),
        accept_bagit_version=("1.0",),
        tag_files_required=("meta/a.xml",),
        tag_files_allowed=("meta/*",),
        payload_files_required=("data/a", "data/b/"),
        payload_files_allowed=("data/*",),
    )
    assert reading.profile.identifier == "https://example.org/profile.json"


def test_what_a_profile_does_not_say_permits_everything() -> None:
    reading = read(profile())
    assert reading.findings == ()
    assert reading.profile == BagProfile(
        name="p.json", about=tuple(ABOUT.items()), accept_bagit_version=("1.0",), serialization="optional"
    )


@pytest.mark.parametrize(
    ("rules", "field", "value"),
    [
        pytest.param({"Manifests_Required": "md5"}, "manifests_required", ("md5",), id="a word for a list"),
        pytest.param({"Manifests_Required": ["SHA-256"]}, "manifests_required", ("sha256",), id="another spelling"),
        pytest.param({"Manifests_Required": None}, "manifests_required", (), id="null for a list"),
        pytest.param({"Manifests_Allowed": []}, "manifests_allowed", None, id="no algorithm allowed"),
        pytest.param({"Tag_Manifests_Allowed": ["", "md5"]}, "tag_manifests_allowed", ("md5",), id="an empty text"),
        pytest.param({"Accept_BagIt_Version": [0.97, 1.0]}, "accept_bagit_version", ("0.97", "1.0"), id="numbers"),
        pytest.param({"Accept_BagIt_Version": [1]}, "accept_bagit_version", ("1.0",), id="a whole number"),
        pytest.param({"Accept_BagIt_Version": "1.0"}, "accept_bagit_version", ("1.0",), id="a single version"),
        pytest.param({"Accept_BagIt_Version": []}, "accept_bagit_version", (), id="no version"),
        pytest.param({"Allow_Fetch_txt": "false"}, "allow_fetch", False, id="a text for a truth"),
        pytest.param({"Allow_Fetch_txt": 0}, "allow_fetch", False, id="a number for a truth"),
        pytest.param({"Data_Empty": None}, "data_empty", False, id="null for a truth"),
        pytest.param({"Serialization": "Forbidden"}, "serialization", "forbidden", id="a capital letter"),
        pytest.param({"Serialization": "required"}, "accept_serialization", (), id="required, and nothing accepted"),
        pytest.param({"Accept_Serialization": ".tgz"}, "accept_serialization", ("application/gzip",), id="extension"),
        pytest.param({"Tag_Files_Allowed": ["/a", "m/"]}, "tag_files_allowed", ("a", "m/*"), id="absolute, a folder"),
        pytest.param({"manifests-required": ["md5"]}, "manifests_required", ("md5",), id="key in lower case"),
        pytest.param(
            {"Bag_Info": {"A": {"required": "true", "values": "x", "repeatable": "no"}}},
            "labels",
            (LabelRule(label="A", required=True, values=("x",), repeatable=False),),
            id="a label's texts",
        ),
        pytest.param({"Bag_Info": {"A": None}}, "labels", (LabelRule(label="A"),), id="null for a label"),
    ],
)
def test_a_sloppy_profile_is_read_as_it_is_meant(rules: dict[str, object], field: str, value: object) -> None:
    reading = read(profile(**rules))
    assert getattr(reading.profile, field) == value
    assert set(codes(reading)) == {"profile-form"}
    assert {finding.severity for finding in reading.findings} == {Severity.WARNING}


def test_a_number_keeps_its_digits() -> None:
    text = json.dumps(profile()).replace('"2"', "2.10")
    reading = parse_profile(text.encode(), "p.json")
    assert ("Version", "2.10") in reading.profile.about
    assert codes(reading) == ["profile-form"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"Manifests_Required": {"md5": True}}, "an object is no list"),
        ({"Manifests_Required": [["md5"]]}, "a list is no text"),
        ({"Allow_Fetch_txt": "perhaps"}, '"perhaps" is neither true nor false'),
        ({"Serialization": "maybe"}, '"maybe" is none of required'),
        ({"Bag_Info": ["Contact-Name"]}, "a list is no JSON object"),
        ({"Bag_Info": {"A": "required"}}, '"required" is no JSON object'),
        ({"Accept_Serialization": ["cab"]}, '"cab" is no media type'),
        ({"Manifests_Required": ["\ud800"]}, "is no text"),
        ({"Tag_Files_Allowed": ["*" * 4097]}, "has more than 4096 characters"),
        ({"Payload_Files_Allowed": [f"data/{number}/*x" for number in range(1001)]}, "or 1000 patterns"),
    ],
)
def test_a_rule_that_cannot_be_read_is_an_error(rules: dict[str, object], message: str) -> None:
    reading = read(profile(**rules))
    (finding,) = reading.findings
    assert (finding.severity, finding.code) == (Severity.ERROR, "profile-value-unusable")
    assert message in finding.message


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ({"Manifests_Required": ["md5"], "Manifests_Allowed": ["sha1"]}, "Manifests-Required"),
        ({"Tag_Manifests_Required": ["md5"], "Tag_Manifests_Allowed": ["sha1"]}, "Tag-Manifests-Required"),
        ({"Tag_Files_Required": ["a/b"], "Tag_Files_Allowed": []}, "Tag-Files-Required"),
        ({"Tag_Files_Required": ["../a"]}, "climbs out"),
        ({"Payload_Files_Required": ["data/a"], "Payload_Files_Allowed": ["data/b*"]}, "Payload-Files-Required"),
        ({"Payload_Files_Required": ["data/a/"], "Payload_Files_Allowed": ["data/b"]}, "Payload-Files-Required"),
        ({"Payload_Files_Required": ["a"]}, "below data/"),
        ({"Allow_Fetch_txt": False, "Fetch_txt_Required": True}, "Allow-Fetch.txt forbids it"),
        ({"Allow_Fetch_txt": False, "Data_Empty": True, "Payload_Files_Required": ["data/a", "data/b"]}, "Data-Empty"),
        ({"Bag_Info": {"BagIt-Profile-Identifier": {"values": ["https://example.org/2"]}}}, "the profile's own"),
    ],
)
def test_a_contradiction_is_an_error(rules: dict[str, object], what: str) -> None:
    (finding,) = read(profile(**rules)).findings
    assert (finding.severity, finding.code) == (Severity.ERROR, "profile-contradiction")
    assert what in finding.message


@pytest.mark.parametrize(
    "rules",
    [
        {"Manifests_Required": ["md5"], "Manifests_Allowed": ["sha1", "md5"]},
        {"Tag_Files_Required": ["bag-info.txt", "manifest-md5.txt"], "Tag_Files_Allowed": []},
        {"Tag_Files_Required": ["a/b.xml"], "Tag_Files_Allowed": ["*/[ab].xml"]},
        {"Payload_Files_Required": ["data/a/"], "Payload_Files_Allowed": ["data/a/*.xml"]},
        {"Payload_Files_Required": ["data/a/"], "Payload_Files_Allowed": ["data/a/b"]},
        {"Data_Empty": True, "Payload_Files_Required": ["data/.keep"]},
        {"Tag_Files_Required": ["data/ro-crate-metadata.json"], "Tag_Files_Allowed": ["x"]},
    ],
)
def test_what_can_be_kept_is_no_contradiction(rules: dict[str, object]) -> None:
    assert read(profile(**rules)).findings == ()


def test_what_was_not_checked_is_said() -> None:
    reading = read(
        profile(
            Other_Info=[],
            Manifest_Required=["md5"],
            Bag_Info={"A": {"regex": "x", "help": "for people"}, "B": {"regex": "y"}},
        )
    )
    assert codes(reading) == ["profile-key-unknown"] * 3
    messages = "\n".join(finding.message for finding in reading.findings)
    assert "Did it mean Manifests-Required?" in messages
    assert 'Bag-Info, "A" and 1 more: the key "regex"' in messages
    assert "help" not in messages


@pytest.mark.parametrize("version", ["1.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", None])
def test_every_version_so_far_is_known(version: str | None) -> None:
    about = {key: value for key, value in ABOUT.items() if key != "BagIt-Profile-Version"}
    if version:
        about["BagIt-Profile-Version"] = version
    assert read({**profile(), "BagIt-Profile-Info": about}).findings == ()


def test_a_version_to_come_is_a_warning() -> None:
    assert codes(read({**profile(), "BagIt-Profile-Info": {**ABOUT, "BagIt-Profile-Version": "2.0.0"}})) == [
        "profile-version-unknown"
    ]


def test_what_a_profile_must_say_of_itself() -> None:
    tree = {"Accept-BagIt-Version": ["1.0"]}
    assert codes(read(tree)) == ["profile-info-missing"] * 4
    assert read(tree).profile.identifier is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1,\n "b"}', "line 2, column 5"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b"[]", "a list and no object"),
        (b"{}", "none of the keys"),
        (b'{"acceptBagItVersion": ["1.0"], "tags": []}', "none of the keys"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"Bag-Info":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_profile_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        parse_profile(data, "p\n.json")
    assert str(caught.value).startswith("p\\x0a.json ")


def test_a_key_that_is_there_twice() -> None:
    text = json.dumps(profile(Serialization="optional"))[:-1] + ', "Serialization": "forbidden"}'
    reading = parse_profile(text.encode(), "p.json")
    assert codes(reading) == ["profile-form"]
    assert reading.profile.serialization == "forbidden"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
LABEL = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["required", "recommended", "values", "repeatable", "description", "x"], JSON)
)
KEYS = [
    *("BagIt-Profile-Info", "Manifests-Required", "Manifests-Allowed", "Tag-Manifests-Required"),
    *("Tag-Manifests-Allowed", "Allow-Fetch.txt", "Fetch.txt-Required", "Data-Empty", "Serialization"),
    *("Accept-Serialization", "Accept-BagIt-Version", "Tag-Files-Required", "Tag-Files-Allowed"),
    *("Payload-Files-Required", "Payload-Files-Allowed", "other"),
]
TREES = st.fixed_dictionaries(
    {"Bag-Info": JSON | st.dictionaries(st.text(max_size=4), LABEL | JSON, max_size=3)},
    optional={
        key: JSON | st.lists(st.text(max_size=6) | st.sampled_from(["data/a", "data/", "*", "[a", "md5"]), max_size=4)
        for key in KEYS
    },
)


@given(TREES)
def test_any_json_gives_a_profile_that_can_be_asked(tree: dict[str, object]) -> None:
    reading = read(tree)
    bag = BagDescription(
        version="1.0",
        labels=(("A", "b"), ("A", "c")),
        manifests=["md5"],
        tag_manifests=["md5"],
        files={"a": 1, "data/a": 2},
        fetch=["data/b"],
        serialization=frozenset({"application/zip"}),
    )
    for finding in (*reading.findings, *check_bag(reading.profile, bag)):
        assert not has_hidden_characters(finding.message + finding.fix)
        assert not has_hidden_characters(finding.file or "")


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(UsageError):
        parse_profile(data, "p.json")


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=5)
LISTS = st.lists(WORDS, unique=True, max_size=3).map(tuple)
PATHS = st.none() | LISTS


@given(
    st.builds(
        BagProfile,
        name=st.just("p.json"),
        about=st.dictionaries(WORDS, WORDS, max_size=3).map(lambda found: tuple(found.items())),
        labels=st.lists(
            st.builds(
                LabelRule,
                label=WORDS,
                required=st.booleans(),
                recommended=st.booleans(),
                values=LISTS,
                repeatable=st.booleans(),
                description=st.none() | WORDS,
            ),
            max_size=3,
            unique_by=lambda rule: rule.label.lower(),
        ).map(tuple),
        manifests_required=st.just(("md5",)),
        tag_manifests_allowed=st.sampled_from([None, ("md5", "sha1")]),
        allow_fetch=st.booleans(),
        fetch_required=st.booleans(),
        data_empty=st.booleans(),
        serialization=st.sampled_from(["required", "optional", "forbidden"]),
        accept_serialization=st.sampled_from([(), ("application/zip",)]),
        accept_bagit_version=st.sampled_from([(), ("0.97", "1.0")]),
        tag_files_required=LISTS,
        tag_files_allowed=PATHS,
        payload_files_required=LISTS,
        payload_files_allowed=PATHS,
    )
)
def test_what_is_written_is_read_again(profile: BagProfile) -> None:
    assert parse_profile(profile_json(profile).encode(), "p.json").profile == profile


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({f"k{number}": 1 for number in range(50_000)} | {"Data-Empty": True}, id="unknown keys"),
        pytest.param({"Bag-Info": {f"k{number}": {"x": 1} for number in range(40_000)}}, id="labels"),
        pytest.param({"Bag-Info": {"a": {"values": [1] * 300_000}}}, id="values"),
        pytest.param({"Tag-Files-Required": [str(n) for n in range(100_000)], "Tag-Files-Allowed": []}, id="paths"),
        pytest.param(
            {
                "Tag-Files-Required": ["a" * 80 + str(n) for n in range(2_000)],
                "Tag-Files-Allowed": ["*" + "a*" * 40 + f"{n}b" for n in range(999)],
            },
            id="paths and patterns",
        ),
    ],
)
def test_a_hostile_profile_takes_seconds_and_few_findings(tree: dict[str, object]) -> None:
    begun = time.process_time()
    reading = read(tree)
    assert len(reading.findings) <= 1001
    assert time.process_time() - begun < 20
