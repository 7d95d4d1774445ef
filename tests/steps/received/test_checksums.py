"""Checksum lists that came with the documents: what is packaged is what they say, and what is not is not packaged."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from archiver.config import Configuration
from archiver.steps.building.running import build
from archiver.steps.metadata.checking import MetadataQuestion, check_metadata
from archiver.steps.received.checksums import received_checksums
from archiver.steps.record_profiles import read_record_profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.model import Finding
    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult
    from tests.steps.conftest import Heard

    Built = Callable[[BuildSettings], list[ItemResult]]

PREMIS = "{http://www.loc.gov/premis/v3}"


def digest(text: str, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def described(settings: BuildSettings, tmp_path: Path) -> BuildSettings:
    (tmp_path / "metadata").mkdir()
    return replace(settings, metadata=tmp_path / "metadata")


def put(settings: BuildSettings, name: str, *lines: str) -> None:
    assert settings.metadata is not None
    (settings.metadata / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write(source: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = source / f"{name.replace('__', '/')}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [one.code for one in findings if one.code not in {"archive-unnamed", "format-unknown"}]


def fixity_events(package: Path) -> list[tuple[str, str, str]]:
    root = etree.parse(package / "data/metadata/preservation/premis.xml").getroot()
    events = [event for event in root.iter(f"{PREMIS}event") if event.findtext(f"{PREMIS}eventType") == "fixity check"]
    return [
        (
            event.findtext(f".//{PREMIS}eventDetail") or "",
            event.findtext(f".//{PREMIS}eventOutcome") or "",
            event.findtext(f".//{PREMIS}eventOutcomeDetailNote") or "",
        )
        for event in events
    ]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_documents_that_agree_are_packaged_and_premis_tells(
    described: BuildSettings, source: Path, built: Built, algorithm: str
) -> None:
    write(source, box__a="one", box__b="two")
    put(
        described,
        f"checksum.{algorithm}",
        f"{digest('one', algorithm)}  box/a.txt",
        f"{digest('two', algorithm)} *box/b.txt",
    )
    (result,) = built(described)
    assert (result.status, codes(result.findings)) == ("built", [])
    assert result.package is not None
    ((detail, outcome, note),) = fixity_events(result.package)
    assert f"checksum.{algorithm}: {algorithm.upper().replace('SHA', 'SHA-')}" in detail
    assert (outcome, note) == ("success", "2 of 2 documents compared")
    crate = (result.package / "data/ro-crate-metadata.json").read_text(encoding="utf-8")
    assert (digest("one", algorithm) in crate) is (algorithm == "sha512")
    manifests = {path.name for path in result.package.glob("manifest-*")}
    assert manifests == {"manifest-sha512.txt"}, "what came with the documents is compared, not listed"


def test_a_mismatch_stops_its_item_alone(described: BuildSettings, source: Path, built: Built) -> None:
    write(source, a="one", b="two", box__c="three", box__d="four")
    lines = [f"{digest(text)}  {path}" for path, text in {"a.txt": "one", "b.txt": "TWO", "box/c.txt": "3"}.items()]
    put(described, "checksum.sha256", *lines, f"{digest('4')}  box/d.txt")
    results = {result.item: result for result in built(described)}
    assert {name: result.status for name, result in results.items()} == {
        "a.txt": "built", "b.txt": "failed", "box": "failed",
    }  # fmt: skip
    (finding,) = (one for one in results["b.txt"].findings if one.code == "checksum-mismatch")
    assert finding.file == "b.txt"
    assert finding.message.startswith("b.txt is not what checksum.sha256, line 2, says it is: its SHA-256 is ")
    assert digest("two") in finding.message
    assert digest("TWO") in finding.message
    named = [one.file for one in results["box"].findings if one.code == "checksum-mismatch"]
    assert named == ["box/c.txt", "box/d.txt"]
    assert sorted(path.name for path in described.destination.iterdir()) == ["a"]


def test_a_package_that_stands_is_compared_too(described: BuildSettings, source: Path, built: Built) -> None:
    write(source, a="one")
    built(described)
    put(described, "checksum.md5", f"{digest('one', 'md5')}  a.txt")
    (result,) = built(described)
    assert result.status == "current"
    put(described, "checksum.md5", f"{digest('two', 'md5')}  a.txt")
    (result,) = built(described)
    assert (result.status, codes(result.findings)) == ("failed", ["checksum-mismatch"])


def test_a_partial_list_is_fine_and_says_what_it_does_not_name(
    described: BuildSettings, source: Path, heard: Heard
) -> None:
    write(source, a="one", b="two", box__c="three", box__d="four")
    put(described, "checksum.sha256", f"{digest('one')}  a.txt", f"{digest('three')}  box/c.txt")
    run = build(described, heard)
    (finding,) = (one for one in run.findings if one.code == "checksums-partial")
    assert finding.message == (
        "checksum.sha256: 2 of 4 documents are listed and compared; not listed: b.txt, box/d.txt."
    )
    events = {result.item: fixity_events(result.package) for result in run.results if result.package}
    assert events["b.txt"] == []
    assert [note for _, _, note in events["box"]] == ["1 of 2 documents compared; 1 not listed"]


@pytest.mark.parametrize(
    "written",
    [
        *("box/a.txt", "./box/a.txt", "objects/box/a.txt", "../objects/box/a.txt", "data/box/a.txt", "seeds/box/a.txt"),
        *("../seeds/box/a.txt", "box\\a.txt", ".\\box\\a.txt", "  box/a.txt", "box//a.txt", "./seeds/box/a.txt"),
    ],
)
def test_lists_made_elsewhere_name_documents_too(tmp_path: Path, written: str) -> None:
    (tmp_path / "checksum.sha256").write_text(f"\ufeff{'0' * 64}  {written}\r\n", encoding="utf-8", newline="")
    found = received_checksums(tmp_path, ["checksum.sha256"], tmp_path / "seeds", ["box/a.txt"])
    assert (list(found.expected), found.findings) == (["box/a.txt"], ())


def test_names_are_compared_in_nfc_and_the_exact_one_wins(tmp_path: Path) -> None:
    accented = unicodedata.normalize("NFD", "é.txt")
    text = f"{'0' * 64}  {unicodedata.normalize('NFC', accented)}\n{'1' * 64}  data/a.txt\n"
    (tmp_path / "checksum.sha256").write_text(text, encoding="utf-8")
    found = received_checksums(tmp_path, ["checksum.sha256"], tmp_path, [accented, "a.txt", "data/a.txt"])
    assert {path: [one.digest[0] for one in stated] for path, stated in found.expected.items()} == {
        accented: ["0"], "data/a.txt": ["1"],
    }  # fmt: skip


def test_several_lists_are_all_compared(described: BuildSettings, source: Path, built: Built) -> None:
    write(source, a="one")
    put(described, "checksum.md5", f"{digest('one', 'md5')}  a.txt", f"SHA1 (a.txt) = {digest('one', 'sha1')}")
    put(described, "checksum.sha512", f"{digest('two', 'sha512')}  a.txt")
    (result,) = built(described)
    assert [one.message.split(",")[0] for one in result.findings if one.code == "checksum-mismatch"] == [
        "a.txt is not what checksum.sha512"
    ]


def test_what_a_list_names_in_vain_and_what_is_no_line_are_findings(
    described: BuildSettings, source: Path, heard: Heard
) -> None:
    write(source, a="one")
    gone = [f"{digest('x')}  lost/{number}.txt" for number in range(30)]
    put(described, "checksum.sha256", *gone, f"{digest('one')}  a.txt", *["what is this?"] * 30)
    put(described, "checksum.crc32", "0  a.txt")
    run = build(described, heard)
    assert codes(run.findings) == [
        "checksums-unreadable", *["checksum-without-document"] * 20, *["checksum-line-unreadable"] * 21,
        "checksum-without-document",
    ]  # fmt: skip
    by_code = {one.code: one.message for one in run.findings}
    assert by_code["checksum-without-document"] == (
        "checksum.sha256: 10 more lines name documents that are not in the source."
    )
    assert by_code["checksum-line-unreadable"] == "checksum.sha256: 10 more lines are not understood."
    assert [result.status for result in run.results] == ["built"]


def test_a_list_among_the_documents_is_a_document(described: BuildSettings, source: Path, built: Built) -> None:
    write(source, a="one")
    (source / "checksum.sha256").write_text(f"{digest('other')}  a.txt\n", encoding="utf-8")
    assert {result.item: result.status for result in built(described)} == {"a.txt": "built", "checksum.sha256": "built"}


def test_the_preflight_says_what_is_wrong_with_a_list(described: BuildSettings, source: Path) -> None:
    write(source, a="one")
    put(described, "checksum.sha256", f"{digest('x')}  b.txt")
    assert described.metadata is not None
    question = MetadataQuestion(
        source=source,
        metadata=described.metadata,
        configuration=Configuration(),
        profile=read_record_profile("default").profile,
    )
    assert "checksum-without-document" in {one.code for one in check_metadata(question).findings}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lists_of_other_systems_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "checksum.sha256").write_bytes(f"{'0' * 64}  письмо.txt\r\n".encode(encoding))
    assert list(received_checksums(tmp_path, ["checksum.sha256"], tmp_path, ["письмо.txt"]).expected) == ["письмо.txt"]


def test_a_list_of_bytes_or_without_line_ends_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "checksum.md5").write_bytes(b"\xff\x00\x80" * (1 << 20))
    (tmp_path / "checksum.sha1").symlink_to("/dev/zero")
    found = received_checksums(tmp_path, ["checksum.md5", "checksum.sha1"], tmp_path, ["a"])
    assert codes(found.findings) == ["checksum-line-unreadable", "checksums-unreadable", "checksums-partial"]
