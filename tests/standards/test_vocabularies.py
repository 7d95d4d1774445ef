import langcodes
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archiver.standards.vocabularies import (
    DCMI_TYPES,
    is_dcmi_type,
    is_media_type,
    is_uri,
    language_scheme,
    suggest_language,
    suggest_type,
)

ANY_URI = etree.XMLSchema(
    etree.fromstring(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="u" type="xs:anyURI"/></xs:schema>'
    )
)


def test_the_twelve_types() -> None:
    assert len(DCMI_TYPES) == 12
    assert all(is_dcmi_type(name) for name in DCMI_TYPES)
    assert not is_dcmi_type("text")


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("text", "Text"), ("still image", "StillImage"), ("Datasets", "Dataset"), ("Photograph", None), ("", None)],
)
def test_type_suggestions(text: str, suggestion: str | None) -> None:
    assert suggest_type(text) == suggestion


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("en", "RFC5646"),
        ("en-GB", "RFC5646"),
        ("zh-Hant-TW", "RFC5646"),
        ("de-DE-1901", "RFC5646"),
        ("x-private", "RFC5646"),
        ("und", "RFC5646"),
        ("tlh", "RFC5646"),
        ("eng", "ISO639-2"),
        ("kaz", "ISO639-2"),
        ("ger", "ISO639-2"),
        ("english", None),
        ("xx", None),
        ("en_US", None),
        ("en-en", None),
        ("русский", None),
        ("", None),
        ("en ", None),
        ("a" * 9, None),
        ("en" + "-a" * 500, None),
    ],
)
def test_languages(text: str, scheme: str | None) -> None:
    assert language_scheme(text) == scheme


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("\x0000\x80", None),
        ("english", "en"),
        ("English", "en"),
        ("eng", "en"),
        ("ger", "de"),
        ("русский", "ru"),
        ("en_US", "en-US"),
        ("qqqqqqqq", None),
        ("a\x00", None),
        ("", None),
        ("x" * 1000, None),
    ],
)
def test_language_suggestions(text: str, suggestion: str | None) -> None:
    assert suggest_language(text) == suggestion


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("text/plain", True),
        ("text/plain; charset=utf-8", True),
        ("application/vnd.oasis.opendocument.text", True),
        ("12 leaves", False),
        ("text/", False),
        ("a/b/c", False),
        ("", False),
    ],
)
def test_media_types(text: str, good: bool) -> None:  # noqa: FBT001 -- a column of a table
    assert is_media_type(text) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("http://example.org/a?b=c#d", True),
        ("https://example.org:8080/%20", True),
        ("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", True),
        ("doi:10.1000/182", True),
        ("ark:/12345/x", True),
        ("http://", False),
        ("http://a b", False),
        ("http://example.org/%zz", False),
        ("http://[::1]/", False),
        ("Note: see below", False),
        ("note:see", False),
        ("MS 123", False),
        ("", False),
    ],
)
def test_uris(text: str, good: bool) -> None:  # noqa: FBT001 -- a column of a table
    assert is_uri(text) is good


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="htp:/urn?#[]@%20aZ.-_~!'();", max_size=30).map(lambda rest: f"http:{rest}"))
def test_what_is_called_a_uri_is_one_for_xml_schema(text: str) -> None:
    element = etree.Element("u")
    element.text = text
    assert not is_uri(text) or ANY_URI.validate(element)


def test_two_letter_tags_are_those_of_the_registry() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    for code in (first + second for first in letters for second in letters):
        assert (language_scheme(code) == "RFC5646") == langcodes.tag_is_valid(code), code
