from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from archiver.model import Agent, Description, Event, FormatIdentity, PackagedFile, PackageRecord
from archiver.standards.crate_paths import path_iri, path_uri
from archiver.standards.premis import premis_chunks, premis_xml
from archiver.standards.premis_events import DIGEST_FUNCTIONS, EVENT_TYPES, digest_label, event_label
from archiver.standards.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
NS = {"p": "http://www.loc.gov/premis/v3"}
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SHARED / "schemas" / "premis.xsd"))


def texts(element: etree._Element, path: str) -> list[str]:
    return [str(found.text) for found in element.findall(path, NS)]


def file_objects(root: etree._Element) -> dict[str, etree._Element]:
    return {
        texts(found, "p:objectIdentifier/p:objectIdentifierValue")[0]: found
        for found in root.findall("p:object", NS)
        if found.get(TYPE) == "file"
    }


def relationships(element: etree._Element, subtype: str) -> list[str]:
    return [
        value
        for relation in element.findall("p:relationship", NS)
        if texts(relation, "p:relationshipSubType") == [subtype]
        for value in texts(relation, "p:relatedObjectIdentifier/p:relatedObjectIdentifierValue")
    ]


def test_record_is_valid(record: PackageRecord, schema: etree.XMLSchema) -> None:
    schema.assertValid(parse_xml(premis_xml(record)))


def test_least_record_is_valid_and_says_that_the_format_is_unknown(
    bare_record: PackageRecord, schema: etree.XMLSchema
) -> None:
    root = parse_xml(premis_xml(bare_record))
    schema.assertValid(root)
    assert texts(root, ".//p:formatName") == ["unknown"]
    schema.assertValid(parse_xml(premis_xml(replace(bare_record, files=()))))


def test_derivation_is_stated_both_ways_with_the_event_that_made_it(record: PackageRecord) -> None:
    objects = file_objects(parse_xml(premis_xml(record)))
    original = "representations/original/data/отчёт 5 января.txt"
    rendition = "representations/pdfa/data/отчёт 5 января.txt.pdf"
    assert relationships(objects[original], "is source of") == [rendition]
    assert relationships(objects[rendition], "has source") == [original]
    made = "p:relationship/p:relatedEventIdentifier/p:relatedEventIdentifierValue"
    assert texts(objects[rendition], made) == ["00000000-0000-5000-8000-000000000001"]
    assert texts(objects[original], made) == [], "it stands once, with the file that was made"


def test_every_derivation_has_its_other_half(record: PackageRecord) -> None:
    objects = file_objects(parse_xml(premis_xml(record)))
    forward = {(a, b) for a, element in objects.items() for b in relationships(element, "is source of")}
    backward = {(b, a) for a, element in objects.items() for b in relationships(element, "has source")}
    assert forward == backward
    assert len(forward) == 9


def test_representations_include_every_file_and_represent_the_package(record: PackageRecord) -> None:
    root = parse_xml(premis_xml(record))
    entity, original, pdfa = root.findall("p:object", NS)[:3]
    assert entity.get(TYPE) == "intellectualEntity"
    assert relationships(entity, "is represented by") == ["representations/original", "representations/pdfa"]
    assert relationships(pdfa, "represents") == [record.identifier]
    assert set(relationships(original, "includes")) | set(relationships(pdfa, "includes")) == set(file_objects(root))


def test_package_events_stand_once_and_link_only_the_package(record: PackageRecord) -> None:
    root = parse_xml(premis_xml(record))
    linked = "p:linkingObjectIdentifier/p:linkingObjectIdentifierValue"
    events = {texts(e, "p:eventIdentifier/p:eventIdentifierValue")[0]: e for e in root.findall("p:event", NS)}
    assert len(events) == len(record.events)
    package_wide = [event for event in record.events if not event.objects]
    assert [texts(events[event.identifier], linked) for event in package_wide] == [[record.identifier]] * 6
    of_files = [event for event in record.events if event.objects]
    assert all(record.identifier not in texts(events[event.identifier], linked) for event in of_files)
    assert not root.findall(".//p:linkingEventIdentifier", NS)


