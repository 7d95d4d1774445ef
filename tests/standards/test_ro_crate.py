from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model import Agent, Archive, Description, SourceKind, Statement, ValueSource
from archiver.standards.crate_paths import path_bytes, path_iri
from archiver.standards.pages.preview import preview_html
from archiver.standards.ro_crate import ro_crate_metadata
from archiver.standards.ro_crate.agents import agent_entity, named_entity
from archiver.standards.ro_crate.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.model import PackageRecord

Entity = dict[str, Any]
ORCID = "https://orcid.org/"


def graph(record: PackageRecord) -> dict[str, Entity]:
    entities = json.loads(ro_crate_metadata(record))["@graph"]
    by_id = {entity["@id"]: entity for entity in entities}
    assert len(by_id) == len(entities), "an @id stands twice"
    return by_id


def stated(record: PackageRecord, *pairs: tuple[str, str], scheme: str | None = None) -> PackageRecord:
    source = ValueSource(kind=SourceKind.SIDECAR, place="x.yaml")
    statements = tuple(Statement(term=term, text=text, scheme=scheme, source=source) for term, text in pairs)
    return replace(record, description=Description(statements=statements))


def references(value: object) -> list[str]:
    if isinstance(value, list):
        return [found for part in value for found in references(part)]
    if isinstance(value, dict):
        assert set(value) == {"@id"}, "the graph is flat"
        return [str(value["@id"])]
    return []


def parts_of(entities: dict[str, Entity], whole: str = "./") -> list[str]:
    """Return the files that are parts of something, directly or through folders."""
    found = []
    for part in references(entities[whole]["hasPart"]):
        found += parts_of(entities, part) if entities[part]["@type"] == "Dataset" else [part]
    return found


def test_every_file_is_part_of_the_root_and_described(record: PackageRecord) -> None:
    entities = graph(record)
    parts = parts_of(entities)
    assert sorted(unquote_to_bytes(part) for part in parts) == sorted(path_bytes(file.path) for file in record.files)
    for part in parts:
        assert entities[part]["@type"] == "File"
        assert {"name", "description", "contentSize", "encodingFormat", "sha256", "sha512"} <= set(entities[part])


def test_every_reference_points_at_an_entity(record: PackageRecord) -> None:
    entities = graph(record)
    for identifier, entity in entities.items():
        for name, value in entity.items():
            missing = [found for found in references(value) if found not in entities]
            assert not missing or (identifier == "ro-crate-metadata.json" and name == "conformsTo")


def test_ids_are_valid_references(record: PackageRecord) -> None:
    for identifier in graph(record):
        assert not re.search(r"[\s<>\"{}|\\^`\x00-\x20\u202e]", identifier)
        assert not re.search(r"%(?![0-9A-F]{2})", identifier)


def test_each_rendition_has_a_create_action(record: PackageRecord) -> None:
    entities = graph(record)
    actions = [entities[found] for found in references(entities["./"]["mentions"])]
    assert len(actions) == sum(file.role == "rendition" for file in record.files) == 9
    for action in actions:
        assert entities[action["instrument"]["@id"]]["name"] == "WeasyPrint"
        assert entities[action["result"]["@id"]]["isBasedOn"] == action["object"]
        assert entities[action["agent"]["@id"]]["name"] == "City Archive of Almaty"
        assert action["endTime"].endswith("Z")


def test_metadata_and_preview_are_no_parts_and_carry_no_digest(record: PackageRecord) -> None:
    preview = replace(record.files[0], path="ro-crate-preview.html", role="preview")
    crate = replace(record.files[0], path="ro-crate-metadata.json", role="crate")
    entities = graph(replace(record, files=(*record.files, preview, crate)))
    assert not {"ro-crate-preview.html", "ro-crate-metadata.json"} & set(references(entities["./"]["hasPart"]))
    assert "sha512" not in entities["ro-crate-preview.html"]
    assert entities["ro-crate-preview.html"]["about"] == {"@id": "./"}


