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

from archiver.model import Agent, Description, SourceKind, Statement, ValueSource
from archiver.standards.agents import agent_entity, named_entity
from archiver.standards.crate_paths import path_bytes, path_iri
from archiver.standards.ro_crate import ro_crate_metadata
from archiver.standards.ro_crate_preview import preview_html

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.model import PackageRecord

Entity = dict[str, Any]


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


def test_every_file_is_part_of_the_root_and_described(record: PackageRecord) -> None:
    entities = graph(record)
    parts = references(entities["./"]["hasPart"])
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
    assert named_entity(record, name, "#x")["@type"] == kind


def test_the_archive_is_an_organisation_without_an_agent_of_its_name(record: PackageRecord) -> None:
    entities = graph(replace(record, agents=(), description=Description()))
    assert entities["./"]["publisher"] == entities["./"]["sdPublisher"] == {"@id": "#organization"}
    assert entities["#organization"]["name"] == record.organization


def test_software_without_a_known_home_claims_none() -> None:
    entity = agent_entity(Agent(identifier="mill 2", name="Mill", kind="software", version="2"))
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
    assert [both[found]["name"] for found in references(both["./"]["license"])] == [url, "Ask first."]
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


def test_the_judge_passes_it(
    record: PackageRecord, tmp_path: Path, ro_crate_judge: Callable[[Path], dict[str, Any]]
) -> None:
    for file in record.files:
        place = tmp_path / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    (tmp_path / "ro-crate-metadata.json").write_bytes(ro_crate_metadata(record))
    (tmp_path / "ro-crate-preview.html").write_bytes(preview_html(record))
    verdict = ro_crate_judge(tmp_path)
    assert verdict["passed"], verdict.get("issues")