def test_what_an_event_links_is_an_object_or_agent_of_the_record(record: PackageRecord) -> None:
    root = parse_xml(premis_xml(record))
    objects = set(texts(root, "p:object/p:objectIdentifier/p:objectIdentifierValue"))
    agents = set(texts(root, "p:agent/p:agentIdentifier/p:agentIdentifierValue"))
    assert set(texts(root, ".//p:linkingObjectIdentifierValue")) <= objects
    assert set(texts(root, ".//p:linkingAgentIdentifierValue")) <= agents


def test_a_description_that_an_event_links_becomes_an_object(record: PackageRecord, schema: etree.XMLSchema) -> None:
    path = "metadata/descriptive/package.dc.xml"
    event = replace(record.events[0], objects=((path, "outcome"),))
    root = parse_xml(premis_xml(replace(record, events=(event,))))
    schema.assertValid(root)
    assert path in file_objects(root)
    assert path not in file_objects(parse_xml(premis_xml(record)))


def test_value_uris_only_where_the_vocabulary_has_the_word(record: PackageRecord) -> None:
    root = parse_xml(premis_xml(record))
    uris = {str(found.text): found.get("valueURI") for found in root.findall(".//p:eventOutcome", NS)}
    assert uris == {
        "success": "http://id.loc.gov/vocabulary/preservation/eventOutcome/suc",
        "warning": "http://id.loc.gov/vocabulary/preservation/eventOutcome/war",
        "not run": None,
        "pass": None,
    }
    types = {str(found.text): found.get("valueURI") for found in root.findall(".//p:eventType", NS)}
    assert types["information package creation"] == "http://id.loc.gov/vocabulary/preservation/eventType/ipc"
    assert all(types.values())


def test_every_digest_is_there(record: PackageRecord) -> None:
    objects = file_objects(parse_xml(premis_xml(record)))
    original = next(file for file in record.files if file.original_name == "letter.txt")
    found = objects[original.path]
    assert texts(found, ".//p:messageDigestAlgorithm") == ["SHA-256", "SHA-512"]
    assert texts(found, ".//p:messageDigest") == [original.digests["sha256"], original.digests["sha512"]]
    assert texts(found, ".//p:size") == [str(original.size)]
    assert texts(found, ".//p:formatRegistryKey") == ["x-fmt/111"]


def test_a_name_that_xml_cannot_hold_is_identified_by_its_percent_encoding(record: PackageRecord) -> None:
    root = parse_xml(premis_xml(record))
    found = file_objects(root)["representations/original/data/bell%07.txt"]
    assert texts(found, "p:objectIdentifier/p:objectIdentifierType") == ["percent-encoded path"]
    assert texts(found, "p:originalName") == ["bell\\x07.txt"]


def test_line_ends_in_names_come_back(bare_record: PackageRecord) -> None:
    file = replace(bare_record.files[0], path="representations/original/data/a\rb\nc\td")
    root = parse_xml(premis_xml(replace(bare_record, files=(file,))))
    assert file.path in file_objects(root)


def test_later_versions_say_what_changed(bare_record: PackageRecord, schema: etree.XMLSchema) -> None:
    root = parse_xml(premis_xml(replace(bare_record, version=2, change="x was changed")))
    schema.assertValid(root)
    assert texts(root, ".//p:significantPropertiesValue") == ["2", "x was changed"]
    assert texts(root, ".//p:relationshipSubType").count("supersedes") == 1
    assert f"version 1 of {bare_record.identifier}" in texts(root, ".//p:relatedObjectIdentifierValue")
    assert "supersedes" not in texts(parse_xml(premis_xml(bare_record)), ".//p:relationshipSubType")


def test_unknown_codes_and_algorithms_are_written_without_a_uri(record: PackageRecord, schema: etree.XMLSchema) -> None:
    event = replace(record.events[0], code="zzz")
    file = replace(record.files[0], digests={"sha3_256": "00", "blake2b": "11"})
    root = parse_xml(premis_xml(replace(record, events=(event,), files=(file,))))
    schema.assertValid(root)
    assert texts(root, ".//p:messageDigestAlgorithm") == ["BLAKE2B", "SHA3-256"]
    assert all("valueURI" not in found.attrib for found in root.findall(".//p:messageDigestAlgorithm", NS))
    assert texts(root, ".//p:eventType") == ["zzz"]