def test_people_are_what_the_record_knows_them_to_be(record: PackageRecord) -> None:
    entities = graph(record)
    kinds = [entities[found]["@type"] for found in references(entities["./"]["creator"])]
    assert kinds == ["Person", "Thing"]
    assert entities[entities["./"]["publisher"]["@id"]]["@type"] == "Organization"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("https://orcid.org/0000-0002-1825-0097", "Person", id="ORCID"),
        pytest.param("https://ror.org/03f0f6041", "Organization", id="ROR"),
        pytest.param("A society of friends", "Thing", id="unknown"),
        pytest.param("Dana Ibraeva", "Person", id="an agent"),
        pytest.param("WeasyPrint", "Thing", id="a program wrote no letter"),
    ],
)
def test_named_entities(record: PackageRecord, name: str, kind: str) -> None:
    graph = Graph()
    reference = named_entity(record, name, graph)
    assert graph.entities[str(reference["@id"])]["@type"] == kind


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        (
            "Carberry, Josiah (https://orcid.org/0000-0002-1825-0097)",
            "https://orcid.org/0000-0002-1825-0097",
            "Carberry, Josiah",
        ),
        ("Josiah Carberry, ORCID: 0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "Josiah Carberry"),
        (
            "http://orcid.org/0000-0002-1694-233x",
            "https://orcid.org/0000-0002-1694-233X",
            "https://orcid.org/0000-0002-1694-233X",
        ),
        ("CERN <https://ror.org/01ggx4157>", "https://ror.org/01ggx4157", "CERN"),
        (
            "Carberry (https://orcid.org/0000-0002-1825-0098)",
            "#name-1",
            "Carberry (https://orcid.org/0000-0002-1825-0098)",
        ),
        ("Carberry, Josiah", "#name-1", "Carberry, Josiah"),
    ],
)
def test_an_identifier_in_a_name_is_who_it_is(bare_record: PackageRecord, value: str, address: str, name: str) -> None:
    entities = graph(stated(bare_record, ("creator", value)))
    assert entities["./"]["creator"] == {"@id": address}
    assert entities[address]["name"] == name


def test_hostile_names_take_no_time(bare_record: PackageRecord) -> None:
    for value in ("(" * 1200, " ,;" * 400, "orcid.org/" * 120, "a" * 1_000_000):
        before = time.process_time()
        graph(stated(bare_record, ("creator", value)))
        assert time.process_time() - before < 1


def test_one_name_is_one_entity_wherever_it_stands(record: PackageRecord) -> None:
    people = stated(record, ("creator", "A. Writer"), ("contributor", "B. Helper"), ("contributor", "A. Writer"))
    entities = graph(people)
    assert entities["./"]["creator"] == {"@id": "#name-1"}
    assert entities["./"]["contributor"] == [{"@id": "#name-2"}, {"@id": "#name-1"}]


def test_the_archive_is_known_by_its_ror_and_reached_by_its_contact(record: PackageRecord) -> None:
    known = Archive(
        ror="https://ror.org/01ggx4157", url="https://archive.example", contact="Desk", email="d@archive.example"
    )
    entities = graph(replace(record, archive=known))
    archive = entities["https://ror.org/01ggx4157"]
    assert entities["./"]["sdPublisher"] == {"@id": "https://ror.org/01ggx4157"}
    assert (archive["name"], archive["url"]) == (record.organization, "https://archive.example")
    assert entities[archive["contactPoint"]["@id"]]["email"] == "d@archive.example"
    assert "#organization" not in entities
    assert "#agent-city-archive" not in entities


