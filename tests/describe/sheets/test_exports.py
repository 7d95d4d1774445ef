from __future__ import annotations

import json

import pytest

from archiver.describe import check_statements
from tests.describe.sheets.reading import read
from tests.describe.sheets.workbooks import xlsx

ATOM = (
    "legacyId,parentId,identifier,title,levelOfDescription,extentAndMedium,scopeAndContent,archivalHistory,"
    "accessConditions,language,subjectAccessPoints,placeAccessPoints,digitalObjectPath,digitalObjectURI,eventTypes,"
    "eventDates,eventStartDates,eventEndDates,eventActors,culture,dcterms:audience\n"
)


def test_atoms_template_is_read_by_what_atom_means() -> None:
    sheet = read(
        f"{ATOM}1,,F1,The fonds,Fonds,,,,,,,,,,,,,,,en,\n"
        '2,1,F1/1,A letter,Item,1 leaf,"On bread, and salt",Kept at home,Open,en|ru,Bread|Salt,Almaty,'
        "/box 1/letter.txt,,Creation|Publication,ca. 1922|1924,1922-01-01|1924,1922-12-31|1924,"
        "Bolatova|NULL,en,Children\n"
        "3,1,,Another,Item,,,,,,,,,https://a.example/uploads/r/x/my%20scan.pdf?x=1,,,,,,en,\n"
    )
    assert sheet.values("box 1/letter.txt") == [
        ("identifier", "F1/1"),
        ("title", "A letter"),
        ("extent", "1 leaf"),
        ("description", "On bread, and salt"),
        ("provenance", "Kept at home"),
        ("accessRights", "Open"),
        ("language", "en"),
        ("language", "ru"),
        ("subject", "Bread"),
        ("subject", "Salt"),
        ("spatial", "Almaty"),
        ("audience", "Children"),
        ("creator", "Bolatova"),
        ("created", "1922-01-01/1922-12-31"),
        ("date", "1924"),
    ]
    assert sheet.kept("box 1/letter.txt") == [
        ("legacyId", "2"),
        ("parentId", "1"),
        ("levelOfDescription", "Item"),
        ("eventTypes", "Creation|Publication"),
        ("eventDates", "ca. 1922|1924"),
        ("culture", "en"),
    ]
    assert check_statements(sheet.rows["box 1/letter.txt"].statements()).findings == ()
    assert sheet.values("my scan.pdf") == [("title", "Another")]
    assert sheet.codes == [("info", "sheet-export-recognised"), ("warning", "sheet-row-without-file")]
    assert sheet.findings[0].message.startswith("letters.csv, row 1: read as AtoM's ISAD(G) template; kept beside")
    assert sheet.findings[1].message.startswith("letters.csv, row 2: no file is named")


@pytest.mark.parametrize(
    ("events", "stated"),
    [
        pytest.param("Creation,1922,,,B", [("creator", "B"), ("created", "1922")], id="a date in words alone"),
        pytest.param(",,1922,,", [("created", "1922")], id="a start alone"),
        pytest.param(",,,1923,", [("created", "/1923")], id="an end alone"),
        pytest.param("Custody,,,,C", [("contributor", "C")], id="no creation"),
        pytest.param(
            "Creation|Creation,,1920|,1921|,A|B",
            [("creator", "A"), ("created", "1920/1921"), ("creator", "B")],
            id="two",
        ),
        pytest.param("NULL,null,NULL,NULL,NULL", [], id="NULL"),
    ],
)
def test_events_of_atom(events: str, stated: list[tuple[str, str]]) -> None:
    sheet = read(
        "legacyId,title,levelOfDescription,digitalObjectPath,eventTypes,eventDates,eventStartDates,eventEndDates,"
        f"eventActors\n1,T,Item,a.txt,{events}\n"
    )
    assert sheet.values("a.txt") == [("title", "T"), *stated]


RECORDS = "filename,title,subject,creator\na.txt,A,x,P\n,,y,Q\n,,z,\nb.txt,B,u,\n,,v,\n"


