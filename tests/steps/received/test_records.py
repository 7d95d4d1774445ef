from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from archiver.standards.premis.reading import PremisReading, read_premis
from archiver.steps.building.running import build
from tests.steps.conftest import Heard

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.model import Finding
    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult
    from tests.judges.schemas import SchemaJudge

    Built = Callable[[BuildSettings], list[ItemResult]]

PREMIS = "data/metadata/preservation/premis.xml"
ORIGINALS = "representations/original/data/"


@pytest.fixture
def settings(settings: BuildSettings, source: Path, tmp_path: Path) -> BuildSettings:
    """Return settings of a build of one document and one item of two."""
    (source / "note.txt").write_text("A note.\n")
    (source / "box" / "inner").mkdir(parents=True)
    (source / "box" / "a.txt").write_text("A letter.\n")
    (source / "box" / "inner" / "b.txt").write_text("Another.\n")
    (tmp_path / "metadata").mkdir()
    return replace(settings, metadata=tmp_path / "metadata")


def put(settings: BuildSettings, name: str, text: str) -> None:
    assert settings.metadata
    file = settings.metadata / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def run(settings: BuildSettings) -> tuple[dict[str, PremisReading], list[Finding], list[str]]:
    """Return what the record of each package tells, what was said of the metadata folder, and each item's status."""
    started = build(settings, Heard())
    results = list(started.results)
    records = {one.item: read_premis((one.package / PREMIS).read_bytes()) for one in results if one.package}
    return records, [one for one in started.findings if one.code != "archive-unnamed"], [one.status for one in results]


def record(*parts: str) -> str:
    return f'<premis xmlns="http://www.loc.gov/premis/v3" version="3.0">{"".join(parts)}</premis>'


def thing(name: str, value: str) -> str:
    identifier = (
        f"<objectIdentifierType>UUID</objectIdentifierType><objectIdentifierValue>{value}</objectIdentifierValue>"
    )
    return f"<object><objectIdentifier>{identifier}</objectIdentifier><originalName>{name}</originalName></object>"


def event(value: str, *objects: str) -> str:
    links = "".join(
        "<linkingObjectIdentifier><linkingObjectIdentifierType>UUID</linkingObjectIdentifierType>"
        f"<linkingObjectIdentifierValue>{one}</linkingObjectIdentifierValue></linkingObjectIdentifier>"
        for one in objects
    )
    return (
        "<event><eventIdentifier><eventIdentifierType>UUID</eventIdentifierType>"
        f"<eventIdentifierValue>{value}</eventIdentifierValue></eventIdentifier><eventType>virus check</eventType>"
        "<eventDateTime>2011-01-01</eventDateTime><linkingAgentIdentifier><linkingAgentIdentifierType>local"
        "</linkingAgentIdentifierType><linkingAgentIdentifierValue>scanner</linkingAgentIdentifierValue>"
        f"</linkingAgentIdentifier>{links}</event>"
    )


AGENT = (
    "<agent><agentIdentifier><agentIdentifierType>local</agentIdentifierType><agentIdentifierValue>scanner"
    "</agentIdentifierValue></agentIdentifier><agentName>ClamAV</agentName><agentType>software</agentType></agent>"
)


def received(reading: PremisReading) -> dict[str, list[str]]:
    """Return what each received event links, by its identifier."""
    return {
        one.identifier[1]: [value for (_, value), _ in one.objects]
        for one in reading.events
        if one.when == "2011-01-01"
    }


def test_events_of_another_system_go_to_the_packages_of_their_documents(
    settings: BuildSettings, premis_schema: SchemaJudge
) -> None:
    things = [thing("%transferDirectory%objects/note.txt", "1"), thing("box/inner/b.txt", "2"), thing("box", "3")]
    events = [event("e1", "1", "2"), event("e2", "3", "2"), event("e3", "9")]
    put(settings, "premis.xml", record(*things, *events, AGENT, AGENT.replace("scanner", "idle")))
    records, findings, statuses = run(settings)
    assert statuses == ["built", "built"]
    identifier = {one.item: one.identifier for one in build(replace(settings, dry_run=True), Heard()).results}["box"]
    assert received(records["note.txt"]) == {"e1": [f"{ORIGINALS}note.txt"]}
    assert received(records["box"]) == {"e1": [f"{ORIGINALS}inner/b.txt"], "e2": [identifier]}
    keys = [agent.identifiers[0][1] for agent in records["box"].agents]
    assert "received-scanner" in keys
    assert "received-idle" not in keys
    assert [one.code for one in findings] == ["premis-not-carried"]
    assert "1 event or rights" in findings[0].message
    for package in settings.destination.iterdir():
        if not package.name.startswith("."):
            judged = premis_schema((package / PREMIS).read_bytes())
            assert judged.passed, judged.detail


