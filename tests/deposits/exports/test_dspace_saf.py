"""Tests of DSpace's Simple Archive Format, read by DSpace's own rules and by nothing of the program."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from archiver.deposits.journal import DepositJournal
from archiver.errors import ConfigurationError
from archiver.model.deposits import DepositState
from tests.contracts.targets._exports import entries, exporting, listed
from tests.deposits.exports.packages_to_export import STRANGE, built, digests, export, parcel_of, payload, small

KIND = "dspace-saf"


def fields(record: bytes) -> list[tuple[str, str, str]]:
    root = etree.fromstring(record)
    assert root.tag == "dublin_core"
    return [(one.get("element", ""), one.get("qualifier", ""), one.text or "") for one in root]


def bundles(files: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = {}
    for name, options in listed(files):
        found.setdefault(options["bundle"], {})[options.get("description", name)] = files[name]
    return found


def test_an_item_a_package(tmp_path: Path, journal: DepositJournal) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    deposit = export(KIND, tmp_path / "out", parcel, journal)
    assert deposit.state is DepositState.VERIFIED, deposit.reason
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["items"]
    (item,) = (tmp_path / "out" / "items").iterdir()
    files = entries(item)
    assert not any("/" in name for name in files)
    assert ("title", "none", "Letters 1") in fields(files["dublin_core.xml"])
    assert ("contributor", "author", "Müller, Anna") in fields(files["dublin_core.xml"])
    assert ("identifier", "uri", "urn:x:1") in fields(files["dublin_core.xml"])
    assert fields(files["metadata_dcterms.xml"]) == [("accrualMethod", "none", "Donation")]
    assert files["handle"] == b"123456789/4\n"
    found = bundles(files)
    originals = {
        path if path != STRANGE else "a b & -r x.txt": one
        for path, one in payload(parcel, "representations/original/data").items()
    }
    assert {path.replace("\u202e", " ") for path in found["ORIGINAL"]} == set(originals)
    assert found["PDFA"] == {f"pdfa/{path}": one for path, one in payload(parcel, "representations/pdfa/data").items()}
    assert found["BAG"]["bag/bagit.txt"] == (parcel.bag / "bagit.txt").read_bytes()
    whole = sorted(one.source.read_bytes() for one in parcel.files)
    assert sorted(content for bundle in found.values() for content in bundle.values()) == whole


def test_an_item_a_document(tmp_path: Path, journal: DepositJournal) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    deposit = export(KIND, tmp_path / "out", parcel, journal, items="document")
    assert deposit.state is DepositState.VERIFIED, deposit.reason
    said = exporting(KIND, tmp_path / "out", items="document").demands(parcel)
    assert [finding.code for finding in said] == ["deposit-files-left-out"]
    items = sorted((tmp_path / "out" / "items").iterdir())
    assert [one.name[-4:] for one in items] == ["0001", "0002", "0003"]
    letter = next(files for files in map(entries, items) if "box 3__letter.txt" in files)
    assert ("title", "none", "Document box") in fields(letter["dublin_core.xml"])
    assert ("relation", "ispartof", "urn:x:1") in fields(letter["dublin_core.xml"])
    assert set(bundles(letter)) == {"ORIGINAL", "PDFA"}
    assert b"primary:true" in letter["contents"]


def test_a_zip_is_what_the_batch_import_page_takes(tmp_path: Path, journal: DepositJournal) -> None:
    (tmp_path / "licence.txt").write_bytes(b"You may.\n")
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    options = {"form": "zip", "items": "document", "collections": ["123/1", "123/2"], "license_file": "licence.txt"}
    assert export(KIND, tmp_path / "out", parcel, journal, **options).state is DepositState.VERIFIED
    (place,) = (tmp_path / "out" / "items").iterdir()
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        items = {name.partition("/")[0] for name in names}
        assert len(items) == 3
        for item in items:
            assert archive.read(f"{item}/collections") == b"123/1\n123/2\n"
            assert archive.read(f"{item}/license.txt") == b"You may.\n"
            assert archive.read(f"{item}/contents").endswith(b"license.txt\tbundle:LICENSE\n")
    first = place.read_bytes()
    again = export(KIND, tmp_path / "other", parcel, DepositJournal.open(tmp_path / "journal 2"), **options)
    assert again.state is DepositState.VERIFIED
    assert next((tmp_path / "other" / "items").iterdir()).read_bytes() == first


def test_fifty_packages_in_one_batch_are_equal_when_read_by_dspaces_rules(
    tmp_path: Path, journal: DepositJournal
) -> None:
    parcels = [parcel_of(small(tmp_path / f"p{number}", number), tmp_path / "deposits") for number in range(50)]
    for number, parcel in enumerate(parcels):
        form = "zip" if number % 2 else "folder"
        assert export(KIND, tmp_path / "out", parcel, journal, form=form).state is DepositState.VERIFIED
    items = {one.name.partition("-")[0]: one for one in (tmp_path / "out" / "items").iterdir()}
    assert len(items) == 50
    for parcel in parcels:
        files = entries(items[parcel.name])
        sent = sorted(digests({one.path: one.source.read_bytes() for one in parcel.files}).values())
        assert sorted(digests({name: files[name] for name, _ in listed(files)}).values()) == sent


def test_what_was_changed_after_it_was_written_is_not_verified(tmp_path: Path, journal: DepositJournal) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    assert export(KIND, tmp_path / "out", parcel, journal).state is DepositState.VERIFIED
    (item,) = (tmp_path / "out" / "items").iterdir()
    contents = (item / "contents").read_text()
    (item / "contents").write_text(contents.replace("ORIGINAL", "ORIGINAI"))
    with DepositJournal.open(tmp_path / "journal 2") as other:
        assert export(KIND, tmp_path / "out", parcel, other).state is not DepositState.VERIFIED


def test_items_stay_when_a_run_is_cut_off_between_them(
    tmp_path: Path, journal: DepositJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    from archiver.steps.deposits.folders import LocalFolders  # noqa: PLC0415 - what is broken here

    moved: list[Path] = []
    move = LocalFolders.move

    def cut_off(self: LocalFolders, staged: Path, final: Path) -> None:
        moved.append(final)
        if len(moved) == 2:
            raise KeyboardInterrupt
        move(self, staged, final)

    monkeypatch.setattr(LocalFolders, "move", cut_off)
    with pytest.raises(KeyboardInterrupt):
        export(KIND, tmp_path / "out", parcel, journal, items="document")
    assert len(list((tmp_path / "out" / "items").iterdir())) == 1
    assert export(KIND, tmp_path / "out", parcel, journal, items="document").state is DepositState.VERIFIED
    assert len(list((tmp_path / "out" / "items").iterdir())) == 3
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["items"]


def test_what_a_kill_left_after_the_last_rename_is_removed(tmp_path: Path, journal: DepositJournal) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    assert export(KIND, tmp_path / "out", parcel, journal).state is DepositState.VERIFIED
    (item,) = (tmp_path / "out" / "items").iterdir()
    (tmp_path / "out" / f"{item.name}.new").mkdir()
    with DepositJournal.open(tmp_path / "journal 2") as other:
        assert export(KIND, tmp_path / "out", parcel, other).state is DepositState.VERIFIED
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["items"]


def test_a_record_without_a_title_is_said_beforehand(tmp_path: Path) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    bare = dataclasses.replace(parcel, description=None)
    found = exporting(KIND, tmp_path / "out").demands(bare)
    assert {finding.code for finding in found} == {"deposit-description-lacks"}
    assert exporting(KIND, tmp_path / "out").demands(parcel) == ()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"items": "file"}, "must be one of: package, document"),
        ({"form": "tar"}, "must be one of: folder, zip"),
        ({"license_file": "none.txt"}, "cannot be read"),
        ({"collections": []}, "list of names"),
    ],
)
def test_unusable_settings_are_named(tmp_path: Path, options: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        exporting(KIND, tmp_path / "out", **options)


def test_a_disk_that_is_not_there_is_said(tmp_path: Path, journal: DepositJournal) -> None:
    parcel = parcel_of(built(tmp_path / "one"), tmp_path / "deposits")
    deposit = export(KIND, tmp_path / "mnt" / "usb" / "out", parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert [finding.code for finding in deposit.findings] == ["deposit-folder-missing"]
    assert "targets.one" in deposit.findings[0].message
