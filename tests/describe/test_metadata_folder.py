import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from archiver.describe import check_statements, merge, read_metadata
from archiver.model import Finding, SourceKind

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def folder(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize("extension", ["yaml", "yml", "json"])
@pytest.mark.parametrize("name", ["a/b", "a/b.txt"])
def test_sidecars_by_short_and_long_name(tmp_path: Path, name: str, extension: str) -> None:
    metadata = read_metadata(folder(tmp_path, {f"{name}.{extension}": '{"title": "A"}'}), ["a/b.txt"])
    supplied = metadata.supplied("a/b.txt")
    assert [(s.text, s.source.kind) for s in supplied.statements] == [("A", SourceKind.SIDECAR)]
    assert metadata.unmatched(["a/b.txt"]) == ()


def test_the_longer_name_wins_and_the_shorter_serves_the_other(tmp_path: Path) -> None:
    paths = ["b.txt", "b.html"]
    metadata = read_metadata(folder(tmp_path, {"b.txt.yaml": "title: long", "b.yaml": "title: short"}), paths)
    assert [s.text for s in metadata.supplied("b.txt").statements] == ["long"]
    assert [s.text for s in metadata.supplied("b.html").statements] == ["short"]
    assert metadata.unmatched(paths) == ()


def test_a_shorter_name_that_serves_nobody_is_said(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"b.txt.yaml": "title: long", "b.yaml": "title: short"}), ["b.txt"])
    assert codes(metadata.unmatched(["b.txt"])) == ["sidecar-without-document"]


def test_a_short_name_that_fits_two_documents_is_used_for_neither(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"b.yaml": "title: A"}), ["b.html", "b.txt"])
    for path in ("b.html", "b.txt"):
        supplied = metadata.supplied(path)
        assert supplied.statements == ()
        assert codes(supplied.findings) == ["sidecar-ambiguous"]


def test_without_the_paths_the_ambiguity_is_found_at_the_end(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"b.yaml": "title: A"}))
    assert codes(metadata.unmatched(["b.html", "b.txt"])) == ["sidecar-ambiguous"]


def test_two_sidecars_of_one_name_are_ambiguous(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"b.yaml": "title: A", "b.json": "{}"}), ["b.txt"])
    assert codes(metadata.supplied("b.txt").findings) == ["sidecar-ambiguous"]


def test_a_file_without_extension_takes_its_sidecar_from_its_neighbour(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"README.yaml": "title: A"}), ["README", "README.md"])
    assert [s.text for s in metadata.supplied("README").statements] == ["A"]
    assert metadata.supplied("README.md").statements == ()


def test_a_compound_item_by_its_sidecar_or_its_folder_file(tmp_path: Path) -> None:
    files = {"a.yaml": "title: A", "b/_folder.yaml": "title: B\nspatial: C"}
    paths = ["a/x.txt", "b/y.txt"]
    metadata = read_metadata(folder(tmp_path, files), paths)
    assert [s.text for s in metadata.supplied("a").statements] == ["A"]
    assert [s.text for s in metadata.supplied("b").statements] == ["B", "C"]
    assert metadata.unmatched(paths) == ()


def test_folders_from_the_nearest_outward_then_the_collection(tmp_path: Path) -> None:
    files = {
        "_collection.yaml": "title: Everything\nrights: R\nspatial: far\nidentifier: 1",
        "a/_folder.yaml": "title: Box\nspatial: near\nsubject: [x]",
        "a/b/_folder.yml": "subject: [y, z]",
    }
    metadata = read_metadata(folder(tmp_path, files), ["a/b/c.txt"])
    merged = merge([metadata.supplied("a/b/c.txt").statements])
    assert [(s.term, s.text) for s in merged.statements] == [
        ("rights", "R"),
        ("spatial", "near"),
        ("subject", "y"),
        ("subject", "z"),
    ]
    assert [s.text for s in metadata.supplied("").statements] == ["Everything", "R", "far", "1"]


def test_a_row_and_a_sidecar_together(tmp_path: Path) -> None:
    files = {"s.csv": "filename,title,creator\nobjects/a.txt,row,C\n", "a.yaml": "title: side"}
    metadata = read_metadata(folder(tmp_path, files), ["a.txt"])
    merged = merge([metadata.supplied("a.txt").statements])
    assert [(s.term, s.text) for s in merged.statements] == [("creator", "C"), ("title", "side")]
    assert metadata.unmatched(["a.txt"]) == ()


def test_a_prefix_is_kept_where_it_is_a_folder_of_the_source(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"s.csv": "filename,title\ndata/a.txt,A\n"}), ["a.txt", "data/a.txt"])
    assert metadata.supplied("a.txt").statements == ()
    assert len(metadata.supplied("data/a.txt").statements) == 1


