from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.model import Description, PackagedFile, PackageRecord, SourceKind, Statement, ValueSource
from archiver.standards.mets import PackageKind, checksum_algorithm, representation_chunks, root_chunks, submitter
from archiver.standards.mets.documentation import about_page
from archiver.standards.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from tests.judges.schemas import SchemaJudge

NS = {"m": "http://www.loc.gov/METS/"}
XLINK = "{http://www.w3.org/1999/xlink}"
CSIP = "{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}"
ID = "0123456789abcdef" * 8


def packaged(path: str, role: str) -> PackagedFile:
    return PackagedFile(path=path, role=role, size=1, digests={"sha512": ID}, original_name="a")  # type: ignore[arg-type]


@pytest.fixture
def whole(record: PackageRecord) -> PackageRecord:
    """Return a record with all that a package holds when its own METS document is written."""
    more = (
        packaged("documentation/about.txt", "documentation"),
        packaged("schemas/record.xsd", "schema"),
        packaged("metadata/descriptive/values.json", "values"),
        packaged("representations/original/METS.xml", "mets"),
        packaged("representations/pdfa/METS.xml", "mets"),
        packaged("ro-crate-metadata.json", "crate"),
        packaged("ro-crate-preview.html", "preview"),
    )
    return replace(record, files=(*record.files, *more))


def root_of(record: PackageRecord, kind: PackageKind = "aip") -> etree._Element:
    return parse_xml(b"".join(root_chunks(record, kind)))


def representation_of(record: PackageRecord, name: str, kind: PackageKind = "aip") -> etree._Element:
    return parse_xml(b"".join(representation_chunks(record, kind, name)))


def paths(root: etree._Element) -> list[str]:
    """Return every file that a document points at, decoded as forms are: the hardest way."""
    found = (element.get(f"{XLINK}href") for element in root.iter(f"{{{NS['m']}}}FLocat", f"{{{NS['m']}}}mdRef"))
    return [unquote_plus(str(href)) for href in found]


@pytest.mark.parametrize("kind", ["sip", "aip"])
def test_documents_are_valid(whole: PackageRecord, kind: PackageKind, mets_schema: SchemaJudge) -> None:
    for chunks in (
        root_chunks(whole, kind),
        *(representation_chunks(whole, kind, name) for name in ("original", "pdfa")),
    ):
        result = mets_schema(b"".join(chunks))
        assert result.passed, result.detail


def test_every_file_of_the_package_is_pointed_at_once(whole: PackageRecord) -> None:
    found = paths(root_of(whole))
    for name in ("original", "pdfa"):
        found += [f"representations/{name}/{path}" for path in paths(representation_of(whole, name))]
    there = [file.path for file in whole.files]
    assert sorted(found) == sorted(there)


def test_files_have_the_size_and_the_strongest_digest_that_mets_has_a_name_for(whole: PackageRecord) -> None:
    by_path = {file.path: file for file in whole.files}
    root = representation_of(whole, "original")
    for element in root.iterfind(".//m:file", NS):
        (place,) = element.iterfind("m:FLocat", NS)
        file = by_path[f"representations/original/{unquote_plus(str(place.get(f'{XLINK}href')))}"]
        assert element.get("SIZE") == str(file.size)
        assert (element.get("CHECKSUMTYPE"), element.get("CHECKSUM")) == ("SHA-512", file.digests["sha512"])
        assert element.get("CREATED") == "2026-11-21T12:00:00Z"


def test_media_types_are_registered_ones(whole: PackageRecord) -> None:
    one = whole.files[0]
    assert one.identity
    identity = replace(one.identity, media_type="Text/X-Web-Markdown")
    record = replace(whole, files=(replace(one, identity=identity), *whole.files[1:]))
    types = [str(file.get("MIMETYPE")) for file in representation_of(record, "original").iterfind(".//m:file", NS)]
    assert types[:2] == ["application/octet-stream", "text/plain"]


def test_the_two_kinds_differ_in_profile_type_and_role(whole: PackageRecord) -> None:
    said = {}
    for kind in ("sip", "aip"):
        root = root_of(whole, kind)
        header = root.find("m:metsHdr", NS)
        assert header is not None
        agents = [(agent.get("ROLE"), agent.get("TYPE"), agent.findtext("m:name", None, NS)) for agent in header]
        said[kind] = (root.get("PROFILE"), header.get(f"{CSIP}OAISPACKAGETYPE"), agents)
    program, archive = ("CREATOR", "OTHER", "Archiver"), ("ORGANIZATION", "City Archive of Almaty")
    assert said == {
        "sip": (
            "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml",
            "SIP",
            [program, ("CREATOR", *archive)],
        ),
        "aip": (
            "https://earkdip.dilcis.eu/profile/E-ARK-AIP-v2-2-0.xml",
            "AIP",
            [program, ("ARCHIVIST", *archive)],
        ),
    }


