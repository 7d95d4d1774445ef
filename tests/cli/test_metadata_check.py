from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

SHEET = """filename,title,date,language,type
a.txt,A,21.01.2022,english,text
b.txt,B,2022,en,Text
c.txt,C,2022-01,ru,Dataset
"""


@pytest.fixture
def metadata(tmp_path: Path) -> Path:
    """Return a metadata folder with a sheet of three problems, and a sidecar of one."""
    folder = tmp_path / "metadata"
    folder.mkdir()
    (folder / "s.csv").write_text(SHEET, encoding="utf-8")
    (folder / "b.yaml").write_text("title: B\ncreated: never\n", encoding="utf-8")
    return folder


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.usefixtures("seeds", "metadata")
def test_problems_are_told_by_file_with_row_column_rule_and_fix(run: CommandLine) -> None:
    ran = run("metadata", "check")
    assert (ran.status, ran.err) == (1, "")
    sidecar, sheet, other, counts = ran.out.split("\n\n")
    assert sidecar.startswith("b.yaml: 1 error\n  error [description-bad-date] line 2, created: 'never' is no date")
    heading, problem = other.splitlines()[:2]
    assert heading == "Documents without a row or sidecar of their own: 1 warning"
    assert problem.startswith("  warning [record-value-missing] c.csv: title is not stated")
    lines = sheet.splitlines()
    assert lines[0] == "s.csv: 3 errors, 1 warning"
    assert lines[1].endswith("row 2, column date: '21.01.2022' is no date that W3CDTF or EDTF (ISO 8601-2) knows.")
    assert lines[2] == "    Fix: Write 2022-01-21."
    assert "c.txt" in sheet
    assert counts == "3 documents, 2 described: 4 errors, 2 warnings.\n"


def test_as_json_each_problem_is_an_object_and_the_last_one_counts(run: CommandLine, seeds: Path) -> None:
    (run.place / "metadata").mkdir()
    sheet = "filename,title,date\na.txt,A,soon\nb.txt,B,\nc.csv,C,\n"
    (run.place / "metadata" / "s.csv").write_text(sheet, encoding="utf-8")
    ran = run("metadata", "check", seeds.name, "--json")
    problem, counts = objects(ran.out)
    assert (problem["severity"], problem["code"]) == ("error", "description-bad-date")
    assert (problem["file"], problem["row"], problem["column"]) == ("s.csv", 2, "date")
    assert counts == {"documents": 3, "folders": 0, "described": 3, "errors": 1, "warnings": 0, "infos": 0}
    assert ran.status == 1


def test_it_says_what_a_build_says_of_descriptions_and_writes_nothing(run: CommandLine, seeds: Path) -> None:
    box = seeds / "box"
    box.mkdir()
    (box / "d.txt").write_text("In a box.\n", encoding="utf-8")
    folder = run.place / "metadata"
    (folder / "box").mkdir(parents=True)
    same = "11111111-1111-4111-8111-111111111111"
    (folder / "s.csv").write_text(
        f"filename,date,identifier,own\na.txt,x,{same},1\nb.txt,,{same},\nbox,y,,\nnone.txt,,,\na.txt,,,\n",
        encoding="utf-8",
    )
    (folder / "box" / "_folder.yaml").write_text("language: english\n", encoding="utf-8")
    (folder / "_collection.yaml").write_text("issued: once\n", encoding="utf-8")
    (folder / "c.yaml").write_text("title: [\n", encoding="utf-8")
    (folder / "checksum.sha256").write_text("no digest\n", encoding="utf-8")
    (folder / "rights.csv").write_text("file,basis\nnone.txt,nonsense\n", encoding="utf-8")
    (folder / "premis.xml").write_text("<premis", encoding="utf-8")
    before = sorted(run.place.rglob("*"))
    checked = run("metadata", "check", seeds.name, "--json")
    assert sorted(run.place.rglob("*")) == before
    told = {(one["code"], one["message"], one["fix"]) for one in objects(checked.out)[:-1]}
    untitled = {one for one in told if one[0] == "record-value-missing"}  # a build infers titles
    told -= untitled
    assert len(untitled) == 4
    built = run("build", seeds.name, "--no-pdfa", "--json")
    said = {(one["code"], one["message"], one["fix"]) for ran in objects(built.out) for one in ran["findings"]}
    assert {code for code, _, _ in told} >= {"identifier-repeated", "sheet-duplicate-row", "sidecar-unreadable"}
    assert {one["file"] for one in objects(checked.out)[:-1]} >= {"checksum.sha256", "rights.csv", "premis.xml"}
    about_items = {one for one in told if one[0].startswith(("description-bad", "identifier-", "sidecar-"))}
    assert about_items == {one for one in said if one[0].startswith(("description-bad", "identifier-", "sidecar-"))}
    assert all(message in built.err for _, message, _ in told - about_items)