@pytest.mark.parametrize("content", [RECORDS, RECORDS.replace(",", "\t")])
def test_openrefines_records_go_on_below_their_first_row(content: str) -> None:
    sheet = read(content, "letters.csv")
    assert sheet.values("a.txt") == [
        ("title", "A"),
        ("subject", "x"),
        ("subject", "y"),
        ("subject", "z"),
        ("creator", "P"),
        ("creator", "Q"),
    ]
    assert sheet.rows["a.txt"].statements()[2].source.place == "letters.csv, row 3, column subject"
    assert sheet.values("b.txt") == [("title", "B"), ("subject", "u"), ("subject", "v")]
    assert sheet.codes[-1] == ("info", "sheet-rows-joined")
    assert sheet.findings[-1].message.startswith("letters.csv, row 3 (also in rows 4, 6): no file is named, and")


def test_openrefines_workbook_is_read_alike() -> None:
    sheet = read(xlsx(["filename", "title", "subject"], ["a.txt", "A", "x"], [None, None, "y"]), "a.xlsx")
    assert sheet.values("a.txt") == [("title", "A"), ("subject", "x"), ("subject", "y")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("filename,title,subject\na.txt,A,x\n,B,y\n", id="it fills all that the first fills"),
        pytest.param("filename,title,subject,creator\na.txt,A,x,P\n,B,y,\n", id="it has a title"),
        pytest.param("filename,title,subject,creator\na.txt,A,x,\n,,y,Q\n", id="it fills what the first does not"),
        pytest.param("title,filename,subject\nA,a.txt,x\n,,y\n", id="files are not named first"),
        pytest.param("filename,subject\na.txt,x\n,y\n", id="nothing tells it from a whole row"),
        pytest.param("filename,title,subject\n,,y\na.txt,A,x\n", id="it is the first"),
    ],
)
def test_a_row_whose_file_was_forgotten_is_not_joined(content: str) -> None:
    sheet = read(content)
    assert sheet.codes == [("warning", "sheet-row-without-file")]
    assert "y" not in [text for _, text in sheet.values("a.txt")]


def test_archivematicas_csv_keeps_columns_of_its_own() -> None:
    sheet = read(
        "filename,dc.title,dc.subject,dc.subject,dc.subject,Box,dcterms.issued\n"
        "objects/a.txt,A,x,,y,3,1922\nobjects/sub/,Folder,,,,,\n",
        "metadata.csv",
    )
    assert sheet.values("objects/a.txt") == [("title", "A"), ("subject", "x"), ("subject", "y"), ("issued", "1922")]
    assert sheet.kept("objects/a.txt") == [("Box", "3")]
    assert sheet.values("objects/sub") == [("title", "Folder")]
    assert sheet.codes == [("info", "sheet-other-columns")]


def test_archivematicas_json() -> None:
    objects = [
        {"filename": "objects/a.txt", "dc.title": "A | B", "dc.subject": ["x", "y"], "Box": 3, "ok": True},
        {"filename": "objects/b.txt", "dc.title": "half \ud83d", "dc.date": None, "dc.creator": [{"name": "C"}]},
        {"dc.title": "no file"},
    ]
    sheet = read(json.dumps(objects), "metadata.json")
    assert sheet.values("objects/a.txt") == [("title", "A | B"), ("subject", "x"), ("subject", "y")]
    assert sheet.kept("objects/a.txt") == [("Box", "3"), ("ok", "true")]
    assert sheet.rows["objects/a.txt"].statements()[0].source.place == "metadata.json, row 1, column dc.title"
    assert sheet.values("objects/b.txt") == [("title", "half \ufffd")]
    assert sheet.row_codes("objects/b.txt") == [("error", "description-bad-value")]
    assert sheet.codes == [("info", "sheet-other-columns"), ("warning", "sheet-row-without-file")]
    assert sheet.findings[1].message.startswith("metadata.json, row 3: the row names no file")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"filename": "a.txt"}', "is no list of objects"),
        ('["a.txt"]', "is no list of objects"),
        ("[", "cannot be read, line 1: it is not JSON"),
        ('[{"filename": "a", "filename": "b"}]', "the key 'filename' stands twice"),
        ("[" * 100_000, "nests deeper than 20 levels"),
        (b"\xff\xfe\x00", "is not text in UTF-8"),
        ("[]", "is empty"),
        (json.dumps([{str(n): 1 for n in range(5000)}]), "has more than 4096 keys"),
    ],
)
def test_what_is_no_metadata_json_says_why(text: str | bytes, said: str) -> None:
    sheet = read(text, "metadata.json")
    assert sheet.codes == [("error", "sheet-unreadable")]
    assert said in sheet.findings[0].message