def test_the_root_is_named_by_the_identifier_and_points_at_the_representations(whole: PackageRecord) -> None:
    root = root_of(whole)
    assert root.get("OBJID") == "5f1d4b1e-6f1f-4d5c-9c1e-0a1b2c3d4e5f"
    assert root.get("TYPE") == "Text"
    assert root.get("LABEL") == "Letters and reports of January 2022"
    pointers = [str(pointer.get(f"{XLINK}href")) for pointer in root.iterfind(".//m:mptr", NS)]
    assert pointers == ["representations/original/METS.xml", "representations/pdfa/METS.xml"]
    assert representation_of(whole, "pdfa").get("OBJID") == "pdfa"


def test_references_inside_a_document_lead_somewhere(whole: PackageRecord, mets_schema: SchemaJudge) -> None:
    root = root_of(whole)
    known = {str(element.get("ID")) for element in root.iter() if element.get("ID")}
    named = [
        word
        for element in root.iter()
        for name in ("DMDID", "ADMID", "FILEID")
        for word in str(element.get(name, "")).split()
    ]
    titles = [str(pointer.get(f"{XLINK}title")) for pointer in root.iterfind(".//m:mptr", NS)]
    assert set(named) | set(titles) <= known
    described = [str(section.get("ID")) for section in root.iterfind("m:dmdSec", NS)]
    (metadata,) = root.iterfind(".//m:div[@LABEL='Metadata']", NS)
    assert str(metadata.get("DMDID")).split() == described
    assert mets_schema.judge(root).passed, "the schema wants each identifier once"


def test_a_later_version_says_so(whole: PackageRecord) -> None:
    header = root_of(replace(whole, version=2)).find("m:metsHdr", NS)
    assert header is not None
    assert header.get("RECORDSTATUS") == "VERSION"


def test_a_person_submits_where_the_archive_has_no_name(whole: PackageRecord) -> None:
    assert submitter(replace(whole, organization=None)) == ("Dana Ibraeva", "INDIVIDUAL")
    assert submitter(replace(whole, organization=None, agents=())) is None


@pytest.mark.parametrize(
    ("algorithms", "chosen"),
    [(["md5", "sha512"], "sha512"), (["sha3_256", "sha1"], "sha1"), (["blake2b"], None), ([], None)],
)
def test_the_strongest_algorithm_that_mets_knows(algorithms: list[str], chosen: str | None) -> None:
    assert checksum_algorithm(algorithms) == chosen


@pytest.mark.parametrize(
    ("types", "category"),
    [(["Text"], "Text"), (["Text", "StillImage"], "Mixed"), (["Dataset", "Dataset"], "Datasets"), ([], "Mixed")],
)
def test_content_category(whole: PackageRecord, types: list[str], category: str) -> None:
    source = ValueSource(kind=SourceKind.SHEET, place="a.csv, row 2, column type")
    said = tuple(Statement(term="type", text=text, scheme="DCMIType", source=source) for text in types)
    assert root_of(replace(whole, description=Description(statements=said))).get("TYPE") == category


def test_the_page_tells_what_the_package_is(whole: PackageRecord) -> None:
    page = about_page(whole, "sip").decode()
    assert page.startswith("Letters and reports of January 2022\n")
    for words in (whole.identifier, "submission information package (SIP)", "Documents:    10", "PDF/A copies: 9"):
        assert words in page
    assert max(map(len, page.splitlines())) <= 120


anything = st.text(st.characters(exclude_categories=()), min_size=1, max_size=20)
segments = anything.map(lambda text: text.replace("/", "").replace("\0", "") or "x")


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(names=st.lists(segments, min_size=1, max_size=5, unique=True), title=anything)
def test_any_name_makes_a_valid_document(
    mets_schema: SchemaJudge, record: PackageRecord, names: list[str], title: str
) -> None:
    files = tuple(packaged(f"representations/original/data/{name}", "original") for name in names)
    record = replace(record, name=title, files=files)
    data = b"".join(representation_chunks(record, "aip", "original"))
    result = mets_schema(data)
    assert result.passed, result.detail
    assert len(paths(parse_xml(data))) == len(names)
    assert data == b"".join(representation_chunks(record, "aip", "original"))


def test_five_thousand_files_cost_little(large_record: Callable[[int], PackageRecord]) -> None:
    record = large_record(5000)
    gc.collect()  # what other tests left is none of ours
    tracemalloc.start()
    total = sum(len(chunk) for chunk in representation_chunks(record, "aip", "original"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total > 1_500_000
    assert peak < 1_000_000