def test_rows_and_sidecars_for_what_is_not_there(tmp_path: Path) -> None:
    files = {"s.csv": "filename,title\nLetter.TXT,A\nnone.pdf,B\n", "lettr.yaml": "title: C"}
    findings = read_metadata(folder(tmp_path, files)).unmatched(["letter.txt"])
    assert codes(findings) == ["sheet-row-without-file", "sheet-row-without-file", "sidecar-without-document"]
    assert "s.csv, row 2" in findings[0].message
    assert "'letter.txt'" in findings[0].fix
    assert "'letter.txt'" in findings[2].fix


def test_a_second_sheet_that_describes_the_same_file(tmp_path: Path) -> None:
    files = {"a.csv": "filename,title\nx.txt,A\n", "b.csv": "filename,title\nx.txt,B\n"}
    metadata = read_metadata(folder(tmp_path, files))
    assert codes(metadata.findings) == ["sheet-duplicate-row"]
    assert [s.text for s in metadata.supplied("x.txt").statements] == ["A"]


def test_names_match_whatever_their_normal_form(tmp_path: Path) -> None:
    files = {"caf\u00e9.yaml": "title: A", "s.csv": "filename,creator\ncafe\u0301.txt,B\n"}
    metadata = read_metadata(folder(tmp_path, files), ["cafe\u0301.txt"])
    assert [s.text for s in metadata.supplied("cafe\u0301.txt").statements] == ["A", "B"]


def test_a_broken_sidecar_is_said_with_its_document(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"b.yaml": "title: [", "c.yaml": "title: A\ntitle: B"}))
    assert codes(metadata.supplied("b.txt").findings) == ["sidecar-unreadable"]
    assert codes(metadata.supplied("c.txt").findings) == ["sidecar-duplicate-key"]
    assert metadata.findings == ()


def test_a_broken_collection_file_is_said_once(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"_collection.yaml": "title: ["}))
    assert codes(metadata.findings) == ["sidecar-unreadable"]
    assert metadata.supplied("b.txt").findings == ()


def test_what_is_not_read_is_said(tmp_path: Path) -> None:
    files = {"s.xls": "", "a/s.csv": "", "README": "x", ".hidden": "x"}
    metadata = read_metadata(folder(tmp_path, files))
    assert sorted((f.file or "", f.code) for f in metadata.findings) == [
        ("README", "metadata-file-ignored"),
        ("a/s.csv", "metadata-file-ignored"),
        ("s.xls", "metadata-file-ignored"),
    ]


def test_links_pipes_and_foreign_names_are_refused_and_nothing_waits(tmp_path: Path) -> None:
    secret = folder(tmp_path / "outside", {"secret.yaml": "title: secret"})
    root = folder(tmp_path / "metadata", {"good.yaml": "title: A"})
    (root / "link.yaml").symlink_to(secret / "secret.yaml")
    (root / "folder").symlink_to(secret)
    os.mkfifo(root / "pipe.yaml")
    (root / os.fsdecode(b"caf\xe9.yaml")).write_bytes(b"title: A")
    metadata = read_metadata(root)
    assert [(f.file, f.code) for f in metadata.findings] == [
        (name, "metadata-unreadable") for name in (r"caf\xe9.yaml", "folder", "link.yaml", "pipe.yaml")
    ]
    assert ["symbolic link" in f.message for f in metadata.findings] == [False, True, True, False]
    assert metadata.supplied("link.txt").statements == ()
    assert [s.text for s in metadata.supplied("good.txt").statements] == ["A"]


def test_a_sidecar_that_became_a_pipe_or_went_away(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"a.yaml": "title: A", "b.yaml": "title: B"}))
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "b.yaml").unlink()
    os.mkfifo(tmp_path / "b.yaml")
    assert codes(metadata.supplied("a.txt").findings) == ["metadata-unreadable"]
    assert codes(metadata.supplied("b.txt").findings) == ["metadata-unreadable"]


@pytest.mark.parametrize("missing", [None, Path("/nonexistent/metadata")])
def test_no_folder_describes_nothing(missing: Path | None) -> None:
    metadata = read_metadata(missing)
    assert metadata.supplied("a.txt").statements == ()
    assert metadata.unmatched(["a.txt"]) == ()


def test_the_shared_collection_is_described_without_findings() -> None:
    paths = sorted(path.name for path in (SHARED / "seeds").iterdir())
    metadata = read_metadata(SHARED / "seeds-metadata", paths)
    assert metadata.findings == metadata.unmatched(paths) == ()
    for path in paths:
        supplied = metadata.supplied(path)
        checked = check_statements(supplied.statements)
        assert supplied.findings == checked.findings == ()
        description = merge([checked.statements])
        assert description.first("title")
        assert [s.scheme for s in description.all("issued")] == ["W3CDTF"]


