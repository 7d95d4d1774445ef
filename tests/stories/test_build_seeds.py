"""The story of the first run: each collection is built by the real command, and every package speaks for itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from tests.judges.verdict import CHECKOUT, missing
from tests.stories.collections_built import OPERATOR, PUIDS, Collection
from tests.stories.commands import Archiver, packages_of
from tests.stories.premis_records import premis_texts
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from pathlib import Path

EVENT_TYPES = "http://id.loc.gov/vocabulary/preservation/eventType/"
VERDICT_KEYS = {"path", "valid", "complete", "bagit_version", "algorithms", "files", "bytes", "findings"}


def test_every_item_is_built_and_nothing_failed(collection: Collection) -> None:
    ran = collection.ran
    assert ran.status == 0, ran.stdout + ran.stderr
    assert sorted(ran.statuses) == sorted(entry.name for entry in collection.source.iterdir())
    assert set(ran.statuses.values()) == {"built"}
    named = [collection.place / one["package"] for one in collection.results]
    assert sorted(named) == collection.packages, "a package for each item, and nothing else; staging is gone"
    assert not (collection.place / "packages" / ".archiver-staging").exists()


def test_json_lines_keep_the_contract(collection: Collection) -> None:
    for one in collection.results:
        assert list(one) == ["item", "package", "identifier", "status", "documents", "findings"]
        assert isinstance(one["package"], str)
        assert one["identifier"].startswith("urn:uuid:")
        for document in one["documents"]:
            assert list(document) == ["source", "puid", "media_type", "bytes", "rendition"]
            assert list(document["rendition"]) == ["path", "flavour", "status", "validated", "checks"]
            for check in document["rendition"]["checks"]:
                assert list(check) == ["name", "passed", "tool", "detail"]
        for finding in one["findings"]:
            assert list(finding) == ["severity", "code", "file", "message", "fix"]
            assert all(isinstance(finding[key], str) and finding[key] for key in finding)


def test_every_document_is_identified_and_rendered(collection: Collection) -> None:
    reported = {document["source"]: (one, document) for one in collection.results for document in one["documents"]}
    assert sorted(reported) == sorted(collection.documents())
    for source, file in collection.documents().items():
        result, document = reported[source]
        assert document["puid"] == PUIDS[file.suffix]
        assert document["bytes"] == file.stat().st_size
        rendition = document["rendition"]
        said = (rendition["flavour"], rendition["status"], rendition["validated"])
        assert said == ("2u", "rendered", True), result["findings"]
        assert (collection.place / result["package"] / rendition["path"]).is_file()


def test_no_fault_is_found(collection: Collection) -> None:
    assert collection.ran.codes == set()
    assert collection.ran.stderr == ""


def test_the_source_is_only_read(collection: Collection) -> None:
    folders = [collection.source, *([collection.metadata] if collection.metadata else [])]
    assert {str(folder): touched(folder) for folder in folders} == collection.before


def test_originals_are_byte_identical(collection: Collection) -> None:
    for one in collection.results:
        originals = collection.place / one["package"] / "data" / "representations" / "original" / "data"
        source = collection.source / one["item"]
        found = {path.relative_to(originals).as_posix(): path for path in originals.rglob("*") if path.is_file()}
        files = (
            {source.name: source}
            if source.is_file()
            else {path.relative_to(source).as_posix(): path for path in source.rglob("*") if path.is_file()}
        )
        assert sorted(found) == sorted(files)
        assert all(found[name].read_bytes() == files[name].read_bytes() for name in files)


def test_manifests_name_every_file_and_no_other(collection: Collection) -> None:
    for package in collection.packages:
        files = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
        payload = {path for path in files if path.startswith("data/")}
        assert _listed(package / "manifest-sha512.txt") == payload
        assert _listed(package / "tagmanifest-sha512.txt") == files - payload - {"tagmanifest-sha512.txt"}


def test_records_stand_where_the_layout_says(collection: Collection) -> None:
    for one in collection.results:
        data = collection.place / one["package"] / "data"
        inner = [document["source"].removeprefix(f"{one['item']}/") for document in one["documents"]]
        compound = (collection.source / one["item"]).is_dir()
        described = {f"{path}.dc.xml" for path in inner} | ({"package.dc.xml"} if compound else set()) | {"values.json"}
        assert {path.name for path in (data / "metadata" / "descriptive").iterdir()} == described
        assert {path.name for path in data.iterdir()} == {
            "metadata", "representations", "ro-crate-metadata.json", "ro-crate-preview.html",
        }  # fmt: skip
        graph = json.loads((data / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
        files = {unquote(entity["@id"]) for entity in graph if "File" in _types(entity)}
        assert files >= {path.relative_to(data).as_posix() for path in (data / "metadata/descriptive").rglob("*")}
        assert all((data / path).is_file() for path in files)


def test_what_people_wrote_is_in_the_record(collection: Collection) -> None:
    if collection.name != "shared-described":
        pytest.skip("told of the collection that has one sidecar a document")
    records = sorted((collection.place / "packages").rglob("*.dc.xml"))
    assert len(records) == 2
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert '<dcterms:issued xsi:type="dcterms:W3CDTF">2022-01-21</dcterms:issued>' in text
        assert "<dcterms:subject>Protest movements</dcterms:subject>" in text
    assert "<dcterms:title>[Statement on the protests" in records[0].read_text(encoding="utf-8")


def test_premis_tells_what_was_done_by_whom_and_how_it_ended(collection: Collection) -> None:
    for one in collection.results:
        package = collection.place / one["package"]
        rendered = sum(document["rendition"]["path"] is not None for document in one["documents"])
        codes = [uri.removeprefix(EVENT_TYPES) for uri in premis_texts(package, "//p:eventType/@valueURI")]
        expected = ["ins", "mes", "for", *["nor", "val"] * rendered, "ipc", "val"]
        assert sorted(codes) == sorted(expected)
        assert premis_texts(package, "//p:event//p:eventOutcome/text()") == ["success"] * len(codes)
        assert premis_texts(package, "//p:eventDateTime/text()") == ["2023-11-14T22:13:20Z"] * len(codes)


def test_premis_agents_are_software_and_a_person(collection: Collection) -> None:
    person = "Sample Archivist" if collection.name == "own" else OPERATOR
    for package in collection.packages:
        names = premis_texts(package, "//p:agent/p:agentName/text()")
        agents = dict(zip(names, premis_texts(package, "//p:agent/p:agentType/text()"), strict=True))
        assert {"Archiver": "software", "siegfried": "software", "bagit-python": "software"}.items() <= agents.items()
        assert agents[person] == "person"
        known = set(premis_texts(package, "//p:agentIdentifierValue/text()"))
        linked = set(premis_texts(package, "//p:linkingAgentIdentifierValue/text()"))
        assert linked == known, "every agent acted, and who acted is an agent"


def test_archiver_verify_finds_every_package_valid(collection: Collection, archiver: Archiver) -> None:
    before = {str(package): touched(package) for package in collection.packages}
    verdicts = archiver.verify(collection.place / "packages", cwd=collection.place)
    assert [verdict["path"] for verdict in verdicts] == [str(package) for package in collection.packages]
    for verdict in verdicts:
        assert set(verdict) == VERDICT_KEYS
        assert verdict["findings"] == []
        assert verdict["algorithms"] == ["sha512"]
    assert {str(package): touched(package) for package in collection.packages} == before


def test_archiver_verify_sees_one_changed_byte(collection: Collection, archiver: Archiver, tmp_path: Path) -> None:
    package = tmp_path / collection.packages[0].name
    shutil.copytree(collection.packages[0], package)
    original = next(path for path in (package / "data" / "representations" / "original").rglob("*") if path.is_file())
    damaged = bytearray(original.read_bytes())
    damaged[0] ^= 1
    original.write_bytes(damaged)
    ran = archiver("verify", package, "--json", cwd=tmp_path)
    assert ran.status == 1
    (verdict,) = ran.objects
    assert (verdict["valid"], verdict["complete"]) == (False, True)
    assert [one["file"] for one in verdict["findings"]] == [original.relative_to(package).as_posix()]


def test_the_checkouts_own_script_does_the_same(letters: Path, archiver: Archiver) -> None:
    lock, done = CHECKOUT / "requirements" / "runtime.txt", CHECKOUT / ".venv" / ".complete"
    if not (done.is_file() and done.read_bytes() == lock.read_bytes() and done.with_name(".system-complete").exists()):
        missing("bin/archiver", "it is not set up")
    words = ["build", "--json", "--operator", OPERATOR]
    ended = subprocess.run(
        [CHECKOUT / "bin" / "archiver", *words, "--out", "one"],
        cwd=letters,
        env=archiver.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    ran = archiver(*words, "--out", "two", cwd=letters)
    assert ended.stdout.replace('"one/', '"two/') == ran.stdout
    assert [package.name for package in packages_of(letters / "one")] == ["letter", "table"]
    assert contents(letters / "one") == contents(letters / "two")


def _listed(manifest: Path) -> set[str]:
    return {line.split("  ", 1)[1] for line in manifest.read_text(encoding="utf-8").splitlines()}


def _types(entity: dict[str, Any]) -> list[str]:
    kind = entity["@type"]
    return kind if isinstance(kind, list) else [kind]
