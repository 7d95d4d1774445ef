from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_progress import SHOWN
from tests.stories.trees import touched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine


def test_a_bag_is_made_and_named(run: CommandLine, seeds: Path) -> None:
    ran = run("bag", seeds.name, "one")
    assert (ran.status, ran.out, ran.err) == (0, "bagged   one  3 files, 57 bytes, sha512\n", "")


def test_a_bag_is_cross_checked_on_request(run: CommandLine, seeds: Path) -> None:
    before = touched(seeds)
    ran = run("bag", seeds.name, "bags/one", "--algorithm", "sha256", "--algorithm", "SHA-512", "--cross-check")
    assert (ran.status, ran.err) == (0, "")
    first, second = ran.out.splitlines()
    assert first == "bagged   bags/one  3 files, 57 bytes, sha256 and sha512"
    assert second.startswith("Second opinion, bagit-python ")
    assert second.endswith(": valid.")
    assert touched(seeds) == before
    assert run("verify", "bags/one", "--cross-check").status == 0
    assert {one.name for one in (run.place / "bags" / "one").iterdir()} == {
        "bag-info.txt",
        "bagit.txt",
        "data",
        "manifest-sha256.txt",
        "manifest-sha512.txt",
        "tagmanifest-sha256.txt",
        "tagmanifest-sha512.txt",
    }


def test_json_is_one_object(run: CommandLine, seeds: Path) -> None:
    ran = run("bag", seeds.name, "one", "--json")
    (line,) = ran.out.splitlines()
    assert json.loads(line) == {
        "path": "one",
        "status": "bagged",
        "files": 3,
        "bytes": 57,
        "algorithms": ["sha512"],
        "serialization": None,
        "findings": [],
    }
    assert (ran.status, ran.err) == (0, "")
    os.mkfifo(seeds / "pipe")
    ran = run("bag", seeds.name, "two", "--json")
    failed = json.loads(ran.out)
    assert (ran.status, failed["status"], failed["findings"][0]["code"]) == (1, "failed", "special-file")
    assert not (run.place / "two").exists()


def test_findings_go_to_stderr_and_make_the_status_one(run: CommandLine, seeds: Path) -> None:
    (seeds / "link").symlink_to("a.txt")
    ran = run("bag", seeds.name, "one")
    assert ran.status == 1
    assert ran.out.startswith("failed   one  ")
    assert "error [symbolic-link] link is a symbolic link" in ran.err


def test_warnings_leave_the_status_at_zero(run: CommandLine, seeds: Path) -> None:
    (seeds / "aux.txt").write_text("x", encoding="utf-8")
    ran = run("bag", seeds.name, "one")
    assert ran.status == 0
    assert "warning [name-not-portable] The name aux.txt is a name that Windows keeps for a device." in ran.err


def test_a_source_that_may_only_be_read_will_do(run: CommandLine, seeds: Path) -> None:
    for one in (*seeds.iterdir(), seeds):
        one.chmod(stat.S_IRUSR | stat.S_IXUSR)
    ran = run("bag", seeds.name, "one")
    seeds.chmod(0o755)
    assert ran.status == 0
    assert sorted(one.name for one in (run.place / "one" / "data").iterdir()) == ["a.txt", "b.txt", "c.csv"]


def test_labels_come_from_configuration_file_and_options(run: CommandLine, seeds: Path) -> None:
    (run.place / "archiver.toml").write_text('[archive]\nname = "Town"\naddress = "1 Street"\n', encoding="utf-8")
    (run.place / "labels.txt").write_text("Organization-Address: Elsewhere\nX-From: file\n", encoding="utf-8")
    words = ["--bag-info-file", "labels.txt", "--bag-info", "X-From=option", "--bag-info", "Contact-Name=J=D"]
    assert run("bag", seeds.name, "one", *words).status == 0
    lines = (run.place / "one" / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    assert lines[:6] == [
        "Source-Organization: Town",
        "Organization-Address: Elsewhere",
        "X-From: file",
        "X-From: option",
        "Contact-Name: J=D",
        "Bagging-Date: 2023-11-14",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bag"], "Missing argument"),
        (["bag", "seeds"], "Missing argument 'DEST'"),
        (["bag", "none", "one"], "there is no folder none"),
        (["bag", "seeds/a.txt", "one"], "is a file"),
        (["bag", "seeds", "seeds"], "exists already"),
        (["bag", "seeds", "seeds/one"], "inside the source"),
        (["bag", "seeds", "one", "--algorithm", "crc32"], "unknown digest algorithm"),
        (["bag", "seeds", "one", "--bag-info", "X"], "KEY=VALUE"),
        (["bag", "seeds", "one", "--bag-info-file", "none"], "cannot read none"),
        (["bag", "seeds", "one", "--bag-info-file", "/dev/zero"], "longer than 1,048,576 bytes"),
        (["bag", "seeds", "one", "--bag-info-file", "seeds/a.txt"], "line 1: "),
        (["bag", "seeds", "one", "--config", "none"], "no configuration file"),
    ],
)
def test_wrong_usage_is_said_in_words(run: CommandLine, seeds: Path, words: list[str], said: str) -> None:
    before = touched(seeds)
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert (touched(seeds), list(run.place.iterdir())) == (before, [seeds])


def test_a_terminal_gets_a_bar_in_bytes(run: CommandLine, seeds: Path) -> None:
    ran = run.on_terminal("bag", seeds.name, "one", stdout_too=False)
    assert ran.status == 0
    shown = [(float(done), float(total)) for done, total in SHOWN.findall(ran.stderr.decode())]
    assert shown[-1] == (114.0, 114.0)  # copied and read back
    assert all(done <= total for done, total in shown)
    assert not SHOWN.search(run.on_terminal("bag", seeds.name, "two", "--json", stdout_too=False).stderr.decode())


def test_examples_stand_on_lines_of_their_own(run: CommandLine) -> None:
    assert "\n  archiver bag letters bags/letters\n" in run("bag", "--help").out


def test_an_archive_is_made_where_the_name_or_the_option_says_so(run: CommandLine, seeds: Path) -> None:
    ran = run("bag", seeds.name, "bags/one", "--serialization", "tar")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "bagged   bags/one.tar  3 files, 57 bytes, sha512")
    assert run("bag", seeds.name, "bags/two.zip", "--json").status == 0
    assert run("verify", "bags").status == 0
    assert sorted(one.name for one in (run.place / "bags").iterdir()) == ["one.tar", "two.zip"]
    taken = run("bag", seeds.name, "bags/one.tar")
    assert (taken.status, taken.out) == (2, "")
    assert "bags/one.tar exists already" in taken.err
    assert run("bag", seeds.name, "three", "--serialization", "rar").status == 2


def test_a_source_is_split_into_a_folder_of_bags(run: CommandLine, seeds: Path) -> None:
    ran = run("bag", seeds.name, "bags/all", "--split-size", "40B", "--json")
    assert (ran.status, ran.err) == (0, "")
    assert [json.loads(line)["path"] for line in ran.out.splitlines()] == [
        "bags/all/all-001-of-002",
        "bags/all/all-002-of-002",
    ]
    assert run("verify", "bags/all").status == 0
    bad = run("bag", seeds.name, "other", "--split-size", "forty")
    assert (bad.status, bad.out) == (2, "")
    assert "write it as 10GB" in bad.err