def test_names_of_other_readers_are_neither_sheets_nor_sidecars_nor_ignored(tmp_path: Path) -> None:
    names = ["rights.csv", "premis.xml", "checksum.sha256", "Checksum.MD5"]
    metadata = read_metadata(folder(tmp_path, dict.fromkeys(names, "title,creator\n")))
    assert metadata.findings == ()
    assert sorted(metadata.reserved) == sorted(names)


def test_a_reserved_name_is_reserved_at_the_root_alone(tmp_path: Path) -> None:
    metadata = read_metadata(folder(tmp_path, {"a/rights.csv": "", "checksum.yaml": "title: A"}), ["checksum"])
    assert metadata.reserved == ()
    assert codes(metadata.findings) == ["metadata-file-ignored"]
    assert [s.text for s in metadata.supplied("checksum").statements] == ["A"]


def test_what_no_term_understands_is_kept_with_its_place(tmp_path: Path) -> None:
    files = {
        "s.csv": "filename,title,Shelf mark\na/b.txt,A,X | 7\na/c.txt,C, \n",
        "a/b.yaml": "box:\n  number: 3\n  notes: [dry, '']\n",
        "a/_folder.yaml": "box: far\nfond: F",
        "_collection.yaml": "fond: whole\ncurator: K",
    }
    metadata = read_metadata(folder(tmp_path, files), ["a/b.txt", "a/c.txt"])
    kept = metadata.supplied("a/b.txt").kept
    assert [(value.name, value.text, value.source.place) for value in kept] == [
        ("box.number", "3", "a/b.yaml, line 2"),
        ("box.notes", "dry", "a/b.yaml, line 3"),
        ("Shelf mark", "X | 7", "s.csv, row 2, column Shelf mark"),
        ("box", "far", "a/_folder.yaml, line 1"),
        ("fond", "F", "a/_folder.yaml, line 2"),
        ("curator", "K", "_collection.yaml, line 2"),
    ]
    assert [value.name for value in metadata.supplied("a/c.txt").kept] == ["box", "fond", "curator"]
    assert [s.text for s in metadata.supplied("a/b.txt").statements] == ["A"]


def test_a_row_about_a_folder_that_is_no_item_describes_all_in_it(tmp_path: Path) -> None:
    rows = (
        "objects/a/,Box,B,,,1 m\nobjects/a/deep/,Deep,D,S,shelf 1,\na/deep/b.txt,Letter,,x,,\nobjects/,All,A,,,\n"
        "a/deep/c.txt,,,,,\n"
    )
    files = {
        "s.csv": f"filename,title,spatial,subject,Shelf,extent\n{rows}",
        "a/_folder.yaml": "rights: R\nspatial: near",
    }
    paths = ["a", "a/deep/b.txt", "a/deep/c.txt"]
    metadata = read_metadata(folder(tmp_path, files), paths)
    assert [f.code for f in metadata.findings] == ["sheet-other-columns"]
    assert metadata.unmatched(paths) == ()

    def merged(path: str) -> list[tuple[str, str]]:
        return [(s.term, s.text) for s in merge([metadata.supplied(path).statements]).statements]

    assert merged("a/deep/b.txt") == [("rights", "R"), ("spatial", "D"), ("subject", "x"), ("title", "Letter")]
    assert merged("a/deep/c.txt") == [("rights", "R"), ("spatial", "D"), ("subject", "S")]
    assert merged("a") == [("extent", "1 m"), ("rights", "R"), ("spatial", "B"), ("title", "Box")]
    assert merged("") == [("spatial", "A"), ("title", "All")]
    assert [value.text for value in metadata.supplied("a/deep/b.txt").kept] == ["shelf 1"]


@pytest.mark.parametrize("name", [".", "./", "objects", "objects/", "data/"])
def test_a_row_about_everything(tmp_path: Path, name: str) -> None:
    metadata = read_metadata(folder(tmp_path, {"s.csv": f"filename,title,rights\n{name},All,R\n"}), ["a.txt"])
    assert [(s.text, s.source.kind) for s in metadata.supplied("a.txt").statements] == [("R", SourceKind.COLLECTION)]
    assert [s.text for s in metadata.supplied("").statements] == ["All", "R"]
    assert metadata.unmatched(["a.txt"]) == ()


def test_archivematicas_json_is_a_sheet_at_the_root_and_a_sidecar_elsewhere(tmp_path: Path) -> None:
    files = {"metadata.json": '[{"filename": "objects/a.txt", "dc.title": "A"}]', "b/metadata.json": '{"title": "B"}'}
    metadata = read_metadata(folder(tmp_path, files), ["a.txt", "b/metadata.txt"])
    assert [s.text for s in metadata.supplied("a.txt").statements] == ["A"]
    assert [s.text for s in metadata.supplied("b/metadata.txt").statements] == ["B"]
