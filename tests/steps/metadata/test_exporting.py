"""A sheet becomes packages, and packages become the sheet: nothing that people state is lost or changed on the way."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from archiver.config import Configuration
from archiver.describe import read_metadata
from archiver.errors import UsageError
from archiver.steps.building.running import build
from archiver.steps.building.settings import BuildSettings
from archiver.steps.metadata.exporting import ExportOrder, export_sheet
from archiver.steps.record_profiles import read_record_profile
from tests.steps.conftest import NOW, Heard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archiver.steps.results import ItemResult

    Built = Callable[[BuildSettings], list[ItemResult]]

Rows = list[dict[str, list[str]]]

NAMES = ("a.txt", "=b.txt", "box", "box/c.txt", "box/-d, e.txt")
TERMS = ("title", "title@ru", "title@zh-Hant", "creator", "subject", "date", "identifier", "rightsHolder", "spatial")
OTHERS = ("Shelf mark", "=own", "@x", "legacyId", "levelOfDescription", "file", "Box no.", "a | b")
TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("|\\'=+-@,;\" \n\tab"), st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"))
    ),
    min_size=1,
    max_size=20,
)


def tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


VALUE = TEXT.map(tidy).filter(bool)
ROW = st.fixed_dictionaries(
    {},
    optional={name: st.lists(VALUE, min_size=1, max_size=3, unique=True) for name in TERMS}
    | {name: st.lists(VALUE, min_size=1, max_size=1) for name in OTHERS},
)


def export(packages: Path, out: Path, bundle: Literal["item", "collection"] = "item") -> None:
    profile = read_record_profile("default").profile
    made = export_sheet(ExportOrder(packages=[packages], out=out, profile=profile, now=NOW, bundle=bundle))
    assert made.findings == []


def source_of(place: Path) -> Path:
    source = place / "seeds"
    for name in NAMES:
        if name != "box":
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(f"The text of {name}.\n", encoding="utf-8")
    return source


def build_with(sheet: Path, place: Path, name: str) -> Path:
    """Build packages described by one sheet alone, and return their folder."""
    folder = place / f"metadata-{name}"
    folder.mkdir()
    shutil.copyfile(sheet, folder / sheet.name)
    made = BuildSettings(
        source=place / "seeds",
        metadata=folder,
        destination=place / f"packages-{name}",
        configuration=Configuration(pdfa=None, workers=1),
        now=NOW,
    )
    assert [result.status for result in build(made, Heard()).results] == ["built"] * 3
    return made.destination


def write_sheet(file: Path, rows: Sequence[dict[str, list[str]]]) -> None:
    """Write a sheet as a person might: one column for each value, a bar in a value marked, no apostrophes needed."""
    widths = {name: max((len(row.get(name, ())) for row in rows), default=0) for name in (*TERMS, *OTHERS)}
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["filename", *(name for name, width in widths.items() for _ in range(width))])
        for path, row in zip(NAMES, rows, strict=True):
            cells = [path]
            for name, width in widths.items():
                values = [guard(one.replace("|", "\\|") if name in TERMS else one) for one in row.get(name, ())]
                cells += values + [""] * (width - len(values))
            writer.writerow(cells)


def guard(cell: str) -> str:
    """Write an apostrophe more where a cell begins with one that a reader would take off."""
    return f"'{cell}" if cell.lstrip("'")[:1] in set("=+-@\t\r") and cell[0] == "'" else cell


def meaning(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return what a metadata folder states of each path: values by term and language, and what fits no term."""
    metadata = read_metadata(folder, NAMES)
    return {path: said(metadata.supplied(path)) for path in NAMES}


def said(supplied: object) -> tuple[object, ...]:
    stated: dict[tuple[str, str | None], list[str]] = {}
    for one in getattr(supplied, "statements", ()):
        stated.setdefault((one.term, one.language), []).append(one.text)
    kept: dict[str, list[str]] = {}
    for one in getattr(supplied, "kept", ()):
        kept.setdefault(one.name, []).append(one.text)
    return stated, kept


def renamed(said_of: tuple[object, ...]) -> tuple[object, ...]:
    """Return what was said with the names that an export changes, because they would be taken for something else."""
    stated, kept = said_of
    assert isinstance(kept, dict)
    return stated, {name.removesuffix(" (kept)"): values for name, values in kept.items()}


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@examples(max_examples=8, deadline=None)
@given(rows=st.lists(ROW, min_size=len(NAMES), max_size=len(NAMES)))
def test_sheet_to_packages_to_sheet_is_identical(extension: str, rows: Rows) -> None:
    rows[0].setdefault("title", ["A"])  # a sheet without a term is none
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source_of(place)
        write_sheet(place / "mine.csv", rows)
        first = build_with(place / "mine.csv", place, "mine")
        export(first, place / f"ours.{extension}")
        second = build_with(place / f"ours.{extension}", place, "ours")
        before, after = meaning(place / "metadata-mine"), meaning(place / "metadata-ours")
        assert {path: renamed(one) for path, one in after.items()} == before
        export(second, place / f"again.{extension}")
        assert (place / f"again.{extension}").read_bytes() == (place / f"ours.{extension}").read_bytes()


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.fixture
def metadata(source: Path) -> Path:
    """Return an empty metadata folder beside the source, which gets one document."""
    (source / "a.txt").write_text("A heading\n\nThe text, in English, of a letter.\n", encoding="utf-8")
    folder = source.parent / "metadata"
    folder.mkdir()
    return folder


