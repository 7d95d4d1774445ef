"""Records of built packages in other vocabularies, through the real command."""

from __future__ import annotations

import json
import os
import subprocess
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path


def run(command: list[str], *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run ``archiver metadata crosswalk``."""
    words = [*command, "metadata", "crosswalk", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.fixture
def packages(tmp_path: Path, archiver_command: list[str]) -> Path:
    """Build a package of one letter and one of a folder with two documents."""
    seeds, metadata, out = (tmp_path / name for name in ("seeds", "metadata", "packages"))
    (seeds / "box").mkdir(parents=True)
    metadata.mkdir()
    (seeds / "letter.txt").write_text("A letter\n", encoding="utf-8")
    for name in ("a.txt", "b.txt"):
        (seeds / "box" / name).write_text(f"{name}\n", encoding="utf-8")
    record = "title@en: A letter\ncreator: Curie, Marie\naudience: Children\nissued: 1923~\ntype: Text\n"
    (metadata / "letter.yaml").write_text(record, encoding="utf-8")
    command = [*archiver_command, "build", str(seeds), "--metadata", str(metadata), "--out", str(out), "--no-pdfa"]
    subprocess.run(command, check=True, capture_output=True)
    return out


def test_a_record_is_printed_and_what_is_lost_and_lacking_is_told(packages: Path, archiver_command: list[str]) -> None:
    done = run(archiver_command, packages / "letter", "--to", "datacite")
    root = etree.fromstring(done.stdout.encode())
    assert etree.QName(root).localname == "resource"
    assert "[crosswalk-value-lost]" in done.stderr
    assert "audience 'Children' is not carried. DataCite 4.6: it has no place for this term." in done.stderr
    assert "[crosswalk-demand]" in done.stderr
    assert "Fix: State publisher in the description." in done.stderr
    assert done.returncode == 0


def test_a_folder_of_packages_becomes_files_and_a_rerun_changes_nothing(
    packages: Path, tmp_path: Path, archiver_command: list[str]
) -> None:
    out = tmp_path / "mods"
    assert run(archiver_command, packages, "--to", "mods", "--out", out).returncode == 0
    files = {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*") if file.is_file()}
    assert set(files) == {
        *("letter/letter.txt.mods.xml", "box/a.txt.mods.xml", "box/b.txt.mods.xml", "box/package.mods.xml"),
    }
    again = run(archiver_command, packages, "--to", "mods", "--out", out)
    assert (again.returncode, again.stderr.count("crosswalk-file-exists")) == (0, 0)
    (out / "box" / "a.txt.mods.xml").write_text("mine", encoding="utf-8")
    refused = run(archiver_command, packages, "--to", "mods", "--out", out)
    assert refused.returncode == 1
    assert "[crosswalk-file-exists]" in refused.stderr
    assert (out / "box" / "a.txt.mods.xml").read_text(encoding="utf-8") == "mine"


def test_files_of_further_schemas_stand_beside_the_record(
    packages: Path, tmp_path: Path, archiver_command: list[str]
) -> None:
    done = run(archiver_command, packages / "letter", "--to", "dspace", "--out", tmp_path / "saf", "--json")
    (line,) = (json.loads(line) for line in done.stdout.splitlines())
    assert [file.rsplit("/", 1)[-1] for file in line["files"]] == [
        "letter.txt.dublin_core.xml",
        "letter.txt.metadata_dcterms.xml",
    ]
    assert line["lost"] == []


def test_json_has_one_object_a_record(packages: Path, archiver_command: list[str]) -> None:
    done = run(archiver_command, packages, "--to", "datacite_json", "--json")
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 4
    (letter,) = (line for line in lines if line["record"].endswith("letter.txt.dc.xml"))
    assert json.loads(letter["data"])["publicationYear"] == "1923"
    assert [(one["term"], one["part"]) for one in letter["lost"]] == [("audience", "value")]
    assert {one["field"] for one in letter["demands"]} == {"identifier", "publisher"}


def test_several_records_are_not_run_together(packages: Path, archiver_command: list[str]) -> None:
    done = run(archiver_command, packages, "--to", "mods")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--out" in done.stderr


def test_nothing_is_written_into_a_package(packages: Path, archiver_command: list[str]) -> None:
    done = run(archiver_command, packages / "letter", "--to", "mods", "--out", packages / "letter" / "data" / "x")
    assert done.returncode == 2
    assert "never changed" in done.stderr
    assert not (packages / "letter" / "data" / "x").exists()


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<!DOCTYPE a []><a/>", b"\xff\xfe"])
def test_what_is_no_record_is_refused_in_words(content: bytes, tmp_path: Path, archiver_command: list[str]) -> None:
    (tmp_path / "x.dc.xml").write_bytes(content)
    done = run(archiver_command, tmp_path / "x.dc.xml", "--to", "mods")
    if content != b"<a/>":  # an empty record is one
        assert done.returncode == 1
        assert "[crosswalk-record-unreadable]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--to", "mods"], ["nowhere"], ["nowhere", "--to", "nothing"]])
def test_wrong_usage_is_told(arguments: list[str], archiver_command: list[str]) -> None:
    done = run(archiver_command, *arguments)
    assert done.returncode == 2
    assert done.stderr


def test_the_vocabularies_are_listed(archiver_command: list[str]) -> None:
    done = run(archiver_command, "--list")
    assert done.returncode == 0
    assert "datacite           DataCite 4.6" in done.stdout
    tables = [json.loads(line) for line in run(archiver_command, "--list", "--json").stdout.splitlines()]
    assert {one["name"]: one["table"]["title"] for one in tables}["mods"] == "titleInfo/title"


def test_a_package_of_other_people_brings_its_own(tmp_path: Path, archiver_command: list[str]) -> None:
    plug = tmp_path / "plug"
    info = plug / "theirs-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n", encoding="utf-8")
    points = "[archiver.crosswalks]\ntheirs = their_module\nbroken = nowhere_at_all\nmods = their_module\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    module = """\
        from archiver.crosswalks.contract import Ledger, views

        TITLE, SUFFIX, TABLE = "Theirs", ".txt", {"title": "t"}

        def convert(description):
            ledger = Ledger(description)
            return ledger.close("; ".join(one.text for one in ledger.take("title")).encode())

        crosswalk, lost_terms, demands = views(convert)
        """
    (plug / "their_module.py").write_text(dedent(module), encoding="utf-8")
    record = '<metadata xmlns:d="http://purl.org/dc/terms/"><d:title>A</d:title><d:creator>B</d:creator></metadata>'
    (tmp_path / "a.dc.xml").write_text(record, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(plug), os.environ.get("PYTHONPATH"))))}

    def ask(*words: str) -> subprocess.CompletedProcess[str]:
        command = [*archiver_command, "metadata", "crosswalk", str(tmp_path / "a.dc.xml"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    done = ask("--to", "theirs")
    assert (done.returncode, done.stdout) == (0, "A")
    assert "creator 'B' is not carried. Theirs: it has no place for this term." in done.stderr
    assert ask("--to", "mods").stdout.startswith("<?xml")  # a name of ours stays ours
    broken = ask("--to", "broken")
    assert (broken.returncode, "Traceback" in broken.stderr) == (2, False)
