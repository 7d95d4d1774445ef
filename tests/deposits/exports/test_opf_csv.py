"""Tests of objects with a sheet or with OPEX records, read by other programs."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import subprocess
from typing import TYPE_CHECKING

from lxml import etree

from archiver.deposits.exports.opf_csv import OPEX, metadata_csv
from archiver.deposits.journal import DepositJournal
from archiver.model import Description, Severity
from archiver.model.deposits import DepositState
from tests.contracts.targets._exports import exporting
from tests.deposits.exports.packages_to_export import STRANGE, built, export, parcel_of, small
from tests.steps.stores.bags_to_add import bag

if TYPE_CHECKING:
    from pathlib import Path

KIND = "opf-csv"
NAMES = {"o": OPEX, "dc": "http://purl.org/dc/elements/1.1/"}


def only(home: Path) -> Path:
    (item,) = (home / "items").iterdir()
    return item


def rows(item: Path) -> list[list[str]]:
    with (item / "metadata" / "metadata.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def checked(item: Path) -> int:
    """Have GNU coreutils compare the checksums as Archivematica does; return how many lines there are."""
    listed = item / "metadata" / "checksum.sha256"
    command = ["sha256sum", "-c", "--strict", "--quiet", str(listed)]
    result = subprocess.run(command, cwd=item, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return len(listed.read_text().splitlines())


def test_the_sheet_names_every_object_with_a_record(tmp_path: Path, journal: DepositJournal) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    assert export(KIND, tmp_path / "out", parcel, journal).state is DepositState.VERIFIED
    item = only(tmp_path / "out")
    head, *body = rows(item)
    assert head[0] == "filename"
    assert head.count("dc.creator") == 2
    assert "dcterms.issued" in head
    sheet = {row[0]: dict(zip(head, row, strict=True)) for row in body}
    assert sheet["objects"]["dc.title"] == "Letters 1"
    assert sheet["objects/original/box 3/letter.txt"]["dc.title"] == "Document box"
    for path in sheet:
        assert (item / path).exists()
    # Archivematica: as many lines as there are files below objects/
    assert checked(item) == sum(one.is_file() for one in (item / "objects").rglob("*")) == 5


def test_fifty_packages_are_what_sha256sum_says(tmp_path: Path, journal: DepositJournal) -> None:
    parcels = [parcel_of(small(tmp_path / f"p{number}", number), tmp_path / "deposits") for number in range(50)]
    for parcel in parcels:
        assert export(KIND, tmp_path / "out", parcel, journal).state is DepositState.VERIFIED
    items = {one.name.partition("-")[0]: one for one in (tmp_path / "out" / "items").iterdir()}
    for parcel in parcels:
        item = items[parcel.name]
        assert checked(item) == 1
        for file in parcel.files:
            path = file.path.removeprefix(f"{parcel.name}/")
            place = next(
                place
                for before, after in (
                    ("data/representations/original/data/", "objects/original/"),
                    ("data/representations/pdfa/data/", "objects/pdfa/"),
                    ("", "metadata/submissionDocumentation/bag/"),
                )
                if path.startswith(before)
                for place in [item / (after + path.removeprefix(before))]
            )
            assert place.read_bytes() == file.source.read_bytes()
    assert len(items) == 50


def test_names_with_line_ends_and_backslashes_are_escaped_as_coreutils_do(
    tmp_path: Path, journal: DepositJournal
) -> None:
    package = bag(tmp_path / "one", {"back\\slash": b"1", "plain": b"2"})
    parcel = parcel_of(package, tmp_path / "deposits")
    assert export(KIND, tmp_path / "out", parcel, journal).state is DepositState.VERIFIED
    assert checked(only(tmp_path / "out")) == 2


def test_opex_records_state_digests_and_descriptions(tmp_path: Path, journal: DepositJournal) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    assert export(KIND, tmp_path / "out", parcel, journal, form="opex").state is DepositState.VERIFIED
    item = only(tmp_path / "out")
    whole = etree.parse(item / f"{item.name}.opex").getroot()
    assert whole.findtext("o:Transfer/o:SourceID", "", NAMES) == "urn:x:1"
    assert whole.findtext("o:Properties/o:Title", "", NAMES) == "Letters 1"
    for file in item.rglob("*"):
        if file.is_file() and file.suffix != ".opex":
            record = etree.parse(file.with_name(f"{file.name}.opex")).getroot()
            stated = {one.get("type"): one.get("value") for one in record.iterfind(".//o:Fixity", NAMES)}
            assert stated["SHA-256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    letter = etree.parse(item / "objects" / "original" / f"{STRANGE}.opex").getroot()
    assert [one.text for one in letter.iterfind(".//dc:creator", NAMES)] == ["Müller, Anna", "Second"]


def test_a_document_that_is_called_as_a_record_would_be_is_kept(tmp_path: Path, journal: DepositJournal) -> None:
    package = bag(tmp_path / "one", {"a": b"1", "a.opex": b"mine"})
    parcel = parcel_of(package, tmp_path / "deposits")
    assert export(KIND, tmp_path / "out", parcel, journal, form="opex").state is DepositState.VERIFIED
    assert (only(tmp_path / "out") / "objects" / "original" / "a.opex").read_bytes() == b"mine"


def test_a_package_without_documents_is_refused_beforehand(tmp_path: Path) -> None:
    parcel = parcel_of(bag(tmp_path / "one"), tmp_path / "deposits")
    bare = dataclasses.replace(parcel, files=[one for one in parcel.files if "/data/" not in one.path])
    for form in ("csv", "opex"):
        (found,) = exporting(KIND, tmp_path / "out", form=form).demands(bare)
        assert (found.severity, found.code) == (Severity.ERROR, "deposit-no-documents")


def test_a_sheet_of_nothing_has_a_heading() -> None:
    assert metadata_csv([("objects", Description())]) == b"filename\nobjects\n"


def test_paths_are_written_from_the_configuration(tmp_path: Path) -> None:
    assert exporting(KIND, tmp_path / "x").location == str(tmp_path / "x")