def test_a_record_beside_a_document_tells_of_that_document(settings: BuildSettings) -> None:
    put(settings, "box/a.txt.premis.xml", record(thing("whatever", "1"), event("e1", "1"), event("e2"), AGENT))
    put(settings, "box/gone.txt.premis.xml", record(event("e1", "1")))
    records, findings, _ = run(settings)
    assert received(records["box"]) == {
        "e1": [f"{ORIGINALS}a.txt"],
        "e2": [records["box"].objects[0].identifiers[0][1]],
    }
    assert received(records["note.txt"]) == {}
    assert [one.code for one in findings] == ["premis-without-document"]


def test_rights_go_to_what_they_are_about(settings: BuildSettings, premis_schema: SchemaJudge) -> None:
    rows = [
        "note.txt,License,MIT,",
        "objects/box/a.txt,Donor,,Allow",
        "box/inner,Donor,,Allow",
        "box,Policy,,",
        "gone,Policy,,",
    ]
    put(settings, "rights.csv", "\n".join(["file,basis,terms,grant_restriction", *rows, ",Policy,,"]) + "\n")
    records, findings, _ = run(settings)
    said = {
        item: [
            (one.statement.other_basis or one.statement.terms, [value for (_, value), _ in one.objects])
            for one in reading.rights
        ]
        for item, reading in records.items()
    }
    package = records["box"].objects[0].identifiers[0][1]
    assert said == {
        "note.txt": [("MIT", [f"{ORIGINALS}note.txt"])],
        "box": [("donor", [package]), ("policy", [package])],
    }
    assert [(one.code, str(one.severity)) for one in findings] == [
        ("rights-row-incomplete", "error"),
        ("rights-row-incomplete", "warning"),
        ("rights-row-incomplete", "warning"),
        ("rights-without-document", "warning"),
    ]
    assert premis_schema((settings.destination / "box" / PREMIS).read_bytes()).passed


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("premis.xml", "<mets/>", "premis-unreadable"),
        ("premis.xml", "<premis", "premis-unreadable"),
        ("premis.xml", '<!DOCTYPE p [<!ENTITY e "x">]><premis>&e;</premis>', "premis-unreadable"),
        ("rights.csv", "", "rights-unreadable"),
        ("rights.csv", "path,basis\na,Donor\n", "rights-row-incomplete"),
    ],
)
def test_what_cannot_be_read_is_an_error_and_the_documents_are_packaged(
    settings: BuildSettings, name: str, text: str, code: str
) -> None:
    put(settings, name, text)
    _, findings, statuses = run(settings)
    assert [(one.code, str(one.severity), one.file) for one in findings] == [(code, "error", name)]
    assert statuses == ["built", "built"]


def test_what_came_along_is_part_of_the_package(settings: BuildSettings) -> None:
    assert run(settings)[2] == ["built", "built"]
    put(settings, "rights.csv", "file,basis\nbox,Donor\n")
    assert run(settings)[2] == ["built", "current"]
    assert run(settings)[2] == ["current", "current"]
    put(settings, "rights.csv", "file,basis\nbox,Policy\n")
    assert run(settings)[2] == ["built", "current"]


def test_a_record_made_here_comes_back_whole(
    settings: BuildSettings, tmp_path: Path, premis_schema: SchemaJudge
) -> None:
    first, _, _ = run(settings)
    put(settings, "premis.xml", (settings.destination / "box" / PREMIS).read_text(encoding="utf-8"))
    again = replace(settings, destination=tmp_path / "again")
    second, findings, _ = run(again)
    before = [(one.kind, one.when, one.details, one.outcomes) for one in first["box"].events]
    after = [(one.kind, one.when, one.details, one.outcomes) for one in second["box"].events]
    assert after == [*before, *before]
    assert [one.code for one in findings] == ["premis-not-carried"]
    root = etree.parse(again.destination / "box" / PREMIS).getroot()
    for kind in ("event", "agent"):
        found = [tuple(str(part.text) for part in one) for one in root.iterfind(f"{{*}}{kind}/{{*}}{kind}Identifier")]
        assert len(found) == len(set(found)), f"each {kind} has an identifier of its own"
    assert premis_schema((again.destination / "box" / PREMIS).read_bytes()).passed
