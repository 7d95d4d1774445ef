import json

import pytest

from archiver.describe.sidecars import Sidecar, parse_sidecar
from archiver.model import Severity, SourceKind


def read(text: str | bytes, name: str = "a.yaml") -> Sidecar:
    data = text.encode() if isinstance(text, str) else text
    return parse_sidecar(data, name, SourceKind.SIDECAR)


def values(sidecar: Sidecar) -> list[tuple[str, str, str | None]]:
    assert sidecar.findings == ()
    return [(s.term, s.text, s.language) for s in sidecar.statements]


@pytest.mark.parametrize("text", ["no", "on", "2022-01-21", "1923", "1e5", "0x1F", "1_000", "12:30:45", "1.50", "007"])
def test_yaml_scalars_stay_as_written(text: str) -> None:
    assert values(read(f"extent: {text}")) == [("extent", text, None)]


@pytest.mark.parametrize("text", ["1.50", "1e5", "12345678901234567890", "0"])
def test_json_numbers_stay_as_written(text: str) -> None:
    assert values(read(f'{{"extent": {text}}}', "a.json")) == [("extent", text, None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("subject: [a, b]", [("subject", "a", None), ("subject", "b", None)]),
        ("subject: 'a, b; c'", [("subject", "a, b; c", None)]),
        ("title@ru: Хроника", [("title", "Хроника", "ru")]),
        ("title: {en: A, ru: [B, C]}", [("title", "A", "en"), ("title", "B", "ru"), ("title", "C", "ru")]),
        ("title: {value: A, language: en}", [("title", "A", "en")]),
        ("title: [{value: A, language: en}, B]", [("title", "A", "en"), ("title", "B", None)]),
        ("title:\ncreator: ~\nsubject: [null, '']\ndate: null", []),
        ("title: 'null'", [("title", "null", None)]),
        ("title: >\n  two\n  lines\n", [("title", "two lines", None)]),
        ("", []),
        ("# nothing\n", []),
        ("\ufefftitle: A", [("title", "A", None)]),
        ("title: '&lt; &amp; <b>'", [("title", "&lt; &amp; <b>", None)]),
    ],
)
def test_yaml_values(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert values(read(text)) == expected


def test_json_values() -> None:
    text = json.dumps({"dc.title": {"en": "A"}, "subject": ["x", True, None], "dcterms:issued": 2022})
    assert values(read(text, "a.json")) == [
        ("title", "A", "en"),
        ("subject", "x", None),
        ("subject", "true", None),
        ("issued", "2022", None),
    ]


def test_utf16_with_a_mark_is_read() -> None:
    assert values(read("title: Ж".encode("utf-16"))) == [("title", "Ж", None)]


def test_places_name_the_line() -> None:
    assert [s.source.place for s in read("title: A\nsubject:\n  - x\n  - y\n").statements] == [
        "a.yaml, line 1",
        "a.yaml, line 3",
        "a.yaml, line 4",
    ]


BOMB = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True))


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (BOMB, "a.yaml", "line 2, column 8: the sidecar cannot be read: an alias"),
        ("\ttitle: A", "a.yaml", "a tab stands where blanks must"),
        ("title: A: B", "a.yaml", "put a value that holds ': ' in quotes"),
        ('title: "A', "a.yaml", "line 1"),
        ("title: [A", "a.yaml", "not YAML"),
        ("- A", "a.yaml", "does not hold terms with values"),
        ("hello", "a.yaml", "does not hold terms with values"),
        ("title: A\n---\ntitle: B", "a.yaml", "line 2"),
        ("title: !!python/object/apply:os.system [x]", "a.yaml", "the tag"),
        ("title: !foo x", "a.yaml", "the tag"),
        ("? [a, b]\n: c", "a.yaml", "a key is a list"),
        ("title: a\x00b", "a.yaml", "control character"),
        ("title: a\x1bb", "a.yaml", "control character"),
        (b"title: caf\xe9", "a.yaml", "not text in UTF-8"),
        (b"title: A\nx: \xff", "a.yaml", "line 2"),
        ("[" * 100_000, "a.yaml", "deeper than 20"),
        ("- " * 100_000, "a.yaml", "deeper than 20"),
        ("[" + "a," * 100_000, "a.yaml", "more than 20000 values"),
        ("title: " + "a" * 1024 * 1024, "a.yaml", "larger than 1 MiB"),
        ("@title: A", "a.yaml", "cannot start"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "a.yaml", "a.yaml"),
        ("", "a.json", "not JSON"),
        ("{", "a.json", "not JSON"),
        ("[" * 100_000, "a.json", "deeper than 20"),
        ('{"a":' * 100_000, "a.json", "deeper than 20"),
        ('{"title": NaN}', "a.json", "NaN"),
        ('{"title": "a"} x', "a.json", "line 1, column 16"),
        ("[1, 2]", "a.json", "does not hold terms"),
        ('"a', "a.json", "not JSON"),
        ("{'title': 'A'}", "a.json", "not JSON"),
        ('{"title": "a\tb"}', "a.json", "not JSON"),
    ],
)
def test_what_is_no_sidecar_is_one_finding_that_says_why(text: str | bytes, name: str, said: str) -> None:
    sidecar = read(text, name)
    assert sidecar.statements == ()
    (finding,) = sidecar.findings
    assert (finding.severity, finding.code, finding.file) == (Severity.ERROR, "sidecar-unreadable", name)
    assert said in finding.message
    assert finding.fix


def test_every_repeated_yaml_key_is_named_with_both_lines() -> None:
    sidecar = read("title: A\ncreator: B\ntitle: C\ncreator: D\n")
    assert sidecar.statements == ()
    assert [f.code for f in sidecar.findings] == ["sidecar-duplicate-key"] * 2
    assert "line 3: the key 'title' stands twice: in line 1 and in line 3" in sidecar.findings[0].message


def test_a_repeated_json_key_is_refused_with_its_line() -> None:
    sidecar = read('{"title": "A",\n "title": "B"}', "a.json")
    assert [(f.code, f.severity) for f in sidecar.findings] == [("sidecar-duplicate-key", Severity.ERROR)]
    assert "a.json, line 2" in sidecar.findings[0].message
    assert sidecar.statements == ()


def test_very_many_repeated_keys_take_no_time() -> None:
    (finding,) = read("{" + '"a":1,' * 100_000 + '"a":1}', "a.json").findings
    assert finding.code == "sidecar-duplicate-key"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("titel", "'title'"),
        ("author", "'creator'"),
        ("Keywords", "'subject'"),
        ("isued", "'issued'"),
        ("zzz", "55 DCMI"),
    ],
)
def test_an_unknown_key_is_a_warning_that_names_the_nearest_term(key: str, meant: str) -> None:
    sidecar = read(f"title: A\n{key}: B\n")
    assert [s.term for s in sidecar.statements] == ["title"]
    (finding,) = sidecar.findings
    assert (finding.severity, finding.code) == (Severity.WARNING, "description-unknown-key")
    assert "line 2" in finding.message
    assert meant in finding.fix


@pytest.mark.parametrize(
    "value", ["[[a]]", "{value: [a]}", "{en: {ru: a}}", "{two words: a}", "{value: a, language: [b]}"]
)
def test_a_value_of_no_known_shape_is_an_error_and_the_rest_is_kept(value: str) -> None:
    sidecar = read(f"title: {value}\ncreator: B")
    assert [s.text for s in sidecar.statements] == ["B"]
    assert [f.code for f in sidecar.findings] == ["description-bad-value"]