def test_only_what_people_stated_is_exported(built: Built, settings: BuildSettings, metadata: Path) -> None:
    (metadata / "a.yaml").write_text("creator: [A, B]\nshelf: 7\nfilename: scan-1\n", encoding="utf-8")
    (metadata / "_collection.yaml").write_text("rights: Free\n", encoding="utf-8")
    built(replace(settings, metadata=metadata))
    export(settings.destination, metadata / "e.csv")
    (row,) = rows_of(metadata / "e.csv")
    assert row == {
        "filename": "a.txt",
        "title": "",
        "creator": "A | B",
        "rights": "Free",
        "shelf": "7",
        "filename (kept)": "scan-1",
    }


def test_of_several_versions_the_newest_counts(built: Built, settings: BuildSettings, metadata: Path) -> None:
    for title in ("First", "Second"):
        (metadata / "a.yaml").write_text(f"title: {title}\n", encoding="utf-8")
        built(replace(settings, metadata=metadata))
    assert len(list(settings.destination.iterdir())) == 2
    export(settings.destination, metadata / "e.csv")
    assert [row["title"] for row in rows_of(metadata / "e.csv")] == ["Second"]


def test_of_a_collection_paths_begin_below_the_source(built: Built, settings: BuildSettings, metadata: Path) -> None:
    (metadata / "s.csv").write_text("filename,title\n.,Whole\na.txt,A\n", encoding="utf-8")
    built(replace(settings, metadata=metadata, bundle="collection"))
    export(settings.destination, metadata / "e.csv", bundle="collection")
    assert [(row["filename"], row["title"]) for row in rows_of(metadata / "e.csv")] == [(".", "Whole"), ("a.txt", "A")]


def test_no_cell_of_a_strangers_becomes_a_formula(built: Built, settings: BuildSettings, metadata: Path) -> None:
    (metadata / "a.yaml").write_text("title: '=1+1'\ncreator: '@SUM(A1)'\n'=key': '-1'\n", encoding="utf-8")
    built(replace(settings, metadata=metadata))
    export(settings.destination, metadata / "e.csv")
    assert "'=1+1,'@SUM(A1),'-1" in (metadata / "e.csv").read_text(encoding="utf-8-sig")
    export(settings.destination, metadata / "e.xlsx")
    sheet = openpyxl.load_workbook(metadata / "e.xlsx")["Descriptions"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert [cell.value for cell in sheet[2]] == ["a.txt", "=1+1", "@SUM(A1)", "-1"]


def ordered(settings: BuildSettings, out: Path) -> ExportOrder:
    profile = read_record_profile("default").profile
    return ExportOrder(packages=[settings.destination], out=out, profile=profile, now=NOW)


def test_without_values_the_records_themselves_are_exported(
    built: Built, settings: BuildSettings, source: Path, metadata: Path
) -> None:
    (source / "box").mkdir()
    (source / "box" / "package").write_text("Text of a document.\n", encoding="utf-8")
    (metadata / "s.csv").write_text("filename,title,title@ru\na.txt,A,Ы\nbox,Box,\n", encoding="utf-8")
    built(replace(settings, metadata=metadata))
    for values in settings.destination.rglob("values.json"):
        values.unlink()
    made = export_sheet(ordered(settings, metadata / "e.csv"))
    assert [(one.severity.value, one.code) for one in made.findings] == [("info", "export-sources-unknown")] * 2
    rows = {row["filename"]: row for row in rows_of(metadata / "e.csv")}
    assert set(rows) == {"a.txt", "box", "box/package"}
    assert (rows["a.txt"]["title"], rows["a.txt"]["title@ru"], rows["box"]["title"]) == ("A", "Ы", "Box")
    assert "format" not in rows["a.txt"]
    assert not any("urn:uuid:" in cell for cell in rows["a.txt"].values())


@pytest.mark.parametrize("harm", ["cut", "garbage", "link", "another form"])
def test_a_package_that_cannot_be_read_is_named_and_left_out(
    built: Built, settings: BuildSettings, source: Path, metadata: Path, harm: str
) -> None:
    (source / "b.txt").write_text("B\n", encoding="utf-8")
    built(settings)
    values = settings.destination / "a" / "data" / "metadata" / "descriptive" / "values.json"
    good = values.read_bytes()
    values.unlink()
    if harm == "link":
        values.symlink_to("/dev/zero")
    else:
        values.write_bytes({"cut": good[:-3], "garbage": b"\xff" * 100}.get(harm, good.replace(b"1", b"9", 1)))
    made = export_sheet(ordered(settings, metadata / "e.csv"))
    assert [(one.severity.value, one.code) for one in made.findings] == [("error", "export-package-unreadable")]
    assert "a: data/metadata/descriptive/values.json" in made.findings[0].message
    assert [row["filename"] for row in rows_of(metadata / "e.csv")] == ["b.txt"]


def test_a_value_too_long_for_a_cell_is_named(built: Built, settings: BuildSettings, metadata: Path) -> None:
    (metadata / "a.yaml").write_text(f"title: {'x' * 40_000}\n", encoding="utf-8")
    built(replace(settings, metadata=metadata))
    assert export_sheet(ordered(settings, metadata / "e.csv")).findings == []
    made = export_sheet(ordered(settings, metadata / "e.xlsx"))
    assert [one.code for one in made.findings] == ["export-value-altered"]


def test_what_is_no_package_is_refused(settings: BuildSettings, metadata: Path) -> None:
    settings.destination.mkdir()
    with pytest.raises(UsageError, match="is no package of this program and holds none"):
        export_sheet(ordered(settings, metadata / "e.csv"))
    assert list(metadata.iterdir()) == []
