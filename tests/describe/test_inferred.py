from pathlib import Path

import pytest

from archiver.describe import infer, infer_item
from archiver.describe.language import detect_language
from archiver.model import SourceKind, Statement

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ENGLISH = "At the beginning of the year mass protests spread through several cities of the country. " * 3


def title(content: str | bytes, media_type: str = "text/plain", path: str = "a/b.txt") -> tuple[str, str]:
    data = content.encode() if isinstance(content, str) else content
    found = next(s for s in infer(path, data, media_type) if s.term == "title")
    return found.text, found.source.place


def stated(statements: tuple[Statement, ...]) -> dict[str, str]:
    return {s.term: s.text for s in statements}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A Title\n\nText.", "A Title"),
        ("\n\n  A   Title \n", "A Title"),
        ("January 21, 2022\n\nA Title\n", "A Title"),
        ("21.01.2022\nA Title", "A Title"),
        ("Friday, 21st January 2022\nA Title", "A Title"),
        ("21 января 2022 года\nA Title", "A Title"),
        ("=====\nA Title\n=====", "A Title"),
        ("Skip to content. | Skip to navigation\n\nPersonal tools\n\nA Title\n", "A Title"),
        ("May Day in Almaty\n", "May Day in Almaty"),
        ("1923: the year of the letters\n", "1923: the year of the letters"),
        (ENGLISH, "[b.txt]"),
        ("a line of running text that is broken by hand at seventy columns and\ngoes on here", "[b.txt]"),
        ("Dear friends,\nwe write", "[b.txt]"),
        ("", "[b.txt]"),
        ("\n\n", "[b.txt]"),
        ("\x00binary", "[b.txt]"),
        ("2022\n2023\n", "[b.txt]"),
    ],
)
def test_titles_of_plain_text(text: str, expected: str) -> None:
    assert title(text) == (expected, "file name" if expected == "[b.txt]" else "first line")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A *Title* #\n", "A Title"),
        ("text\n\n## [A](http://x) `Title`", "A Title"),
        ("A Title\n=======\n", "A Title"),
        ("---\ntitle: no\n---\n# A Title\n", "A Title"),
        ("```\n# no\n```\n# A Title\n", "A Title"),
        ("#no heading\n", "#no heading"),
    ],
)
def test_titles_of_markdown(text: str, expected: str) -> None:
    assert title(text, "text/markdown")[0] == expected


def test_titles_of_html() -> None:
    assert title("<h1></h1><h1>A <b>Title</b></h1>", "text/html") == ("A Title", "first heading")
    assert title("<p>A Title", "text/html") == ("[b.txt]", "file name")


def test_titles_of_anything_else_are_the_file_name_made_printable() -> None:
    assert title(b"%PDF", "application/pdf", "x/a\u202eb.pdf") == (r"[a\u202eb.pdf]", "file name")
    assert stated(infer("a.bin", None, "application/octet-stream")) == {"title": "[a.bin]"}


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("text/plain", "Text"),
        ("text/csv", "Dataset"),
        ("image/png", "StillImage"),
        ("audio/x-wav", "Sound"),
        ("video/mp4", "MovingImage"),
        ("application/pdf", "Text"),
        ("application/zip", None),
        ("", None),
    ],
)
def test_types_by_media_type(media_type: str, kind: str | None) -> None:
    assert stated(infer("a", None, media_type)).get("type") == kind


def test_kinds_and_schemes() -> None:
    found = {s.term: (s.source.kind, s.scheme) for s in infer("a.txt", ENGLISH.encode(), "text/plain")}
    assert found == {
        "title": (SourceKind.INFERRED, None),
        "language": (SourceKind.INFERRED, "RFC5646"),
        "type": (SourceKind.INFERRED, "DCMIType"),
        "format": (SourceKind.ASSIGNED, "IMT"),
    }


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (
            "В начале года массовые протесты охватили несколько городов страны, причиной стало удвоение цен на газ. "
            * 2,
            "ru",
        ),
        (
            "Жыл басында бірнеше қалада сұйытылған газ бағасының екі есе өсуіне байланысты жаппай наразылық болды. "
            * 2,
            "kk",
        ),
        (
            "Yılın başında çeşitli şehirlerde gaz fiyatlarının iki katına çıkması kitlesel protestolara yol açtı. " * 2,
            "tr",
        ),
        ("年初，多个城市爆发大规模抗议活动，起因是液化石油气价格翻倍。" * 6, "zh"),
        ("Too short.", None),
        ("12345 " * 100, None),
        ("Ivanov Petrov Sidorov Almaty Aktau Zhanaozen Karaganda Shymkent Taraz Pavlodar " * 2, None),
        ("asdf qwer zxcv uiop hjkl vbnm fghj rtyu cvbn wert sdfg xcvb tyui ghjk bnmn qazx " * 2, None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_a_legacy_charset_is_read() -> None:
    text = "Хроника событий\n\n" + "В начале года массовые протесты охватили несколько городов страны. " * 5
    found = stated(infer("a.txt", text.encode("cp1251"), "text/plain"))
    assert (found["title"], found["language"]) == ("Хроника событий", "ru")


def test_compound_items() -> None:
    assert stated(infer_item("box 3")) == {"title": "[box 3]", "type": "Collection"}


def test_the_shared_documents() -> None:
    found = [infer(path.name, path.read_bytes(), "text/plain") for path in sorted((SHARED / "seeds").iterdir())]
    assert [stated(statements)["title"] for statements in found] == [
        "Proletarians of all countries, unite!",
        "Solidarity with the workers and popular masses in Kazakhstan!",
    ]
    assert [stated(statements)["language"] for statements in found] == ["en", "en"]


def test_a_language_that_is_stated_is_not_looked_for() -> None:
    assert "language" in stated(infer("a.txt", ENGLISH.encode(), "text/plain"))
    assert "language" not in stated(infer("a.txt", ENGLISH.encode(), "text/plain", stated={"language"}))