def test_labels() -> None:
    assert event_label("nor") == "normalization"
    assert event_label("zzz") == "zzz"
    assert digest_label("sha512") == "SHA-512"
    assert len(EVENT_TYPES) == 50
    assert DIGEST_FUNCTIONS["md5"].uri == "http://id.loc.gov/vocabulary/preservation/cryptographicHashFunctions/md5"


@pytest.mark.parametrize(
    ("path", "iri", "uri"),
    [
        pytest.param("a/b.txt", "a/b.txt", "a/b.txt", id="plain"),
        pytest.param("a b", "a%20b", "a%20b", id="space"),
        pytest.param("50%25", "50%2525", "50%2525", id="percent"),
        pytest.param("#1?", "%231%3F", "%231%3F", id="fragment and query"),
        pytest.param("é", "é", "%C3%A9", id="letter"),
        pytest.param("\u202e", "%E2%80%AE", "%E2%80%AE", id="override"),
        pytest.param("\u00a0", "%C2%A0", "%C2%A0", id="no-break space"),
        pytest.param("\udcff", "%FF", "%FF", id="undecodable byte"),
        pytest.param("a:b", "a%3Ab", "a%3Ab", id="no scheme"),
        pytest.param("\n", "%0A", "%0A", id="line feed"),
        pytest.param("\ud800", "%ED%A0%80", "%ED%A0%80", id="lone surrogate"),
        pytest.param(
            '"<>\\^`{|}[]', "%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D", "%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D", id="RFC"
        ),
    ],
)
def test_references(path: str, iri: str, uri: str) -> None:
    assert path_iri(path) == iri
    assert path_uri(path) == uri


anything = st.text(st.characters(exclude_categories=()), max_size=20)
segments = anything.map(lambda text: text.replace("/", "").replace("\0", "") or "x")


