"""Every package tells where each value of its descriptions came from."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.standards.dublin_core import parse_dcterms_xml
from archiver.standards.values_record import ValuesRecord, read_values
from archiver.steps import naming

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult

    Built = Callable[[BuildSettings], list[ItemResult]]


def recorded(package: Path) -> dict[str, ValuesRecord]:
    with (package / "data" / naming.VALUES).open("rb") as lines:
        return {record.path: record for record in read_values(lines)}


def places(record: ValuesRecord) -> dict[str, tuple[str, str, str]]:
    """Return the first value of each term with its source's kind and place."""
    found = [(one.term, (one.text, one.source.kind.value, one.source.place)) for one in record.values]
    return dict(reversed(found))


def test_each_value_has_its_source(settings: BuildSettings, source: Path, built: Built, tmp_path: Path) -> None:
    (source / "box" / "sub").mkdir(parents=True)
    (source / "box" / "sub" / "a.txt").write_text("A report\n\nSome words.\n", encoding="utf-8")
    metadata = tmp_path / "metadata"
    (metadata / "box" / "sub").mkdir(parents=True)
    (metadata / "_collection.yaml").write_text("publisher: The archive\n", encoding="utf-8")
    (metadata / "box" / "_folder.yaml").write_text("title: A box\nspatial: Almaty\n", encoding="utf-8")
    (metadata / "box" / "sub" / "a.txt.yaml").write_text("issued: 2022-01\n", encoding="utf-8")
    (metadata / "all.csv").write_text("filename,creator\nbox/sub/a.txt,Somebody\n", encoding="utf-8")
    (result,) = built(replace(settings, metadata=metadata))
    assert result.package is not None
    records = recorded(result.package)
    assert list(records) == ["", "sub/a.txt"]
    assert places(records[""])["title"] == ("A box", "folder", "box/_folder.yaml, line 1")
    told = places(records["sub/a.txt"])
    assert told["title"] == ("A report", "inferred", "first line")
    assert told["issued"] == ("2022-01", "sidecar", "box/sub/a.txt.yaml, line 1")
    assert told["creator"][1:] == ("sheet", "all.csv, row 2, column creator")
    assert told["spatial"][1] == "folder"
    assert told["publisher"] == ("The archive", "collection", "_collection.yaml, line 1")
    assert told["format"][1] == "assigned"


def test_the_values_are_those_of_the_record(settings: BuildSettings, source: Path, built: Built) -> None:
    (source / "a.txt").write_text("A letter\n\nSome words.\n", encoding="utf-8")
    (result,) = built(settings)
    assert result.package is not None
    record = (result.package / "data/metadata/descriptive/a.txt.dc.xml").read_bytes()
    values = recorded(result.package)["a.txt"].values
    assert [(one.term, one.text) for one in values] == [value[:2] for value in parse_dcterms_xml(record)]


def test_it_is_listed_like_any_other_file(settings: BuildSettings, source: Path, built: Built) -> None:
    (source / "a.txt").write_text("x\n", encoding="utf-8")
    (result,) = built(settings)
    assert result.package is not None
    crate = json.loads((result.package / "data/ro-crate-metadata.json").read_text(encoding="utf-8"))
    entity = next(one for one in crate["@graph"] if one["@id"] == naming.VALUES)
    assert (entity["encodingFormat"], entity["about"]) == ("application/json", {"@id": "./"})
    assert naming.VALUES in (result.package / "data/ro-crate-preview.html").read_text(encoding="utf-8")
    assert f"data/{naming.VALUES}" in (result.package / "manifest-sha512.txt").read_text(encoding="utf-8")


def test_what_fits_no_term_is_kept_and_makes_a_version(
    settings: BuildSettings, source: Path, built: Built, tmp_path: Path
) -> None:
    (source / "a.txt").write_text("x\n", encoding="utf-8")
    metadata = tmp_path / "metadata"
    metadata.mkdir()
    described = replace(settings, metadata=metadata)
    (metadata / "all.csv").write_text("filename,title\na.txt,A\n", encoding="utf-8")
    built(described)
    (metadata / "all.csv").write_text("filename,title,shelf\na.txt,A,B 12\n", encoding="utf-8")
    (result,) = built(described)
    assert (result.status, result.package) == ("built", settings.destination / "a-v2")
    (shelf,) = recorded(settings.destination / "a-v2")["a.txt"].other
    assert (shelf.name, shelf.text, shelf.source.place) == ("shelf", "B 12", "all.csv, row 2, column shelf")
    (again,) = built(described)
    assert again.status == "current"
