from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

PROFILE = {
    "BagIt-Profile-Info": {
        "BagIt-Profile-Identifier": "https://example.org/profile.json",
        "BagIt-Profile-Version": "1.4.0",
        "Source-Organization": "Example Archive",
        "External-Description": "What we take in",
        "Version": "2",
    },
    "Bag-Info": {"Contact-Name": {"required": True}},
    "Manifests-Required": ["sha256"],
    "Accept-BagIt-Version": ["1.0"],
}


def written(place: Path, profile: object, name: str = "p.json") -> str:
    (place / name).write_text(json.dumps(profile), encoding="utf-8")
    return name


@pytest.fixture
def bag(run: CommandLine, seeds: Path) -> str:
    """Return a bag that keeps to the profile."""
    words = ["--algorithm", "sha256", "--bag-info", "Contact-Name=Jane Doe"]
    identifier = "BagIt-Profile-Identifier=https://example.org/profile.json"
    assert run("bag", seeds.name, "bag", *words, "--bag-info", identifier).status == 0
    return "bag"


def test_a_bag_that_keeps_to_its_profile(run: CommandLine, bag: str) -> None:
    ran = run("verify", bag, "--profile", written(run.place, PROFILE))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("valid      bag ")


def test_a_bag_that_breaks_it(run: CommandLine, bag: str) -> None:
    profile = written(run.place, PROFILE | {"Manifests-Required": ["md5"], "Accept-BagIt-Version": ["0.97"]})
    ran = run("verify", bag, "--profile", profile)
    assert ran.status == 1
    assert ran.out.startswith("off profile bag ")
    assert "error [profile-bagit-version] p.json, Accept-BagIt-Version: " in ran.err
    assert "error [profile-manifest-missing] p.json, Manifests-Required: there is no manifest-md5.txt." in ran.err
    lines = [json.loads(line) for line in run("verify", bag, "--profile", profile, "--json").out.splitlines()]
    assert [(line["valid"], line["conforms"], len(line["findings"])) for line in lines] == [(True, False, 2)]


def test_what_is_said_of_the_profile_is_said_once(run: CommandLine, bag: str) -> None:
    profile = written(run.place, PROFILE | {"Accept-BagIt-Version": 1.0})
    ran = run("verify", bag, bag, "--profile", profile, "--json")
    assert ran.status == 0
    assert [json.loads(line)["findings"] for line in ran.out.splitlines()] == [[], []]
    assert ran.err.count("[profile-form]") == 2  # no list, and a number in it


def test_a_rule_that_could_not_be_read_fails_the_command(run: CommandLine, bag: str) -> None:
    ran = run("verify", bag, "--profile", written(run.place, PROFILE | {"Serialization": "perhaps"}))
    assert (ran.status, ran.out.split()[0]) == (1, "valid")
    assert "error [profile-value-unusable] p.json, Serialization: " in ran.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"Bag-Info":\n  {,}}', "p.json is no BagIt profile: it is no JSON at line 2, column 4: "),
        ("[]", "p.json is no BagIt profile: "),
        (" " * ((1 << 20) + 1), "the profile p.json is longer than 1,048,576 bytes: no profile is"),
        (None, "cannot read the profile p.json: No such file or directory"),
    ],
)
def test_what_is_no_profile_is_a_mistake_of_the_command_line(
    run: CommandLine, bag: str, text: str | None, message: str
) -> None:
    if text is not None:
        (run.place / "p.json").write_text(text)
    ran = run("verify", bag, "--profile", "p.json")
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err


def test_bagging_for_a_profile(run: CommandLine, seeds: Path) -> None:
    profile = written(run.place, PROFILE | {"Accept-BagIt-Version": "1.0"})
    ran = run("bag", seeds.name, "refused", "--profile", profile, "--json")
    assert ran.status == 1
    (line,) = map(json.loads, ran.out.splitlines())
    assert (line["status"], line["algorithms"]) == ("failed", ["sha256"])
    codes = [finding["code"] for finding in line["findings"] if finding["code"].startswith("profile-")]
    assert codes == ["profile-form", "profile-label-missing"]
    assert not (run.place / "refused").exists()
    ran = run("bag", seeds.name, "kept", "--profile", profile, "--bag-info", "Contact-Name=Jane Doe")
    assert ran.status == 0
    assert ran.out.startswith("bagged ")
    assert run("verify", "kept", "--profile", profile).status == 0


def test_no_bag_is_made_for_a_profile_that_cannot_be_understood(run: CommandLine, seeds: Path) -> None:
    profile = written(run.place, PROFILE | {"Serialization": "perhaps"})
    ran = run("bag", seeds.name, "bag", "--profile", profile, "--bag-info", "Contact-Name=Jane Doe")
    assert (ran.status, (run.place / "bag").exists()) == (1, False)
    assert "error [profile-value-unusable]" in ran.err


def test_our_own_profile_needs_no_file(run: CommandLine, seeds: Path, bag: str) -> None:
    assert run("build", seeds.name, "--no-pdfa").status == 0
    ran = run("verify", "packages", "--profile", "archiver", "--json")
    assert ran.status == 0
    assert [json.loads(line)["conforms"] for line in ran.out.splitlines()] == [True] * 3
    assert run("verify", bag, "--profile", "archiver").status == 1
    assert run("verify", bag, "--profile", str(run.place / "archiver")).status == 2


def test_building_for_a_profile(run: CommandLine, seeds: Path) -> None:
    profile = written(run.place, PROFILE | {"Bag-Info": {}})
    assert run("build", seeds.name, "--no-pdfa", "--profile", profile).status == 0
    assert run("verify", "packages", "--profile", profile, "--profile", "archiver").status == 0
    broken = written(run.place, PROFILE | {"Bag-Info": []}, "broken.json")
    ran = run("build", seeds.name, "--no-pdfa", "--profile", broken, "--out", "elsewhere")
    assert (ran.status, (run.place / "elsewhere").exists()) == (1, False)
    assert "error [profile-value-unusable] broken.json, Bag-Info: " in ran.err