def test_documents_say_who_made_them_and_under_which_licence(record: PackageRecord) -> None:
    path = "representations/original/data/letter.txt"
    source = ValueSource(kind=SourceKind.SIDECAR, place="x.yaml")
    pairs = (("creator", "A. Writer"), ("license", "CC-BY-4.0"), ("subject", "Letters"), ("description", "A letter"))
    own = Description(statements=tuple(Statement(term=term, text=text, source=source) for term, text in pairs))
    entities = graph(replace(record, document_descriptions={path: own}))
    file = entities[path]
    assert entities[file["creator"]["@id"]]["name"] == "A. Writer"
    assert file["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    assert file["description"] == "A letter\nDocument as received, byte for byte"
    single = replace(record, description=own, document_descriptions={path: own})
    assert "creator" not in graph(single)[path]  # the root says it


def test_folders_that_documents_came_in_are_datasets(large_record: Callable[[int], PackageRecord]) -> None:
    record = large_record(120)
    entities = graph(record)
    series = "representations/original/data/series%200/"
    assert {"@id": series} in entities["./"]["hasPart"]
    assert [part["@id"] for part in entities[series]["hasPart"]] == [
        f"{series}folder%20{number}/" for number in range(3)
    ]
    assert entities[f"{series}folder%200/"]["name"] == "folder 0"
    assert len(entities[f"{series}folder%200/"]["hasPart"]) == 50
    assert entities["representations/pdfa/data/series%200/"]["description"] == "Folder of copies for reading"
    assert len(parts_of(entities)) == len(record.files)


def test_series_and_versions_are_told(record: PackageRecord) -> None:
    later = stated(
        record, ("isPartOf", "Papers of somebody"), ("isPartOf", "urn:uuid:5f1d4b1e-6f1f-4d5c-9c1e-0a1b2c3d4e5f")
    )
    entities = graph(replace(later, version=3, change="Version 3 follows version 2; documents changed: a"))
    assert references(entities["./"]["isPartOf"]) == ["#part-of-1", "urn:uuid:5f1d4b1e-6f1f-4d5c-9c1e-0a1b2c3d4e5f"]
    assert entities["#part-of-1"]["name"] == "Papers of somebody"
    action = entities["#update"]
    assert (action["@type"], action["result"]) == ("UpdateAction", {"@id": "./"})
    assert entities[action["object"]["@id"]]["version"] == "2"
    assert action["@id"] in references(entities["./"]["mentions"])
    assert "#update" not in graph(record)


def test_the_archive_is_an_organisation_without_an_agent_of_its_name(record: PackageRecord) -> None:
    entities = graph(replace(record, agents=(), description=Description()))
    assert entities["./"]["publisher"] == entities["./"]["sdPublisher"] == {"@id": "#organization"}
    assert entities["#organization"]["name"] == record.organization


def test_software_without_a_known_home_claims_none(record: PackageRecord) -> None:
    graph = Graph()
    agent_entity(record, Agent(identifier="mill 2", name="Mill", kind="software", version="2"), graph)
    (entity,) = graph.entities.values()
    assert entity["@type"] == "Thing"
    assert entity["@id"] == "#agent-mill%202"
    assert "url" not in entity


@pytest.mark.parametrize(
    ("pairs", "scheme", "expected"),
    [
        pytest.param([("issued", "2022-01-05")], "W3CDTF", "2022-01-05", id="issued"),
        pytest.param([("issued", "2022"), ("date", "2022-02-03")], "W3CDTF", "2022-02-03", id="a day beats a year"),
        pytest.param([("issued", "2022")], "W3CDTF", "2022", id="a year alone"),
        pytest.param([("issued", "2022-01~")], "EDTF", "2026-11-21", id="not W3CDTF"),
        pytest.param([], None, "2026-11-21", id="none"),
    ],
)
def test_date_published(record: PackageRecord, pairs: list[tuple[str, str]], scheme: str | None, expected: str) -> None:
    assert graph(stated(record, *pairs, scheme=scheme))["./"]["datePublished"] == expected


def test_rights(record: PackageRecord) -> None:
    url = "https://creativecommons.org/licenses/by/4.0/"
    assert graph(stated(record, ("license", url)))["./"]["license"] == {"@id": url}
    both = graph(stated(record, ("license", url), ("rights", "Ask first.")))
    assert [both[found]["name"] for found in references(both["./"]["license"])] == ["CC BY 4.0", "Ask first."]
    named = graph(stated(record, ("license", "MIT"), ("rights", "http://rightsstatements.org/vocab/InC/1.0/")))
    assert [named[found]["name"] for found in references(named["./"]["license"])] == ["MIT", "In Copyright"]
    assert named["https://spdx.org/licenses/MIT"]["url"] == "https://spdx.org/licenses/MIT"
    silent = graph(stated(record))
    assert silent[silent["./"]["license"]["@id"]]["name"] == "Rights not stated"
    odd = graph(stated(record, ("license", "https://x.example/<b> c")))
    assert odd["./"]["license"] == {"@id": "#rights-1"}


def test_identifier_is_a_property_value(record: PackageRecord) -> None:
    entities = graph(record)
    values = [entities[found] for found in references(entities["./"]["identifier"])]
    assert [value["value"] for value in values] == [record.identifier, "https://example.org/letters/7"]
    assert {value["@type"] for value in values} == {"PropertyValue"}


def test_a_list_of_one_stands_alone(record: PackageRecord) -> None:
    for entity in graph(record).values():
        for name, value in entity.items():
            assert not (isinstance(value, list) and len(value) == 1), name


def test_digest_terms_are_defined_where_the_context_lacks_them(record: PackageRecord) -> None:
    context = json.loads(ro_crate_metadata(record))["@context"]
    assert context[0] == "https://w3id.org/ro/crate/1.2/context"
    assert set(context[1]) == {"sha512"}
    only = tuple(replace(file, digests={"sha256": "00"}) for file in record.files)
    assert json.loads(ro_crate_metadata(replace(record, files=only)))["@context"] == context[0]


def test_same_record_same_bytes_whatever_the_order_of_files(record: PackageRecord) -> None:
    turned = replace(record, files=record.files[::-1])
    assert graph(turned)["./"]["hasPart"] == graph(record)["./"]["hasPart"]
    assert ro_crate_metadata(record) == ro_crate_metadata(record)


def test_text_from_strangers_cannot_break_the_document(bare_record: PackageRecord) -> None:
    torn = stated(replace(bare_record, organization="\ud800"), ("title", "\ud800\x00"), ("creator", "\udcff"))
    assert graph(torn)["./"]["name"]


@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_any_path_survives_its_reference(path: str) -> None:
    assert unquote_to_bytes(path_iri(path)) == path_bytes(path)


def test_ten_thousand_files(large_record: Callable[[int], PackageRecord], capsys: pytest.CaptureFixture[str]) -> None:
    record = large_record(5000)
    before = time.perf_counter()
    size = len(ro_crate_metadata(record))
    seconds = time.perf_counter() - before
    with capsys.disabled():
        print(f"\nRO-Crate, 15,000 files: {size / 1e6:.1f} MB in {seconds:.1f} s")  # noqa: T201
    assert len(record.files) == 15_000


def laid_out(record: PackageRecord, place: Path) -> Path:
    """Write a crate whose files hold one letter each."""
    for file in record.files:
        target = place / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"x")
    (place / "ro-crate-metadata.json").write_bytes(ro_crate_metadata(record))
    (place / "ro-crate-preview.html").write_bytes(preview_html(record))
    return place