def test_the_same_problem_often_is_told_a_few_times_and_counted(run: CommandLine, seeds: Path) -> None:
    for number in range(20):
        (seeds / f"n{number:02}.txt").write_text("n\n", encoding="utf-8")
    (run.place / "metadata").mkdir()
    rows = "".join(f"n{number:02}.txt,soon\n" for number in range(20))
    (run.place / "metadata" / "s.csv").write_text(f"filename,date\n{rows}", encoding="utf-8")
    ran = run("metadata", "check", seeds.name)
    assert ran.out.count("'soon' is no date") == 5
    assert "  and 15 more [description-bad-date] in column date; --all shows each\n" in ran.out
    assert "20 errors, 23 warnings." in ran.out
    assert run("metadata", "check", seeds.name, "--all").out.count("'soon' is no date") == 20


def test_a_bad_value_of_the_whole_collection_is_told_once(run: CommandLine, seeds: Path) -> None:
    (run.place / "metadata").mkdir()
    (run.place / "metadata" / "_collection.yaml").write_text("issued: once\n", encoding="utf-8")
    assert run("metadata", "check", seeds.name).out.count("'once' is no date") == 1


def test_good_metadata_is_said_to_be_good(run: CommandLine, seeds: Path) -> None:
    (run.place / "metadata").mkdir()
    for name in ("a", "b", "c"):
        (run.place / "metadata" / f"{name}.yaml").write_text("title: T\n", encoding="utf-8")
    ran = run("metadata", "check", seeds.name)
    assert (ran.status, ran.out, ran.err) == (0, "3 documents, 3 described: no problem found.\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["metadata", "check", "nowhere"], "nowhere"),
        (["metadata", "check", "--metadata", "nowhere"], "there is no metadata folder nowhere"),
        (["metadata", "nonsense"], "No such command 'nonsense'"),
    ],
)
def test_wrong_usage_is_said_in_words(run: CommandLine, seeds: Path, words: list[str], said: str) -> None:
    (run.place / "metadata").mkdir()
    assert seeds.is_dir()
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_the_strict_profile_asks_for_more_and_archiver_toml_may_name_it(run: CommandLine, seeds: Path) -> None:
    (run.place / "metadata").mkdir()
    (run.place / "metadata" / "s.csv").write_text("filename,title\na.txt,A\nb.txt,B\nc.csv,C\n", encoding="utf-8")
    assert run("metadata", "check", seeds.name).status == 0
    strict = run("metadata", "check", seeds.name, "--profile", "strict")
    asked = "row 2 (a.txt): creator, date, description, type, language and rights are not stated; the profile strict"
    assert (strict.status, asked in strict.out) == (1, True)
    (run.place / "archiver.toml").write_text('[metadata]\nprofile = "strict"\n', encoding="utf-8")
    assert run("metadata", "check", seeds.name).out == strict.out
    assert run("metadata", "check", seeds.name, "--profile", "default").status == 0


def test_a_profile_of_ones_own_stands_beside_archiver_toml(run: CommandLine, seeds: Path) -> None:
    (run.place / "metadata").mkdir()
    (run.place / "metadata" / "s.csv").write_text("filename,subject\na.txt,cats\n", encoding="utf-8")
    (run.place / "rules").mkdir()
    rules = "propertyID,valueConstraint,valueConstraintType\ndct:subject,dogs|birds,picklist\nfoaf:name,,\n"
    (run.place / "rules" / "own.csv").write_text(rules, encoding="utf-8")
    (run.place / "rules" / "archiver.toml").write_text('[metadata]\nprofile = "own.csv"\n', encoding="utf-8")
    ran = run("metadata", "check", seeds.name, "--config", "rules/archiver.toml", "--json")
    told = {one["code"]: one for one in objects(ran.out)[:-1]}
    assert set(told) == {"record-value-not-allowed", "record-rule-not-applied"}
    assert (told["record-value-not-allowed"]["row"], told["record-value-not-allowed"]["column"]) == (2, "subject")
    built = run("build", seeds.name, "--no-pdfa", "--json", "--config", "rules/archiver.toml")
    found = {one["code"] for item in objects(built.out) for one in item["findings"]}
    assert "record-value-not-allowed" in found
    assert "[record-rule-not-applied]" in built.err


def test_a_build_by_the_strict_profile_ends_with_status_1_and_its_packages(run: CommandLine, seeds: Path) -> None:
    (run.place / "archiver.toml").write_text('[metadata]\nprofile = "strict"\n', encoding="utf-8")
    built = run("build", seeds.name, "--no-pdfa", "--json")
    assert built.status == 1
    assert [item["status"] for item in objects(built.out)] == ["built"] * 3
    for item in objects(built.out):
        missing = [one for one in item["findings"] if one["code"] == "record-value-missing"]
        assert [(one["severity"], one["file"]) for one in missing] == [("error", item["item"])]
        assert "title, creator, date, description, type, language and rights" in missing[0]["message"]


def test_documents_that_nothing_speaks_of_are_told_together(run: CommandLine, seeds: Path) -> None:
    (run.place / "metadata").mkdir()
    for number in range(20):
        (seeds / f"n{number:02}.txt").write_text("n\n", encoding="utf-8")
    lines = run("metadata", "check", seeds.name).out.splitlines()
    assert lines[0] == "Documents without a row or sidecar of their own: 23 warnings"
    assert lines[1].endswith("a.txt: title is not stated; the profile default asks for it.")
    assert lines[11] == "  and 18 more [record-value-missing]; --all shows each"
    assert len(lines) == 14
