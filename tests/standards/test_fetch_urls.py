"""Addresses in fetch.txt: one reading alone, nothing secret in messages, and paths written so that they read back."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.bagit import parse_fetch
from archiver.standards.bagit_paths import unsafe_reason
from archiver.standards.fetch_urls import (
    FetchUrlError,
    fetch_text,
    parse_authority,
    parse_fetch_url,
    parse_prefix,
    redirect_target,
    url_below,
)


@pytest.mark.parametrize(
    ("text", "authority", "target"),
    [
        ("https://example.org/a", "example.org", "/a"),
        ("HTTPS://EXAMPLE.org:443/A?b=c#d", "example.org", "/A?b=c"),
        ("https://example.org", "example.org", "/"),
        ("https://example.org?q", "example.org", "/?q"),
        ("http://example.org.:8080/a", "example.org:8080", "/a"),
        ("https://[2001:DB8::1]:444/a", "[2001:db8::1]:444", "/a"),
        ("https://example.org/a@b:c", "example.org", "/a@b:c"),
    ],
)
def test_an_address_is_taken_apart(text: str, authority: str, target: str) -> None:
    url = parse_fetch_url(text)
    assert (url.authority, url.target) == (authority, target)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org/a",
        "//example.org/a",
        "https:/a",
        "https:///a",
        "https://:443/a",
        "https://a b/",
        "https://example.org/a b",
        "https://ann@example.org/",
        "https://good.example\\@evil.example/",
        "https://good.example%2f@evil.example/",
        "https://ex%61mple.org/",
        "https://example.org:0/",
        "https://example.org:65536/",
        "https://example.org:/",
        "https://\u0435xample.org/",
        "https://example.org/\r\nHost: evil.example",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "data:text/plain,a",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(FetchUrlError):
        parse_fetch_url(text)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(FetchUrlError) as caught:
        parse_fetch_url("https://ann:secret@example.org/")
    assert "secret" not in str(caught.value)
    assert "secret" not in parse_fetch_url("https://example.org/a?key=secret").shown


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_no_other_reader_sees_another_host(text: str) -> None:
    try:
        url = parse_fetch_url(f"https://{text}")
    except FetchUrlError:
        return
    other = urlsplit(f"https://{text}")
    assert (other.hostname or "").rstrip(".") == url.host
    assert (other.port or 443) == url.port
    assert other.username is None


@pytest.mark.parametrize(
    ("location", "authority"),
    [
        ("/b", "example.org:8443"),
        ("b", "example.org:8443"),
        ("https://example.org:8443/b", "example.org:8443"),
        ("https://example.org/b", "example.org"),
        ("//other.example/b", "other.example"),
    ],
)
def test_a_redirect_leads_somewhere(location: str, authority: str) -> None:
    assert redirect_target(parse_fetch_url("https://example.org:8443/a"), location).authority == authority


@pytest.mark.parametrize("text", ["EXAMPLE.org", "example.org:443", "example.org."])
def test_a_host_is_named_in_one_way(text: str) -> None:
    assert parse_authority(text) == "example.org"


@pytest.mark.parametrize("text", ["", "https://example.org", "example.org/", "a b", "ann@example.org", "a:b"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(FetchUrlError):
        parse_authority(text)


@pytest.mark.parametrize(
    ("prefix", "path", "url"),
    [
        ("https://example.org", "a", "https://example.org/a"),
        ("https://example.org/x/", "b c/d#e?f", "https://example.org/x/b%20c/d%23e%3Ff"),
        ("https://example.org/x", "50%\r\n", "https://example.org/x/50%25%0D%0A"),
        ("https://example.org/x", "\u00e9~", "https://example.org/x/%C3%A9~"),
    ],
)
def test_paths_are_put_behind_a_prefix(prefix: str, path: str, url: str) -> None:
    assert url_below(parse_prefix(prefix), path) == url


@pytest.mark.parametrize("prefix", ["x", "ftp://a/", "https://a/?q=", "https://a/#f", "https://a b/", "https://u@a/"])
def test_what_no_path_can_stand_behind_is_refused(prefix: str) -> None:
    with pytest.raises(FetchUrlError):
        parse_prefix(prefix)


PATHS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda path: unsafe_reason(f"data/{path}") is None
)


@given(st.dictionaries(PATHS, st.integers(0, 10**20), max_size=5))
def test_what_is_written_reads_back(files: dict[str, int]) -> None:
    entries, findings = parse_fetch(fetch_text("https://example.org/x/", files.items()))
    assert findings == ()
    assert {entry.path.removeprefix("data/"): entry.size for entry in entries} == files
    prefix = "https://example.org/x/"
    assert [unquote(entry.url.removeprefix(prefix)) for entry in entries] == sorted(files, key=str.encode)