def rich(record: PackageRecord) -> PackageRecord:
    """Return a record with everything in it that becomes an entity."""
    pairs = (
        ("creator", f"Carberry, Josiah ({ORCID}0000-0002-1825-0097)"),
        ("license", "CC-BY-4.0"),
        ("isPartOf", "Papers of somebody"),
        ("isPartOf", "https://example.org/collection"),
        ("spatial", "Almaty"),
        ("created", "2022-01-05"),
    )
    more = stated(record, *pairs).description.statements
    name = "box/sub/letter.txt"
    path = f"representations/original/data/{name}"
    copy = replace(record.files[1], path=f"representations/pdfa/data/{name}.pdf", derived_from=path)
    return replace(
        record,
        description=Description(statements=(*record.description.statements, *more)),
        files=(*record.files, replace(record.files[0], path=path, original_name=name), copy),
        document_descriptions={**record.document_descriptions, path: Description(statements=more)},
        archive=Archive(
            ror="https://ror.org/01ggx4157", url="https://archive.example", contact="D", email="d@a.example"
        ),
        version=2,
        change="Version 2 follows version 1",
    )


@pytest.mark.parametrize("make", [lambda record: record, rich], ids=["as it is", "with everything"])
def test_the_judge_passes_it_and_recommends_nothing_that_the_docs_do_not_explain(
    record: PackageRecord,
    checkout: Path,
    tmp_path: Path,
    ro_crate_judge: Callable[..., dict[str, Any]],
    make: Callable[[PackageRecord], PackageRecord],
) -> None:
    crate = laid_out(make(record), tmp_path)
    verdict = ro_crate_judge(crate)
    assert verdict["passed"], verdict.get("issues")
    explained = set(re.findall(r"^\| `([^|]+)` \|", (checkout / "docs/ro-crate.md").read_text("utf-8"), re.MULTILINE))
    recommended = {issue["check"]["name"].replace("`", "") for issue in ro_crate_judge(crate, "recommended")["issues"]}
    assert recommended
    assert recommended <= explained
