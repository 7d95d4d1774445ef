import pytest

from archiver.crosswalks.person_names import parse_name


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("Curie, Marie", "Curie", "Marie"),
        ("Құнанбайұлы, Абай", "Құнанбайұлы", "Абай"),
        ("van Beethoven, Ludwig", "van Beethoven", "Ludwig"),
        ("O'Neil, J.-P.", "O'Neil", "J.-P."),
        ("Marie Curie", None, None),
        ("Acme, Inc.", None, None),
        ("Smith, John, 1900-1980", None, None),
        ("Ministry of Culture, Archives", None, None),
        ("Smith, Jones & Co", None, None),
        ("A,", None, None),
        (", B", None, None),
    ],
)
def test_a_name_is_taken_apart_only_where_it_says_so(text: str, family: str | None, given: str | None) -> None:
    name = parse_name(text)
    assert (name.text, name.family, name.given) == (text, family, given)


@pytest.mark.parametrize(
    ("text", "name", "kind", "uri"),
    [
        (
            "Curie, Marie https://orcid.org/0000-0002-1825-0097",
            "Curie, Marie",
            "person",
            "https://orcid.org/0000-0002-1825-0097",
        ),
        ("CERN (https://ror.org/01ggx4157)", "CERN", "organization", "https://ror.org/01ggx4157"),
        ("Abai, ORCID:0000-0002-1825-0097", "Abai", "person", "https://orcid.org/0000-0002-1825-0097"),
        ("https://ror.org/01ggx4157", "https://ror.org/01ggx4157", "organization", "https://ror.org/01ggx4157"),
    ],
)
def test_an_identifier_beside_a_name_is_known(text: str, name: str, kind: str, uri: str) -> None:
    found = parse_name(text)
    assert found.identifier is not None
    assert (found.text, found.kind, found.identifier.uri) == (name, kind, uri)


def test_a_very_long_text_is_a_name_as_it_is() -> None:
    text = "a " * 50_000 + ", b"
    assert parse_name(text).family is None