@st.composite
def records(draw: st.DrawFn) -> PackageRecord:
    names = draw(st.lists(segments, max_size=4, unique=True))
    files = []
    for name in names:
        identity = draw(
            st.none()
            | st.builds(
                FormatIdentity,
                puid=st.none() | anything,
                name=anything,
                version=anything,
                media_type=anything,
                basis=anything,
                warning=anything,
            )
        )
        original = PackagedFile(
            path=f"representations/original/data/{name}",
            role="original",
            size=draw(st.integers(0, 2**62)),
            digests=draw(st.dictionaries(st.sampled_from(["md5", "sha512", "sha3_512"]), anything)),
            original_name=name,
            identity=identity,
        )
        files += [original]
        if draw(st.booleans()):
            path = f"representations/pdfa/data/{name}.pdf"
            files.append(replace(original, path=path, role="rendition", derived_from=original.path, flavour="2u"))
    objects = st.tuples(
        st.sampled_from([file.path for file in files] or ["gone"]), st.sampled_from(["source", "outcome"])
    )
    event = st.builds(
        Event,
        identifier=anything,
        code=st.sampled_from(["nor", "val", "ipc", "?"]),
        when=st.datetimes(timezones=st.just(UTC)),
        detail=anything,
        outcome=anything,
        outcome_note=anything,
        agents=st.lists(st.tuples(anything, anything), max_size=2).map(tuple),
        objects=st.lists(objects, max_size=3).map(tuple),
    )
    kinds = st.sampled_from(["software", "person", "organization"])
    agent = st.builds(Agent, identifier=anything, name=anything, kind=kinds, version=st.none() | anything)
    return PackageRecord(
        identifier=draw(anything),
        name=draw(anything),
        description=Description(),
        files=tuple(files),
        events=tuple(draw(st.lists(event, max_size=3))),
        agents=tuple(draw(st.lists(agent, max_size=3))),
        created=datetime(2026, 1, 1, tzinfo=UTC),
        version=draw(st.integers(1, 3)),
        change=draw(st.none() | anything),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(records())
def test_any_record_is_valid_and_names_every_file_apart(schema: etree.XMLSchema, record: PackageRecord) -> None:
    root = parse_xml(premis_xml(record))
    schema.assertValid(root)
    assert len(file_objects(root)) == len(record.files)


LINKED = "p:linkingObjectIdentifier/p:linkingObjectIdentifierValue"
RELATED = "p:relationship/p:relatedEventIdentifier/p:relatedEventIdentifierValue"
LINKS = "p:linkingEventIdentifier/p:linkingEventIdentifierValue"


def shared_events(record: PackageRecord, documents: int) -> PackageRecord:
    """Return the record with one event that made the first renditions, and one that checked them."""
    made = tuple(pair for event in record.events if event.code == "nor" for pair in event.objects)[: 2 * documents]
    role: Literal["source"] = "source"
    checked = tuple((path, role) for path, kind in made if kind == "outcome")
    whole = [one for one in record.events if not one.objects]
    shared = [replace(record.events[6], objects=made), replace(record.events[7], objects=checked)]
    return replace(record, events=(*whole, *shared))


def test_an_event_of_all_files_links_their_representation(
    large_record: Callable[[int], PackageRecord], schema: etree.XMLSchema
) -> None:
    root = parse_xml(premis_xml(shared_events(large_record(101), 101)))
    schema.assertValid(root)
    *_, making, checking = root.findall("p:event", NS)
    assert texts(making, LINKED) == ["representations/original", "representations/pdfa"]
    assert texts(checking, LINKED) == ["representations/pdfa"]
    for element in file_objects(root).values():
        assert texts(element, RELATED) == texts(element, LINKS) == []


def test_an_event_of_very_many_files_but_not_all_is_named_by_the_files(
    large_record: Callable[[int], PackageRecord], schema: etree.XMLSchema
) -> None:
    record = shared_events(large_record(103), 102)
    root = parse_xml(premis_xml(record))
    schema.assertValid(root)
    *_, making, checking = root.findall("p:event", NS)
    assert texts(making, LINKED) == texts(checking, LINKED) == [record.identifier]
    concerned = {path for path, _ in record.events[-1].objects}
    assert len(concerned) == 102
    for path, element in file_objects(root).items():
        named = path in concerned
        assert texts(element, RELATED) == ([record.events[-2].identifier] if named else [])
        assert texts(element, LINKS) == ([record.events[-1].identifier] if named else [])


def test_a_large_record_leaves_out_what_follows_from_identifiers(
    large_record: Callable[[int], PackageRecord], schema: etree.XMLSchema
) -> None:
    root = parse_xml(premis_xml(large_record(501)))
    schema.assertValid(root)
    _, original, pdfa = root.findall("p:object", NS)[:3]
    for element, name in ((original, "original"), (pdfa, "pdfa")):
        assert relationships(element, "includes") == []
        value = f"every file whose identifier begins with representations/{name}/"
        assert texts(element, "p:significantProperties/p:significantPropertiesValue") == [value]
    for path, element in file_objects(root).items():
        assert relationships(element, "is source of") == []
        assert len(relationships(element, "has source")) == path.startswith("representations/pdfa/")


@pytest.mark.parametrize("rendered", [False, True])
def test_fifty_thousand_files_stay_within_sixty_megabytes(
    large_record: Callable[[int], PackageRecord], *, rendered: bool
) -> None:
    # Length grows with the number of files alone, so that a tenth of them tells.
    record = shared_events(large_record(2500 if rendered else 5000), 2500)
    files = [file for file in record.files if file.role == "original" or (rendered and file.role == "rendition")]
    files = [replace(file, digests={"sha512": file.digests["sha512"]}) for file in files]
    assert len(files) == 5000
    assert sum(map(len, premis_chunks(replace(record, files=tuple(files))))) * 10 < 60_000_000


def test_ten_thousand_files_cost_little(
    large_record: Callable[[int], PackageRecord], schema: etree.XMLSchema, capsys: pytest.CaptureFixture[str]
) -> None:
    record = large_record(5000)
    total = 0
    gc.collect()  # what other tests left is none of ours
    tracemalloc.start()
    for chunk in premis_chunks(record):
        total += len(chunk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with capsys.disabled():
        print(f"\nPREMIS, 10,000 files and 10,006 events: {total / 1e6:.1f} MB, peak {peak / 1e6:.1f} MB")  # noqa: T201
    assert peak < total / 2
    schema.assertValid(parse_xml(premis_xml(large_record(100))))
